// The last decisions of this tab, taken back one after another; kept when the page is loaded again.
import { announce, cardOf, elementOf, focusCard } from "./cards.js";
import { tell } from "./failures.js";

const KEY = "undo";
const KEPT = 50;
const page = document.getElementById("deciding");
// One that was on its way when the page was left is the last that the server knows.
let stack = JSON.parse(sessionStorage.getItem(KEY) ?? "[]").map((entry) => ({ url: page.dataset.undoLast, ...entry }));
const pending = new Map();
let chain = Promise.resolve();

function save() {
  stack = stack.slice(-KEPT);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(stack));
  } catch {
    // Full, or forbidden: the stack lasts as long as the page.
  }
}

const urlIn = (element) => element?.querySelector("form[data-undo]")?.getAttribute("action");

// A decision on its way has its place in the order from the start.
export function remember(id, answered, line) {
  const entry = { id };
  stack.push(entry);
  pending.set(entry, answered);
  line.addEventListener("click", (event) => {
    if (!event.target.closest("[data-undo-soon]")) return;
    take(entry);
  });
  answered.then((decided) => {
    pending.delete(entry);
    entry.url = urlIn(decided);
    if (!entry.url) stack = stack.filter((other) => other !== entry);
    save();
  });
}

// What this page is at work on, and its address takes back, is undone first.
export function last(url) {
  withdrawn(url);
  stack.push({ url });
  save();
}

// What was undone by its own button, by a form or elsewhere, is not undone again.
export function withdrawn(url) {
  stack = stack.filter((entry) => entry.url !== url);
  save();
}

export function undo() {
  const entry = stack.pop();
  save();
  return entry ? take(entry, true) : later(() => send(page.dataset.undoLast));
}

function take(entry, popped = false) {
  if (!popped) stack = stack.filter((other) => other !== entry);
  return later(async () => {
    await pending.get(entry);
    if (entry.url) await send(entry.url, entry.id);
  });
}

function later(work) {
  chain = chain.then(work, work);
  return chain;
}

async function send(url, id) {
  const body = new FormData();
  body.set("csrf_token", page.dataset.token);
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } });
  } catch {
    return failed({ url, id }, "offline");
  }
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  if (answer.status === 204) return announce(page.dataset.nothing);
  if (answer.status === 409 || answer.status === 404) return announce(page.dataset.changed);
  if (!answer.ok) return failed({ url, id }, answer.status === 401 ? "session" : "error");
  back(elementOf(await answer.text()), url);
}

function failed(entry, kind) {
  if (entry.url !== page.dataset.undoLast) stack.push(entry);
  save();
  tell(kind);
}

// The card takes the place of its line, else the place before the one being read.
function back(card, url) {
  if (!card?.matches("[data-card]")) return announce(page.dataset.undone);
  const line = document.querySelector(`[data-decided]:has(form[action="${CSS.escape(url)}"])`);
  cardOf(card.id.replace("card-", ""))?.remove();
  const list = document.getElementById("cards");
  if (line) line.replaceWith(card);
  else if (list) list.insertBefore(card, document.activeElement?.closest("#cards > [data-card]") ?? list.firstChild);
  else return location.assign(card.dataset.card);
  window.htmx.process(card);
  document.getElementById("empty")?.setAttribute("hidden", "");
  focusCard(card);
  announce(page.dataset.undone);
  document.body.dispatchEvent(new CustomEvent("vigie:decided"));
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest("[data-decided] form[data-undo]");
    if (!form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const url = form.getAttribute("action");
    withdrawn(url);
    later(() => send(url));
  },
  true,
);
