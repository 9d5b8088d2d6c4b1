// The card that has the focus is ours for two minutes, and again while it stays in view.
import { announce, authorOf, cards, current, focusCard, idOf, neighbour } from "./cards.js";

const RENEW_MS = 45_000;
// Cards that are only passed by are not claimed.
const SETTLE_MS = 150;
const words = document.getElementById("lost-claim");
let claimed = null;
let soon = null;

const visible = () => document.visibilityState === "visible";

function send(card, verb) {
  const body = new FormData();
  body.set("csrf_token", document.getElementById("deciding").dataset.token);
  body.set("status", card.querySelector("input[name=status]")?.value ?? "");
  return fetch(`${card.dataset.card}/${verb}`, {
    method: "POST",
    body,
    headers: { "HX-Request": "true" },
    keepalive: true,
  });
}

export async function claim(card) {
  const renewing = card.dataset.claimed === "";
  try {
    const answer = await send(card, "claim");
    if (answer.ok) {
      card.dataset.claimed = "";
      free(card);
    } else if (answer.status === 409) {
      delete card.dataset.claimed;
      const told = await answer.text();
      if (renewing) lost(card, told);
      else taken(card, told);
    }
  } catch {
    // Without an answer the decision itself will tell whether a colleague was quicker.
  }
}

function notice(card) {
  const made = card.querySelector(":scope > .held") ?? document.createElement("p");
  made.className = "held";
  card.prepend(made);
  return made;
}

// A colleague reads this card.
export function mark(card, message) {
  if (card.querySelector(":scope > .held")?.dataset.said === message) return;
  const made = notice(card);
  made.dataset.said = message;
  made.textContent = message;
  made.append(" ", again(card));
}

export function free(card) {
  card.querySelector(":scope > .held")?.remove();
}

function again(card) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = words.dataset.again;
  button.addEventListener("click", () => {
    claimed = card;
    claim(card);
    focusCard(card);
  });
  return button;
}

// Reached by going on, it is passed over; chosen by hand, it stays.
function taken(card, message) {
  mark(card, message);
  const chosen = card.contains(document.activeElement) && document.activeElement !== card;
  const next = neighbour(card, 1) ?? neighbour(card, -1);
  if (current() === card && !chosen && card.dataset.chosen !== "" && next) {
    announce(words.dataset.passed.replace("{message}", message));
    focusCard(next);
  } else announce(message);
}

// What was typed stays: only the lease is gone.
export function lost(card, message) {
  mark(card, `${words.dataset.lost} ${message}`);
  announce(`${authorOf(card)} : ${words.dataset.lost} ${message}`);
}

function release() {
  clearTimeout(soon);
  // A card that is being decided is given back by its decision.
  if (claimed?.isConnected && claimed.dataset.claimed === "") {
    delete claimed.dataset.claimed;
    send(claimed, "release").catch(() => {});
  }
  claimed = null;
}

function hold(card) {
  release();
  claimed = card;
  soon = setTimeout(() => claim(card), SETTLE_MS);
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (card) card.dataset.chosen = "";
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  if (card !== claimed) hold(card);
});

setInterval(() => {
  if (claimed?.isConnected && visible()) claim(claimed);
}, RENEW_MS);

// A hidden tab lets its lease run out; coming back asks for it again.
document.addEventListener("visibilitychange", () => {
  if (visible() && claimed?.isConnected) claim(claimed);
});
addEventListener("pagehide", release);
addEventListener("pageshow", (event) => {
  if (event.persisted && current()) hold(current());
});

// Whoever still reads it here has it again.
function freed(card) {
  if (!card.querySelector(":scope > .held")) return;
  free(card);
  if (card === claimed && card.contains(document.activeElement)) claim(card);
}

// What colleagues are reading now, all of it: names by comment.
export function colleagues(names) {
  for (const card of cards()) {
    const name = names[idOf(card)];
    const message = name && words.dataset.reading.replace("{name}", name);
    if (!name) freed(card);
    else if (card.dataset.claimed === "") {
      delete card.dataset.claimed;
      lost(card, message);
    } else if (!card.querySelector(":scope > .held")?.dataset.said?.includes(message)) mark(card, message);
  }
}
