// A text that was asked for takes the place of the button that asked: the card keeps the focus.
document.addEventListener("htmx:afterSwap", (event) => {
  const swapped = event.detail.elt;
  if (!swapped.matches?.("[data-said]") || document.activeElement !== document.body) return;
  swapped.closest("[data-card]")?.focus({ preventScroll: true });
});
