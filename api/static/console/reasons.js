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
