// What the author will read is a help: when it cannot be had, nothing was lost and nothing is said.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(
    failure,
    (event) => {
      if (event.target.closest?.("[data-preview]")) event.stopPropagation();
    },
    true,
  );
}

// A panel that opens with a reason already chosen shows what it says.
document.addEventListener(
  "toggle",
  (event) => {
    const chosen = event.target.open && event.target.matches("[data-reject]") && event.target.querySelector("input[type=radio]:checked");
    if (chosen) chosen.dispatchEvent(new Event("change", { bubbles: true }));
  },
  true,
);
