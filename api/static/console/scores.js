// The band of the histogram, by pointer; its two range inputs do the same by keyboard.
const form = document.getElementById("scores");
const chart = form.querySelector("[data-histogram]");
const [low, high] = ["low", "high"].map((name) => form.elements[name]);
const bars = [...chart.querySelectorAll(".count")];
const within = chart.querySelector(".within");
// Nearer than this to an edge, the pointer takes the edge.
const NEAR = 3;
let fixed = null;

function show() {
  const [from, to] = [Number(low.value), Number(high.value)];
  within.setAttribute("x", from);
  within.setAttribute("width", to - from);
  bars.forEach((bar, place) => bar.classList.toggle("chosen", place >= from && place < to));
  for (const edge of [low, high]) {
    edge.setAttribute("aria-valuetext", `${edge.value} %`);
    form.querySelector(`[data-for="${edge.name}"]`).textContent = `${edge.value} %`;
  }
}

// An edge that is pushed beyond the other pushes it along.
function keepApart(moved) {
  if (Number(low.value) < Number(high.value)) return;
  if (moved === low) high.value = Number(low.value) + 1;
  else low.value = Number(high.value) - 1;
}

form.addEventListener("input", (event) => {
  if (event.target !== low && event.target !== high) return;
  keepApart(event.target);
  show();
});

function placeOf(event) {
  const box = chart.getBoundingClientRect();
  return Math.min(Math.max(((event.clientX - box.left) / box.width) * 100, 0), 100);
}

function stretch(place) {
  low.value = Math.min(Math.floor(Math.min(fixed, place)), 99);
  high.value = Math.max(Math.ceil(Math.max(fixed, place)), Number(low.value) + 1);
  show();
}

chart.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  chart.setPointerCapture(event.pointerId);
  const place = placeOf(event);
  fixed = place;
  if (Math.abs(place - low.value) < NEAR) fixed = Number(high.value);
  else if (Math.abs(place - high.value) < NEAR) fixed = Number(low.value);
  stretch(place);
});
chart.addEventListener("pointermove", (event) => {
  if (fixed !== null) stretch(placeOf(event));
});
for (const ended of ["pointerup", "pointercancel"]) {
  chart.addEventListener(ended, () => {
    if (fixed === null) return;
    fixed = null;
    high.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

for (const select of form.querySelectorAll("[data-reload]")) select.addEventListener("change", () => form.requestSubmit());
form.querySelector("button").hidden = true;
