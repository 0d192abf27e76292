// What is asked about: place, State, day, and if wanted employer and person. Place and State stay on this device, the
// employer until the browser is closed, the person for one check only.

const form = () => document.getElementById("context-form");
const KEPT = { place: localStorage, host_state: localStorage, employer: sessionStorage };

export const language = document.documentElement.lang;

function localDay(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

// A device whose clock is far off the service's goes by the service's.
const HOUR_MS = 60 * 60 * 1000;
const behind = new Date(form()?.elements.day.dataset.now ?? Date.now()) - Date.now();
const today = () => localDay(new Date(Date.now() + (Math.abs(behind) > HOUR_MS ? behind : 0)));
let filledIn;

// A page that stays open over midnight goes on with the new day, unless a person has chosen one.
function followToday() {
  const { day } = form().elements;
  if (filledIn === undefined || day.value === filledIn) day.value = filledIn = today();
}

export function restoreContext() {
  followToday();
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
  document.getElementById("context-missing").hidden = true;
  followToday();
  describe();
}

const FIRST_FIELD = { person: "family_name" };

// The first field that has to be filled in at this place and is not.
export function missingField() {
  const names = placeChoice().dataset.expects.split(" ").filter(Boolean);
  return names.map((name) => form().elements[FIRST_FIELD[name] ?? name]).find((field) => !field.value.trim());
}

export function askFor(field) {
  const notice = document.getElementById("context-missing");
  document.getElementById("context").open = true;
  notice.textContent = notice.dataset.text.replace("{name}", field.labels[0].textContent);
  notice.hidden = false;
  field.focus();
}

export const place = () => form().elements.place.value;
export const placeChoice = () => form().elements.place.selectedOptions[0];

// The expectation as the fields of a form; what was not filled in is left out.
export function fields() {
  followToday();
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
  if (value === today() || !value) return dataset.today;
  return new Date(`${value}T12:00:00`).toLocaleDateString(language, { dateStyle: "long" });
}
