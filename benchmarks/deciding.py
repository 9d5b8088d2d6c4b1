"""Deciding by keyboard in Chromium, with 50,000 comments that wait."""

import json
import os
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from benchmarks import furnishing
from benchmarks.serving import Server
from moderation.database import Database

SIZE = furnishing.Size(pending=50_000, decided=0)
DECISIONS = 200
# Notes when the key was pressed, when the next card had the focus and was painted (the second frame
# after), and when the decision was answered.
WATCH = """() => {
  window.taken = { painted: [], answered: [] };
  let pressed = null;
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  addEventListener("focusin", (event) => {
    if (pressed === null || !event.target.matches("[data-card]")) return;
    const since = pressed;
    pressed = null;
    const painted = () => taken.painted.push(performance.now() - since);
    requestAnimationFrame(() => requestAnimationFrame(painted));
  });
  const ask = window.fetch;
  window.fetch = async (url, options) => {
    const since = performance.now();
    const answer = await ask(url, options);
    if (String(url).endsWith("/decision")) {
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      taken.answered.push(performance.now() - since);
    }
    return answer;
  };
}"""


def summary(server: Server) -> dict[str, str]:
    """Approve as fast as the next card shows, and sum the latencies up."""
    furnishing.furnish(Database(server.database_url), SIZE)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, chromium_sandbox=os.geteuid() != 0
        )
        page = browser.new_page(base_url=server.url, locale="fr-FR", bypass_csp=True)
        taken = _decide(page)
        browser.close()
    return {
        "comments that wait": f"{SIZE.pending:,}",
        "from key to next card, median": f"{statistics.median(taken['painted']):.0f} ms",
        "from key to next card, p95": f"{_p95(taken['painted']):.0f} ms",
        "from key to stored decision, median": f"{statistics.median(taken['answered']):.0f} ms",
        "from key to stored decision, p95": f"{_p95(taken['answered']):.0f} ms",
        "decisions": str(len(taken["answered"])),
    }


def _decide(page: Page) -> dict[str, list[float]]:
    page.goto("/login")
    page.fill("[name=login]", furnishing.LOGIN)
    page.fill("[name=password]", furnishing.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("[data-card]:focus")
    page.evaluate(WATCH)
    for number in range(1, DECISIONS + 1):
        page.keyboard.press("a")
        page.wait_for_function(f"taken.painted.length === {number}")
        page.wait_for_timeout(150)
    page.wait_for_function(f"taken.answered.length === {DECISIONS}")
    kept: dict[str, list[float]] = json.loads(page.evaluate("JSON.stringify(taken)"))
    return kept


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[18]
