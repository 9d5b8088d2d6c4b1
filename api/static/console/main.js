// The queue by keyboard. Everything here also works by mouse, and without this file.
import { cards, focusCard, held } from "./cards.js";
import "./opened.js";
import "./failures.js";
import "./drafts.js";
import "./decide.js";
import "./undo.js";
import "./claims.js";
import "./keys.js";
import "./prefetch.js";
import "./live.js";

for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
  form.querySelector("button").hidden = true;
}

if (document.activeElement === document.body) focusCard(cards().find((card) => !held(card) && !card.closest("[data-sample]")));
