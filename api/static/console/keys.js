// Single keys press what carries their `data-shortcut`, in the card that has the focus or the page.
import { current, focusCard, step } from "./cards.js";
import { undo } from "./undo.js";
import { zen } from "./zen.js";

const REASON_KEYS = "1234567890-=";
const PLACES = { Minus: "-", Equal: "=" };
const QUEUES = 7;
const holder = document.getElementById("shortcuts");
const named = JSON.parse(holder?.dataset.keys ?? "{}");
const on = Object.keys(named).length > 0;
const byKey = new Map(Object.entries(named).map(([name, key]) => [key, name]));

const help = () => document.getElementById("help")?.showModal();
const own = { next: () => step(1), previous: () => step(-1), undo, zen, help };

function find(name) {
  const selector = `[data-shortcut="${name}"]`;
  const outside = () =>
    [...document.querySelectorAll(selector)].find((element) => !element.closest("[data-card]") && element.checkVisibility());
  return current()?.querySelector(selector) ?? outside();
}

// Answers whether there was something to press.
function press(name) {
  const element = find(name);
  if (element?.matches("summary")) toggle(element.parentElement);
  else if (element?.matches("input, select, textarea")) element.focus();
  else if (element) element.click();
  else if (own[name]) own[name]();
  else return false;
  return true;
}

function toggle(panel) {
  panel.open = !panel.open;
  const first = "input[type=radio]:checked, textarea, input:not([type=hidden]), select, button";
  const field = panel.querySelector("input[type=radio]:checked") ?? panel.querySelector(first);
  if (panel.open && field) field.focus();
  else focusCard(panel.closest("[data-card]"));
}

// By its place on the keyboard: without shift, a French one gives « & é " » where others have digits.
function digit(event) {
  if (event.shiftKey) return /^\d$/.test(event.key) ? event.key : null;
  const place = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? PLACES[event.code] ?? event.key;
  return REASON_KEYS.includes(place) ? place : null;
}

function pickReason(nth) {
  const panel = current()?.querySelector("[data-reject][open]");
  const radio = panel?.querySelectorAll("input[name=reason]")[nth];
  if (!radio) return Boolean(panel);
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function number(event) {
  const pressed = digit(event);
  return pressed !== null && (pickReason(REASON_KEYS.indexOf(pressed)) || openQueue(pressed));
}

function openQueue(pressed) {
  const link = pressed > 0 && pressed <= QUEUES && document.querySelectorAll("[data-queue]")[pressed - 1];
  link?.click?.();
  return Boolean(link);
}

function close() {
  const panel = document.activeElement?.closest("[data-card] details[open]") ?? current()?.querySelector("details[open]");
  if (!panel) return;
  panel.open = false;
  focusCard(panel.closest("[data-card]"));
}

function letter(event) {
  const lower = event.key.toLowerCase();
  if (event.shiftKey && lower !== event.key.toUpperCase()) return null;
  return lower;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return close();
  if (event.key === "Enter" && event.target.matches("[data-card] input[type=radio]")) {
    event.preventDefault();
    return event.repeat ? undefined : event.target.form.requestSubmit();
  }
  const typing = "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=button])";
  if (!on || event.target.matches(typing)) return;
  const name = byKey.get(letter(event));
  const choosing = current()?.querySelector("[data-reject][open]");
  const done = (choosing && number(event)) || (name ? act(name, event.repeat) : number(event));
  if (done) event.preventDefault();
});

// A key held down walks, but decides once.
function act(name, repeated) {
  return (repeated && !["next", "previous"].includes(name)) || press(name);
}
