// What came into the list since the page was shown: offered, never put in under one's eyes.
import { announce, cardOf } from "./cards.js";

const holder = document.getElementById("live-changes");
const ASK_MS = 500;
const SPEAK_MS = 60_000;
const opened = holder?.dataset.cursor;
let fresh = [];
let much = false;
let asking = null;
let spoken = -Infinity;

// The server alone knows what belongs here: the page's own filters are asked with.
export function offer(comments, more) {
  if (holder.dataset.shown !== "pending") return;
  much ||= more;
  const concerns = ({ id, status }) => fresh.includes(id) || (status === "pending" && !cardOf(id));
  if (much) show();
  else if (comments.some(concerns)) asking ??= setTimeout(ask, ASK_MS);
}

async function ask() {
  asking = null;
  const query = new URLSearchParams(location.search);
  query.set("since", opened);
  const answer = await fetch(`${holder.dataset.arrivals}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  // Without an answer, the next change asks again.
  if (!answer?.ok) return;
  const { ids, more } = await answer.json();
  much ||= more;
  fresh = ids.filter((id) => !cardOf(id));
  show();
}

function show() {
  const button = document.getElementById("arrivals");
  if (!button || !(fresh.length || much)) return button?.setAttribute("hidden", "");
  const pattern = much ? holder.dataset.much : fresh.length === 1 ? holder.dataset.one : holder.dataset.many;
  button.textContent = pattern.replace("{n}", fresh.length);
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
