// The verdict on what was handed in outlives the page: a phone that was locked may load it anew, and the service keeps
// nothing of it that could be shown again. It is kept in this tab, the newest alone, until somebody goes on, for a quarter of
// an hour at most; and never beyond the tab.

const KEPT = "socsec.verdict";
const LONGEST_MS = 15 * 60 * 1000;
const MOST = 500_000; // characters
let wiping;

export const keepVerdict = (html) => keep({ html, answer: "", at: Date.now() });

// The answer about the person.
export function keepAnswer(answer) {
  const kept = keptVerdict();
  if (kept) keep({ ...kept, answer });
}

// With `html` and `answer`; nothing if none is kept.
export function keptVerdict() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const age = kept && Date.now() - kept.at;
  if (!kept || age < 0 || age >= LONGEST_MS) {
    dropVerdict();
    return null;
  }
  wipeIn(LONGEST_MS - age);
  return kept;
}

export function dropVerdict() {
  clearTimeout(wiping);
  sessionStorage.removeItem(KEPT);
}

function keep(kept) {
  dropVerdict();
  if (kept.html.length > MOST) return;
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  wipeIn(LONGEST_MS - (Date.now() - kept.at));
}

function wipeIn(milliseconds) {
  clearTimeout(wiping);
  wiping = setTimeout(dropVerdict, milliseconds);
}
