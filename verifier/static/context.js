// What is asked about: place, State, day, and if wanted employer and person. Place and State stay on this device, the
// employer until the browser is closed, the person for one check only.

const form = () => document.getElementById("context-form");
const KEPT = { place: localStorage, host_state: localStorage, employer: sessionStorage };

export const language = document.documentElement.lang;

export function localDay(date = new Date()) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function restoreContext() {
  form().elements.day.value = localDay();
  let known = document.getElementById("screen").dataset.firstVisit === "no";
  for (const [name, store] of Object.entries(KEPT)) {
    const value = store.getItem(`socsec.${name}`);
    const field = form().elements[name];
    if (value === null || (field.options && ![...field.options].some((option) => option.value === value))) continue;
    field.value = value;
    known = true;
  }
  document.getElementById("context").open = !known;
  describe();
  form().addEventListener("submit", (event) => {
    event.preventDefault();
    document.getElementById("context").open = false;
    keepContext();
  });
}

export function keepContext() {
  for (const [name, store] of Object.entries(KEPT)) store.setItem(`socsec.${name}`, form().elements[name].value);
  describe();
}

export const place = () => form().elements.place.value;
export const placeChoice = () => form().elements.place.selectedOptions[0];

// The expectation as the fields of a form; what was not filled in is left out.
export function fields() {
  const names = ["day", "host_state", "employer", "family_name", "given_name", "birth_date"];
  const filled = names.map((name) => [name, form().elements[name].value.trim()]).filter(([, value]) => value);
  return Object.fromEntries(filled);
}

// The same as the JSON of a request.
export function expected() {
  const { family_name, given_name, birth_date, ...rest } = fields();
  const person = Object.fromEntries(
    Object.entries({ family_name, given_name, birth_date }).filter(([, value]) => value),
  );
  return Object.keys(person).length ? { ...rest, person } : rest;
}

function describe() {
  const { elements } = form();
  const parts = [elements.place.selectedOptions[0].text, elements.host_state.selectedOptions[0].text, dayText()];
  for (const name of ["employer", "family_name"]) {
    const field = elements[name];
    if (field.value.trim()) parts.push(field.dataset.short.replace("{value}", field.value.trim()));
  }
  document.getElementById("context-line").textContent = parts.join(" · ");
}

function dayText() {
  const { value, dataset } = form().elements.day;
  if (value === localDay() || !value) return dataset.today;
  return new Date(`${value}T12:00:00`).toLocaleDateString(language, { dateStyle: "long" });
}
