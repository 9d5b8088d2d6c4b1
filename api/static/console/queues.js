// Small comforts of the queues' page; it all works without them.

// What is opened to be filled in takes the focus, and Escape closes it again.
document.addEventListener("toggle", (event) => {
  const panel = event.target;
  if (panel.matches?.("[data-hold][open]")) panel.querySelector("select, input:not([type=hidden])").focus();
}, true);
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.("[data-hold][open]");
  if (!panel) return;
  panel.open = false;
  panel.closest("[data-card]").focus();
});

// On a phone the strip of queues is wider than the screen: show where we are.
document.querySelector(".queues [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
