// The cards of a page: which has the focus, which comes next, what is said about them.
const live = document.getElementById("live");

export const cards = () => [...document.querySelectorAll("[data-card]")];
export const current = () => document.activeElement?.closest("[data-card]") ?? null;
export const idOf = (card) => card.id.replace("card-", "");
export const authorOf = (card) => card.querySelector("header h2")?.textContent.trim() ?? "";
export const held = (card) => Boolean(card.querySelector(":scope > .held"));

export function cardOf(id) {
  return document.getElementById(`card-${id}`);
}

// Brings a card under the eyes: those read one after another all come to the same place.
export function focusCard(card, block = "nearest") {
  if (!card) return;
  // In zen mode only this one is shown, and what is not shown takes no focus.
  for (const before of document.querySelectorAll("[data-here]")) delete before.dataset.here;
  card.dataset.here = "";
  card.focus({ preventScroll: true });
  // At once, whatever the page does elsewhere: the eyes are already there.
  card.scrollIntoView({ block, behavior: "instant" });
}

// The next card in a direction that no colleague is reading.
export function neighbour(from, by) {
  const all = cards();
  const at = all.indexOf(from);
  if (at < 0) return all.find((card) => !held(card)) ?? all[0];
  const way = by > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
  return way.find((card) => !held(card));
}

export function step(by) {
  focusCard(neighbour(current(), by), "start");
}

// The card that follows a place in the page, else the last one, else the place itself.
export function focusAfter(place) {
  const follows = (card) =>
    !held(card) && place.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING;
  const all = cards();
  focusCard(all.find(follows) ?? all.findLast((card) => !held(card)) ?? place, "start");
  document.getElementById("empty")?.toggleAttribute("hidden", all.length > 0);
}

export function announce(message) {
  live.textContent = message;
}

// Makes elements of a page's fragment, with what htmx does for them.
export function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("article");
}

export function put(element, place) {
  place.replaceWith(element);
  window.htmx.process(element);
}
