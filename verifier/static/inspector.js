// The inspector's page: which screen is shown, and what leads from one to the next.

import { Camera } from "./camera.js";
import { askFor, keepContext, missingField, placeChoice, restoreContext } from "./context.js";
import { dropOffer } from "./kept_offer.js";
import { dropVerdict, keepVerdict } from "./kept_verdict.js";
import { fitting } from "./photograph.js";
import { watchRechecks } from "./rechecks.js";
import { Refused, Unreachable, verify } from "./service.js";
import { wipeShown } from "./shown.js";
import { TypedCode } from "./typed.js";
import { prepareVerdict, resumeVerdict, showVerdict } from "./verdict.js";
import { WalletScreen } from "./wallet.js";

const element = (id) => document.getElementById(id);
const NO_CODE = new Set(["no_code_found", "image_unreadable"]);
const PATIENCE = 15; // frames that may get lost before the network is called down
let camera;
let wallet;
let typed;
let last = "start";
let lost = 0;

if (element("context")) begin();
else if (document.querySelector("[data-print]")) prepareCaseFile();
else if (document.querySelector(".answer")) prepareVerdict();

function begin() {
  restoreContext();
  wipeShown();
  watchRechecks();
  wallet = new WalletScreen({ onVerdict: finishAnswered, onTrouble: trouble });
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => go(button.dataset.go === "again" ? last : button.dataset.go));
  }
  element("file").addEventListener("change", checkFile);
  typed = new TypedCode(checkText);
  typed.showAt(placeChoice());
  element("place").addEventListener("change", () => typed.showAt(placeChoice()));
  window.addEventListener("popstate", () => location.reload());
  if (resumeVerdict()) return;
  if (wallet.resume()) show("wallet");
  else if (location.hash === "#scan") go("scan");
}

function prepareCaseFile() {
  document.querySelector("[data-print]").addEventListener("click", () => window.print());
}

function show(name) {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.dataset.screen !== name;
  window.scrollTo(0, 0);
  document.querySelector(`[data-screen="${name}"] h1`).focus({ preventScroll: true });
}

function go(name) {
  camera?.stop();
  wallet.close();
  dropOffer();
  keepContext();
  if (name !== "start" && lacking()) return;
  last = name;
  show(name);
  if (name === "start") typed.showAt(placeChoice());
  if (name === "scan") scan();
  if (name === "wallet") wallet.open();
}

// Whether something has to be said first; the start page then asks for it.
function lacking() {
  const field = missingField();
  if (!field) return false;
  show("start");
  askFor(field);
  return true;
}

async function scan() {
  const status = element("scan-status");
  status.textContent = status.dataset.looking;
  camera = new Camera(element("camera"), {
    onFrame: checkFrame,
    onSlow: () => { status.textContent = status.dataset.slow; },
  });
  const problem = await camera.start();
  if (problem) status.textContent = status.dataset[problem];
}

async function checkFrame(frame) {
  try {
    finishHandedIn(await verify({ file: frame }));
    return true;
  } catch (error) {
    lost = error instanceof Unreachable ? lost + 1 : 0;
    if (error instanceof Refused && NO_CODE.has(error.code)) return false;
    if (error instanceof Unreachable && lost < PATIENCE) return false;
    trouble(error);
    return true;
  }
}

async function checkFile(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  go("start");
  if (lacking()) return;
  const status = element("file-status");
  status.hidden = false;
  status.textContent = status.dataset.reading;
  try {
    finishHandedIn(await verify({ file: await fitting(file) }));
  } catch (error) {
    if (!(error instanceof Refused)) trouble(error);
    else status.textContent = error.code === "no_code_found" ? status.dataset.noCode : status.dataset.unreadable;
    status.scrollIntoView({ block: "center" });
  }
}

async function checkText(text) {
  if (lacking()) return;
  try {
    finishHandedIn(await verify({ text }));
  } catch (error) {
    trouble(error);
  }
}

// The service keeps nothing of it that could be shown when the page is loaded anew.
function finishHandedIn(html) {
  keepVerdict(html);
  finish(html);
}

// The service keeps it, and the page the request.
function finishAnswered(html) {
  dropVerdict();
  finish(html);
}

function finish(html) {
  camera?.stop();
  wallet.close();
  showVerdict(html);
}

function trouble(error) {
  camera?.stop();
  wallet.close();
  const text = element("trouble-text");
  text.textContent = text.dataset.service;
  if (error instanceof Unreachable) text.textContent = text.dataset.network;
  if (error instanceof Refused) text.textContent = text.dataset.refused.replace("{code}", error.code);
  const meanwhile = element("trouble-meanwhile");
  meanwhile.textContent = placeChoice().dataset.meanwhile;
  meanwhile.hidden = !meanwhile.textContent;
  show("trouble");
}
