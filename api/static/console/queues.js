import { forget } from "./drafts.js";
import { last } from "./undo.js";

// On a phone the strip of queues is wider than the screen: show where we are, also once the counts
// have come.
function show() {
  const strip = document.querySelector(".queues ul");
  const here = strip?.querySelector("[aria-current]");
  if (here) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
}

show();
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches?.(".ways")) show();
  // What was held last is what the undo key takes back first.
  const held = event.detail.elt.querySelector?.("[data-undo=hold]");
  if (held) last(held.getAttribute("action"));
});

// The note of a hold is stored: no draft of it is left to come back.
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig.elt.closest?.(".holding form");
  if (form && event.detail.xhr.status === 200) forget(form.closest("[data-card]"));
});
