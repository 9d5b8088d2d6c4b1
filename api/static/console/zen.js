// Zen: nothing but the card being read.
import { announce, cards, current, focusCard } from "./cards.js";

const KEY = "zen";
const words = document.getElementById("shortcuts");

function show(on) {
  document.documentElement.classList.toggle("zen", on && document.getElementById("cards") !== null);
}

export function zen() {
  const on = !document.documentElement.classList.contains("zen");
  show(on);
  sessionStorage.setItem(KEY, on ? "1" : "");
  announce(on ? words.dataset.zenOn : words.dataset.zenOff);
  focusCard(current() ?? cards()[0]);
}

show(sessionStorage.getItem(KEY) === "1");
