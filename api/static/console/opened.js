// How long a card was open when it was decided.
const openedAt = new WeakMap();

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (card && !openedAt.has(card)) openedAt.set(card, performance.now());
});

export function openMs(card) {
  return openedAt.has(card) ? Math.round(performance.now() - openedAt.get(card)) : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (card && "open_ms" in event.detail.parameters) event.detail.parameters.open_ms = openMs(card);
});
