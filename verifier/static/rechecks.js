// What became of verdicts given on old withdrawal data. The queue is this device's: its secret is made here and sent along
// with every check.

import { runRechecks } from "./service.js";
import { showTimes } from "./times.js";

async function showRechecks() {
  let html;
  try {
    html = await runRechecks();
  } catch {
    return; // shown when there is a connection again
  }
  const before = document.getElementById("rechecks");
  const now = new DOMParser().parseFromString(html, "text/html").getElementById("rechecks");
  if (!before || !now) return;
  before.replaceWith(now);
  showTimes(now);
  document.getElementById("rechecks-run")?.addEventListener("click", showRechecks);
}

// At the start, and each time the network comes back, open questions are asked again.
export function watchRechecks() {
  showRechecks();
  window.addEventListener("online", showRechecks);
}
