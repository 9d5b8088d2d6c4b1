// What went wrong, said in one place: whose comment it was, and the way back to it.
import { authorOf, focusCard } from "./cards.js";

const bar = document.getElementById("failure");
const told = new Map();

function line(message) {
  const paragraph = document.createElement("p");
  paragraph.textContent = message;
  return paragraph;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function show() {
  bar.replaceChildren(...told.values());
  bar.hidden = told.size === 0;
}

// Tells that nothing was stored for a card; the latest word on each card stands.
export function tell(kind, card) {
  const said = line(bar.dataset[kind]);
  if (card) {
    said.prepend(bar.dataset.about.replace("{name}", authorOf(card)), " ");
    if (card.isConnected) said.append(" ", button(bar.dataset.back, () => focusCard(card)));
  }
  if (kind === "session") said.append(" ", loginLink());
  said.append(" ", button(bar.dataset.close, () => settle(card)));
  told.delete(card ?? null);
  told.set(card ?? null, said);
  show();
}

export function settle(card) {
  if (told.delete(card ?? null)) show();
}

function loginLink() {
  const link = document.createElement("a");
  link.href = bar.dataset.login;
  link.textContent = bar.dataset.loginLabel;
  return link;
}

export function kindOf(status) {
  if (status === 0) return "offline";
  if (status === 401) return "session";
  if (status === 404) return "gone";
  return [409, 422].includes(status) ? "refused" : "error";
}

// Forms that htmx sends stay as they are, so that telling is enough; what is only read may fail.
function failed(event, status) {
  if (event.target.matches?.("form")) tell(kindOf(status), event.target.closest("[data-card]"));
}
document.addEventListener("htmx:sendError", (event) => failed(event, 0));
document.addEventListener("htmx:timeout", (event) => failed(event, 0));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (![409, 422].includes(status)) failed(event, status);
});
document.addEventListener("htmx:afterSwap", (event) => {
  // A text that was explained meanwhile says nothing of a decision that failed.
  if (event.detail.elt.matches?.("[data-decided], [data-card]")) settle(event.target);
});
