// An author's drawer: the dialog keeps the focus inside, and gives it back when it closes.
const drawer = document.getElementById("drawer");
const body = document.getElementById("drawer-body");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === body) {
    if (!drawer.open) drawer.showModal();
    body.querySelector("[data-author]").focus();
  } else if (event.detail.elt.matches?.("[data-author]")) {
    event.detail.elt.focus();
  }
});

// What was shown of a person does not stay in a page that shows it no more.
drawer.addEventListener("close", () => body.replaceChildren());
drawer.addEventListener("click", (event) => {
  if (event.target === drawer) drawer.close();
});
