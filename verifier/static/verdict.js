// The verdict on the screen: it is read out, its times are shown as the clock on the wall has them, and there is no way on
// before the question about the person is answered.

import { prepareCard } from "./card.js";
import { dropOffer } from "./kept_offer.js";
import { dropVerdict, keepAnswer, keptVerdict } from "./kept_verdict.js";
import { recordIdentity } from "./service.js";
import { keepShown, tellIfShownBefore } from "./shown.js";
import { showTimes } from "./times.js";

export function showVerdict(html) {
  history.pushState({ verdict: true }, "");
  place(html);
  navigator.vibrate?.(60);
}

// Whether this page was showing a verdict before it was loaded anew, which it then shows again. Whoever went back from it, or
// came here by an address, is done with it.
export function resumeVerdict() {
  if (!history.state?.verdict) dropVerdict();
  const kept = keptVerdict();
  if (!kept) return false;
  place(kept.html);
  if (kept.answer) {
    compared(kept.answer);
    answered(document.getElementById("identity"), kept.answer);
  }
  return true;
}

function place(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.getElementById("screen").replaceWith(page.getElementById("screen"));
  document.title = page.title;
  prepareVerdict();
  window.scrollTo(0, 0);
  document.querySelector(".answer h1").focus({ preventScroll: true });
}

export function prepareVerdict() {
  showTimes(document);
  tellIfShownBefore();
  prepareCard();
  for (const link of document.querySelectorAll("[data-next]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (link.getAttribute("aria-disabled") === "true") askFirst();
      else leave(link.getAttribute("href"));
    });
  }
  const identity = document.getElementById("identity");
  if (!identity) {
    dropOffer(); // nothing is open
    return;
  }
  for (const button of identity.querySelectorAll("[data-answer]")) {
    button.addEventListener("click", () => answer(identity, button.dataset.answer));
  }
  if (identity.dataset.settled) answered(identity, identity.dataset.settled);
}

async function answer(identity, value) {
  const status = document.getElementById("identity-status");
  try {
    await recordIdentity(identity.dataset.address, identity.dataset.token, value);
  } catch {
    status.textContent = identity.dataset.failed;
    return;
  }
  keepShown(value);
  keepAnswer(value);
  compared(value);
  answered(identity, value);
}

function compared(value) {
  for (const view of document.querySelectorAll(".answer")) view.dataset.compared = value;
}

// What is recorded, by a person or by the identity that the wallet showed.
function answered(identity, value) {
  for (const button of identity.querySelectorAll("[data-answer]")) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === value));
  }
  dropOffer();
  identity.dataset.answered = value;
  document.getElementById("identity-status").textContent = identity.dataset[value];
  document.getElementById("done-hint").hidden = true;
  for (const link of document.querySelectorAll("[data-next]")) link.removeAttribute("aria-disabled");
}

function askFirst() {
  const identity = document.getElementById("identity");
  identity.scrollIntoView({ block: "center" });
  identity.querySelector("[data-answer]").focus({ preventScroll: true });
}

// The start page anew, in the language it had.
function leave(address) {
  dropVerdict();
  const [path, hash] = address.split("#");
  history.replaceState({}, "", `${path}${location.search}${hash ? `#${hash}` : ""}`);
  location.reload();
}
