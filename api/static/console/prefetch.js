// What will be read next is here before it is asked for: further pages, and explained texts.
import { cards, current } from "./cards.js";

const CARDS_AHEAD = 8;
const TEXTS_AHEAD = 3;

function ahead() {
  const all = cards();
  const next = all.slice(all.indexOf(current()) + 1);
  if (next.length < CARDS_AHEAD) more();
  for (const card of next.slice(0, TEXTS_AHEAD)) {
    const text = card.querySelector('.text[hx-trigger~="intersect"]');
    if (text) window.htmx.trigger(text, "intersect");
  }
}

function more() {
  const link = document.querySelector("#cards > .more[hx-get]");
  if (link && !link.classList.contains("htmx-request")) window.htmx.trigger(link, "revealed");
}

// After the frame that shows the card: nothing here may delay it.
let planned = false;
export function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() =>
    setTimeout(() => {
      planned = false;
      ahead();
    }),
  );
}

document.addEventListener("focusin", (event) => {
  if (event.target.closest?.("[data-card], [data-decided]")) plan();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.closest?.("#cards")) plan();
});
plan();
