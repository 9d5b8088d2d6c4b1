// An author's drawer: the dialog keeps the focus inside, and gives it back when it closes.
const drawer = document.getElementById("drawer");
const body = document.getElementById("drawer-body");
const failure = document.getElementById("failure");
const place = failure.nextSibling;

function open() {
  if (drawer.open) return;
  // Behind the dialog, nobody would read what failed.
  drawer.append(failure);
  drawer.showModal();
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === body) {
    open();
    body.querySelector("[data-author]").focus({ preventScroll: true });
    drawer.scrollTop = 0;
  } else if (event.detail.elt.matches?.("[data-author]")) {
    event.detail.elt.focus();
  }
});

// What was shown of a person does not stay in a page that shows it no more.
drawer.addEventListener("close", () => {
  body.replaceChildren();
  place.before(failure);
});
drawer.addEventListener("click", (event) => {
  if (event.target === drawer) drawer.close();
});
