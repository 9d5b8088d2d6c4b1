// What was typed on a card, kept in this tab until its decision is stored.
import { cards, idOf } from "./cards.js";

const FIELDS = "textarea, input[type=text], input[type=radio]:checked, input[type=checkbox]:checked, select";
const PREFIX = "draft:";

function formsOf(card) {
  return [...card.querySelectorAll("form[method=post]")];
}

// Only what differs from the page that the server sent is worth keeping.
function typed(field) {
  if (field.matches("input[type=radio], input[type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.value !== field.defaultValue;
}

function read(card) {
  const found = {};
  for (const [index, form] of formsOf(card).entries()) {
    for (const field of form.querySelectorAll(FIELDS)) {
      if (field.name && typed(field)) found[`${index} ${field.name}`] = field.value;
    }
  }
  return found;
}

function store(id, value) {
  try {
    if (value) sessionStorage.setItem(PREFIX + id, JSON.stringify(value));
    else sessionStorage.removeItem(PREFIX + id);
  } catch {
    // Full, or forbidden: the page itself still has the text.
  }
}

export function keep(card) {
  const found = read(card);
  store(idOf(card), Object.keys(found).length ? found : null);
}

export function typedOn(card) {
  return Object.keys(read(card)).length > 0;
}

export function forget(card) {
  store(idOf(card), null);
}

// Types again what was typed on this comment; what no longer has its field is shown to be copied.
export function restore(card) {
  const draft = JSON.parse(sessionStorage.getItem(PREFIX + idOf(card)) ?? "null");
  if (!draft) return;
  const forms = formsOf(card);
  for (const [key, value] of Object.entries(draft)) {
    const [index, name] = key.split(" ");
    if (!put(forms[index], name, value) && /^(note|told)$/.test(name)) show(card, value);
  }
}

function put(form, name, value) {
  const fields = form ? [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)] : [];
  const choice = fields.find((field) => field.matches("input[type=radio], input[type=checkbox]") && field.value === value);
  const text = fields.find((field) => field.matches("textarea, input[type=text], select"));
  if (choice) choice.checked = true;
  else if (text) text.value = value;
  else return false;
  // Among samples nobody asked for this one: it is as it was left once its panel is opened.
  const panel = form.closest("details");
  if (panel && !form.closest("[data-sample]")) panel.open = true;
  return true;
}

function show(card, note) {
  const shown = document.getElementById("kept-note").content.firstElementChild.cloneNode(true);
  shown.querySelector("textarea").value = note;
  card.append(shown);
}

for (const moment of ["input", "change"]) {
  document.addEventListener(moment, (event) => {
    const card = event.target.closest?.("[data-card]");
    if (card) keep(card);
  });
}
document.addEventListener("htmx:load", (event) => {
  if (event.target.matches?.("[data-card]")) restore(event.target);
});
for (const card of cards()) restore(card);
