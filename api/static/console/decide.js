// Decisions: the card makes room for the next one at once, and its decision goes on behind.
import { announce, authorOf, cardOf, elementOf, focusAfter, focusCard, idOf, put } from "./cards.js";
import { forget, keep, restore } from "./drafts.js";
import { kindOf, settle, tell } from "./failures.js";
import { openMs } from "./opened.js";
import { remember } from "./undo.js";

const ANSWER_MS = 20_000;
// Those before can still be taken back, by key or among « Mes décisions ».
const LINES_KEPT = 3;
const pattern = document.getElementById("deciding");
const inFlight = new Set();

export const deciding = () => inFlight.size > 0;

// Its field named `action` hides the form's own property.
const urlOf = (form) => form.getAttribute("hx-post") ?? form.getAttribute("action") ?? "";

function optimistic(form) {
  return form.matches("[data-card] form") && (form.matches("[data-leaves]") || /\/decision(\?|$)/.test(urlOf(form)));
}

// htmx would wait for the answer: taken before it sees the form.
document.addEventListener(
  "submit",
  (event) => {
    if (!optimistic(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    decide(event.target, event.submitter);
  },
  true,
);

function reasonOf(form) {
  const label = form.querySelector("input[name=reason]:checked")?.closest("label")?.cloneNode(true);
  label?.querySelectorAll("kbd, .hint").forEach((part) => part.remove());
  return label?.textContent.trim().toLowerCase();
}

function lineFor(form, body) {
  const line = pattern.content.firstElementChild.cloneNode(true);
  const said = line.querySelector("[data-announce]");
  const reason = body.get("action") === "reject" ? reasonOf(form) : undefined;
  line.querySelector("[data-author]").textContent = authorOf(form.closest("[data-card]"));
  said.textContent = said.dataset[body.get("action")] ?? said.dataset.other;
  if (reason) said.append(" ", pattern.dataset.reason.replace("{reason}", reason));
  return line;
}

function decide(form, submitter) {
  const card = form.closest("[data-card]");
  const body = new FormData(form, submitter);
  if (body.has("open_ms")) body.set("open_ms", openMs(card));
  keep(card);
  const line = lineFor(form, body);
  card.replaceWith(line);
  settle(card);
  focusAfter(line);
  const answered = post(urlOf(form), body).then((answer) =>
    answer.ok ? stored(card, line, answer.html) : refused(card, line, answer),
  );
  inFlight.add(answered);
  answered.finally(() => inFlight.delete(answered));
  remember(idOf(card), answered, line);
}

async function post(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "HX-Request": "true" },
      keepalive: true,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { ok: answer.ok, status: answer.status, html: await answer.text() };
  } catch {
    return { ok: false, status: 0, html: "" };
  }
}

// Answers where the decision is taken back, or null.
function stored(card, line, html) {
  const decided = elementOf(html);
  if (!decided?.matches("[data-decided]")) return refused(card, line, { status: 500 });
  forget(card);
  decided.querySelector("[data-author]")?.replaceChildren(authorOf(card));
  const focused = line.contains(document.activeElement);
  put(decided, line);
  if (focused) focusCard(decided);
  announce(decided.querySelector("[data-announce]").textContent);
  document.body.dispatchEvent(new CustomEvent("vigie:decided", { detail: { id: idOf(card) } }));
  prune();
  return decided;
}

// The card as it was, or as the server shows it now, with all that was typed.
function refused(card, line, { status, html }) {
  const now = [409, 422].includes(status) ? elementOf(html) : null;
  const back = now?.matches("[data-card]") ? now : card;
  const focused = line.contains(document.activeElement);
  if (status === 404) return gone(card, line);
  cardOf(idOf(card))?.remove();
  if (line.isConnected) put(back, line);
  else document.getElementById("cards")?.prepend(back);
  if (back !== card) restore(back);
  document.getElementById("empty")?.setAttribute("hidden", "");
  if (focused) focusCard(back);
  tell(kindOf(status), back);
  return null;
}

// Its author or the site withdrew it meanwhile.
function gone(card, line) {
  if (line.contains(document.activeElement)) focusAfter(line);
  line.remove();
  forget(card);
  tell("gone", card);
  return null;
}

function prune() {
  const lines = [...document.querySelectorAll("#cards > [data-decided]:not([aria-busy])")];
  for (const old of lines.slice(0, -LINES_KEPT)) if (!old.contains(document.activeElement)) old.remove();
}

// Forms that htmx still sends, such as setting a comment aside: the focus goes on all the same.
document.addEventListener("htmx:afterSwap", (event) => {
  const swapped = event.detail.elt;
  if (swapped.matches?.("[data-decided]")) {
    announce(swapped.querySelector("[data-announce]").textContent);
    focusAfter(swapped);
  } else if (swapped.matches?.("[data-card]")) {
    restore(swapped);
    if (!document.activeElement?.closest("[data-card]")) focusCard(swapped);
  }
});

// One request a card: a second press while the first is on its way must do nothing.
document.addEventListener("htmx:confirm", (event) => {
  if (event.target.closest?.("[data-card]")?.querySelector("form.htmx-request")) event.preventDefault();
});

addEventListener("beforeunload", (event) => {
  if (deciding()) event.preventDefault();
});
