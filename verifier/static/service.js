// Calls to the service. A failure is one of three: nothing reached it, it had a fault, or it refused with a code.

import { fields, language, place } from "./context.js";

export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}
export class Unreachable extends Error {}
export class Faulty extends Error {}

async function call(address, options) {
  let response;
  try {
    response = await fetch(address, { cache: "no-store", credentials: "omit", ...options });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return response;
  if (response.status >= 500) throw new Faulty();
  const problem = await response.json().catch(() => ({}));
  throw new Refused(problem.error ?? "refused");
}

const view = () => ({ place: place(), lang: language });

// The page with the verdict on a `file` or a `text`. The person asked about is named in the form and not in the address,
// which many on the way write down.
export async function verify(handedIn) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields(), ...handedIn })) body.append(name, value);
  const address = `/v1/verify?${new URLSearchParams(view())}`;
  return (await call(address, { method: "POST", headers: { Accept: "text/html", ...desk() }, body })).text();
}

export async function createRequest(body) {
  const options = json(body);
  return (await call("/v1/requests", { ...options, headers: { ...options.headers, ...desk() } })).json();
}

export async function readResult(offer) {
  return (await call(`/v1/requests/${offer.id}`, { headers: bearer(offer.read_token) })).json();
}

// The stream of what happens to a request, after an event that is known.
export async function openEvents(offer, last, signal) {
  const headers = { ...bearer(offer.read_token), ...(last ? { "Last-Event-ID": String(last) } : {}) };
  return call(`/v1/requests/${offer.id}/events`, { headers, signal });
}

export async function readResultPage(offer) {
  const headers = { ...bearer(offer.read_token), Accept: "text/html" };
  return (await call(`/v1/requests/${offer.id}?${new URLSearchParams(view())}`, { headers })).text();
}

export async function recordIdentity(address, token, answer) {
  const options = json({ identity_compared: answer });
  return (await call(address, { ...options, headers: { ...options.headers, ...bearer(token) } })).json();
}

// The part of the start page about verdicts given on old data, after what is open has been checked again.
export async function runRechecks() {
  const headers = { ...bearer(deskSecret()), Accept: "text/html" };
  return (await call(`/v1/rechecks/run?${new URLSearchParams(view())}`, { method: "POST", headers })).text();
}

// Whose queue it is: a secret of this device.
function deskSecret() {
  let secret = localStorage.getItem("socsec.desk");
  if (!secret) {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    secret = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("socsec.desk", secret);
  }
  return secret;
}

const desk = () => ({ "Recheck-Desk": deskSecret() });
const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const json = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
