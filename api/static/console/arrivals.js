// Comments that arrived since the page was shown: offered, never put in under one's eyes.
import { announce, cardOf } from "./cards.js";

const holder = document.getElementById("live-changes");
const SPEAK_MS = 60_000;
const opened = Date.parse(holder?.dataset.cursor ?? "");
const asked = new URLSearchParams(location.search);
const fresh = new Set();
let spoken = -Infinity;

const here = (comment) =>
  (!asked.get("site") || asked.get("site") === comment.site) &&
  (!asked.get("article") || asked.get("article") === comment.article);

export function offer(comments, more) {
  if (holder.dataset.shown !== "pending") return;
  for (const comment of comments) {
    const arrived = comment.status === "pending" && Date.parse(comment.received) > opened;
    if (arrived && here(comment) && !cardOf(comment.id)) fresh.add(comment.id);
    else fresh.delete(comment.id);
  }
  show(more);
}

function show(more) {
  const button = document.getElementById("arrivals");
  if (!button || !(fresh.size || more)) return button?.setAttribute("hidden", "");
  const pattern = more ? holder.dataset.much : fresh.size === 1 ? holder.dataset.one : holder.dataset.many;
  button.textContent = pattern.replace("{n}", fresh.size);
  button.hidden = false;
  if (performance.now() - spoken < SPEAK_MS) return;
  spoken = performance.now();
  announce(button.textContent);
}

document.getElementById("arrivals")?.addEventListener("click", () => {
  const first = new URL(location.href);
  first.searchParams.delete("after");
  if (first.href === location.href) location.reload();
  else location.assign(first);
});
