// Instants as the clock on the wall has them.

export function showTimes(within) {
  for (const time of within.querySelectorAll("time[datetime]")) showLocally(time);
}

function showLocally(time) {
  const instant = new Date(time.dateTime);
  const today = instant.toDateString() === new Date().toDateString();
  const style = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  const text = instant.toLocaleString(locale(), { ...style, hourCycle: "h23" });
  time.textContent = time.dataset.text.replace("{time}", text);
}

export const clockTime = (instant) => instant.toLocaleTimeString(locale(), { timeStyle: "short", hourCycle: "h23" });

// The reader's own variant of the page's language.
function locale() {
  const { lang } = document.documentElement;
  return navigator.languages.find((tag) => tag.startsWith(`${lang}-`)) ?? lang;
}
