// The queue by keyboard. Everything here also works by mouse, and without this file.
const REASON_KEYS = "1234567890-=";
const cards = () => [...document.querySelectorAll("[data-card]")];
const live = document.getElementById("live");
const failure = document.getElementById("failure");
const openedAt = new WeakMap();
let lastDecided = null;

function current() {
  return document.activeElement?.closest("[data-card]");
}

function focusCard(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = cards();
  const at = all.indexOf(current());
  focusCard(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function approve(card) {
  card?.querySelector("[data-approve]")?.requestSubmit();
}

function openReject(card) {
  const panel = card?.querySelector("[data-reject]");
  if (!panel) return;
  panel.open = true;
  panel.querySelector("input[type=radio]:checked, input[type=radio]").focus();
}

function pickReason(card, key) {
  const panel = card?.querySelector("[data-reject][open]");
  const radio = panel?.querySelectorAll("input[type=radio]")[REASON_KEYS.indexOf(key)];
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function closeReject(card) {
  const panel = card?.querySelector("[data-reject][open]");
  if (panel) {
    panel.open = false;
    focusCard(card);
  }
}

function undo() {
  const form = lastDecided?.isConnected ? lastDecided.querySelector("[data-undo]") : null;
  form?.requestSubmit();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => approve(current()),
  r: () => openReject(current()),
  u: undo,
  "?": () => document.getElementById("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return closeReject(current());
  if (event.target.matches("textarea, select, input:not([type=radio])")) return;
  if (REASON_KEYS.includes(event.key) && pickReason(current(), event.key)) return event.preventDefault();
  if (event.key === "Enter" && event.target.matches("input[type=radio]")) {
    event.preventDefault();
    return event.target.form.requestSubmit();
  }
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// The card that has the focus is ours for two minutes, and again while it stays in view.
const RENEW_MS = 60_000;
let claimed = null;

function send(card, verb) {
  const body = new FormData();
  body.set("csrf_token", card.querySelector("[name=csrf_token]")?.value ?? "");
  return fetch(`${card.dataset.card}/${verb}`, { method: "POST", body, keepalive: true });
}

async function claim(card) {
  try {
    const answer = await send(card, "claim");
    if (answer.status === 409) warn(card, await answer.text());
  } catch {
    // Without an answer the decision itself will tell whether a colleague was quicker.
  }
}

function warn(card, message) {
  const notice = card.querySelector(".held") ?? document.createElement("p");
  notice.className = "held";
  notice.textContent = message;
  card.prepend(notice);
  live.textContent = message;
}

function release() {
  if (claimed?.isConnected) send(claimed, "release").catch(() => {});
  claimed = null;
}

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  if (!openedAt.has(card)) openedAt.set(card, performance.now());
  if (card === claimed) return;
  release();
  claimed = card;
  claim(card);
});

setInterval(() => {
  if (claimed?.isConnected && document.visibilityState === "visible") claim(claimed);
}, RENEW_MS);
addEventListener("pagehide", release);

document.addEventListener("htmx:configRequest", (event) => {
  const card = event.target.closest?.("[data-card]");
  if ("open_ms" in event.detail.parameters && openedAt.has(card)) {
    event.detail.parameters.open_ms = Math.round(performance.now() - openedAt.get(card));
  }
});

// One decision a card: a second key press while the first is on its way must do nothing.
document.addEventListener("htmx:confirm", (event) => {
  if (event.target.closest?.("[data-card]")?.querySelector("form.htmx-request")) event.preventDefault();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const swapped = event.detail.elt;
  // A text that was explained meanwhile says nothing of a decision that failed.
  if (swapped.matches?.("[data-decided], [data-card]")) failure.hidden = true;
  if (swapped.matches?.("[data-decided]")) {
    lastDecided = swapped;
    live.textContent = swapped.querySelector("[data-announce]").textContent;
    const after = cards().find((card) => swapped.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
    focusCard(after ?? cards().at(-1));
    document.getElementById("empty")?.toggleAttribute("hidden", cards().length > 0);
  } else if (swapped.matches?.("[data-card]") && !document.activeElement?.closest("[data-card]")) {
    focusCard(swapped);
  }
});

function say(kind) {
  failure.textContent = failure.dataset[kind];
  failure.hidden = false;
}
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:timeout", () => say("offline"));
document.addEventListener("htmx:responseError", (event) => {
  if (![409, 422].includes(event.detail.xhr.status)) say("error");
});

for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
  form.querySelector("button").hidden = true;
}

if (document.activeElement === document.body) focusCard(cards()[0]);
