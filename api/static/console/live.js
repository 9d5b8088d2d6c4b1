// What colleagues do and what arrives, while the page is open: by stream, else by asking.
import { offer } from "./arrivals.js";
import { announce, authorOf, cardOf, cards, current, elementOf, focusAfter, focusCard, idOf } from "./cards.js";
import { colleagues } from "./claims.js";
import { keep, typedOn } from "./drafts.js";
import { settle, tell } from "./failures.js";
import { plan } from "./prefetch.js";

const holder = document.getElementById("live-changes");
const POLL_MS = Number(holder?.dataset.pollMs);
const AGAIN_MS = 60_000;
// Counts follow soon after a change, and not more often than this while changes follow each other.
const COUNTS_SOON_MS = 500;
const COUNTS_EVERY_MS = 5_000;
const LINE_MS = 10_000;
let cursor = holder?.dataset.cursor;
let source = null;
let timer = null;
let counting = null;
let counted = -Infinity;

const visible = () => document.visibilityState === "visible";
const address = (url) => `${url}?since=${encodeURIComponent(cursor)}`;
const field = (card, name) => card.querySelector(`input[name=${name}]`)?.value;

function open() {
  close();
  source = new EventSource(address(holder.dataset.stream));
  source.onmessage = (event) => take(JSON.parse(event.data));
  source.onerror = () => {
    // A connection that was lost comes back by itself; one that was refused does not.
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    poll(Date.now() + AGAIN_MS);
  };
}

function close() {
  source?.close();
  source = null;
  clearTimeout(timer);
}

async function poll(until) {
  clearTimeout(timer);
  try {
    const answer = await fetch(address(holder.dataset.poll), { headers: { "HX-Request": "true" } });
    if (answer.status === 401) return tell("session");
    if (answer.ok) take(await answer.json());
  } catch {
    // Offline: the next turn, or the next decision, will tell.
  }
  if (!visible() || source) return;
  timer = setTimeout(() => (Date.now() > until ? open() : poll(until)), POLL_MS);
}

function take(changes) {
  cursor = changes.cursor;
  const left = changes.comments.filter(changed).length;
  for (const id of changes.held) moved(id);
  colleagues(changes.readers);
  offer(changes.comments, changes.more);
  if (left > 0) plan();
  if (changes.comments.length || changes.held.length) count();
}

function count() {
  const wait = Math.max(COUNTS_SOON_MS, counted + COUNTS_EVERY_MS - performance.now());
  counting ??= setTimeout(() => {
    counting = null;
    counted = performance.now();
    document.body.dispatchEvent(new CustomEvent("vigie:counts"));
  }, wait);
}

// Answers whether the card leaves the list.
function changed(comment) {
  const card = cardOf(comment.id);
  if (!card) return false;
  const now = field(card, "status");
  if (now && now !== comment.status) return leave(card, said(comment));
  if (now && field(card, "revision") !== String(comment.revision)) edited(card);
  return false;
}

function said({ status, by }) {
  const message = holder.dataset[status] ?? holder.dataset.changed;
  return message.replace("{name}", by ?? holder.dataset.nobody);
}

// Set aside or passed on by a colleague: no longer in the common queue.
function moved(id) {
  const card = cardOf(id);
  if (card && holder.dataset.shown === "pending") leave(card, holder.dataset.moved);
}

// What is being typed on stays, marked; the rest makes room.
function leave(card, message) {
  if (!card.closest("#cards") || typedOn(card)) {
    if (mark(card, message)) announce(`${authorOf(card)} : ${message}`);
    return false;
  }
  const reading = current() === card;
  const line = document.createElement("article");
  line.className = "decided";
  line.tabIndex = -1;
  line.append(Object.assign(document.createElement("p"), { textContent: `${authorOf(card)} : ${message}` }));
  card.replaceWith(line);
  settle(card);
  if (reading) {
    announce(line.textContent);
    focusAfter(line);
  }
  setTimeout(() => line.contains(document.activeElement) || line.remove(), LINE_MS);
  return true;
}

function mark(card, message) {
  if (card.querySelector(":scope > .overtaken")?.dataset.said === message) return null;
  const notice = card.querySelector(":scope > .overtaken") ?? document.createElement("p");
  notice.className = "overtaken";
  notice.dataset.said = message;
  notice.textContent = message;
  card.prepend(notice);
  return notice;
}

// Its author edited it: shown when asked for, so that no text moves under one's eyes.
function edited(card) {
  const notice = mark(card, holder.dataset.edited);
  if (!notice) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = holder.dataset.show;
  button.addEventListener("click", () => reload(card));
  notice.append(" ", button);
}

async function reload(card) {
  keep(card);
  const answer = await fetch(card.dataset.card).catch(() => null);
  if (!answer?.ok) return tell("offline", card);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = elementOf(page.getElementById(card.id)?.outerHTML ?? "");
  if (!fresh) return;
  card.replaceWith(fresh);
  window.htmx.process(fresh);
  focusCard(fresh);
}

function follow() {
  if (visible()) open();
  else close();
}

if (holder && (cards().length || document.getElementById("cards"))) {
  follow();
  document.body.addEventListener("vigie:decided", count);
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && follow());
}
