// What became of verdicts given on old withdrawal data. The queue is this device's: its secret is made here and sent along
// with every check.

import { readRechecks } from "./service.js";
import { showTimes } from "./times.js";

export async function showRechecks({ run = false } = {}) {
  let html;
  try {
    html = await readRechecks({ run });
  } catch {
    return; // shown when there is a connection again
  }
  const before = document.getElementById("rechecks");
  const now = new DOMParser().parseFromString(html, "text/html").getElementById("rechecks");
  if (!before || !now) return;
  before.replaceWith(now);
  showTimes(now);
  document.getElementById("rechecks-run")?.addEventListener("click", () => showRechecks({ run: true }));
}

// At the start, and each time the network comes back, open questions are asked again.
export function watchRechecks() {
  showRechecks({ run: true });
  window.addEventListener("online", () => showRechecks({ run: true }));
}
