// Whether a document was shown on this device before, within the shift: two persons may be sharing it. The service gives a
// mark for it, a digest keyed with the secret of this device; the mark, the time and the answer about the person stay here,
// and are wiped when the shift is over.

import { clockTime } from "./times.js";

const SHIFT_MS = 12 * 60 * 60 * 1000;
const MOST = 2000; // documents of one shift
const KEPT = "socsec.shown";

function shownInShift() {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    kept = [];
  }
  const now = Date.now();
  return kept.filter(({ at }) => at <= now && now - at < SHIFT_MS);
}

const keep = (shown) => localStorage.setItem(KEPT, JSON.stringify(shown.slice(-MOST)));

// What is older than the shift goes, whether anything is checked or not.
export const wipeShown = () => keep(shownInShift());

export function tellIfShownBefore() {
  const notice = document.getElementById("shown-before");
  const same = ({ mark, verdict }) => mark === notice.dataset.mark && verdict !== notice.dataset.verdict;
  const before = notice && shownInShift().findLast(same);
  if (!before) return;
  const text = before.answer === "mismatch" ? notice.dataset.other : notice.dataset.same;
  notice.textContent = text.replace("{time}", clockTime(new Date(before.at)));
  notice.hidden = false;
}

// The last answer about one verdict counts.
export function keepShown(answer) {
  const notice = document.getElementById("shown-before");
  if (!notice) return;
  const { mark, verdict } = notice.dataset;
  keep([...shownInShift().filter((one) => one.verdict !== verdict), { mark, verdict, at: Date.now(), answer }]);
}
