"""Deciding by keyboard in Chromium, with 50,000 comments that wait."""

import json
import os
import random
import shutil
import statistics
from typing import Any

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from benchmarks.serving import Server, texts
from moderation import accounts
from moderation.database import Database
from moderation.tables import Article, Author, Comment, Revision, Site, Verdict, now

PENDING = 50_000
DECISIONS = 200
PASSWORD = "un mot de passe long"
BATCH = 1_000
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


def fill(database: Database, count: int = PENDING) -> None:
    """Store comments that wait, and an account to read them."""
    chance, sample = random.Random(1), texts()
    with database.write() as session:
        accounts.create(session, "bench", "Bench", PASSWORD)
        site = session.scalars(select(Site)).one().id
        articles = [
            _row(site, n, url=f"https://bench.example/{n}", title=f"Article {n}")
            for n in range(300)
        ]
        authors = [
            {"id": uuid7(), "site_id": site, "identity": f"id:{n}", "name": f"Lecteur {n}"}
            for n in range(5_000)
        ]
        session.execute(insert(Article), articles)
        session.execute(insert(Author), authors)
        for start in range(0, count, BATCH):
            comments, revisions, verdicts = [], [], []
            for number in range(start, start + BATCH):
                comment, revision = uuid7(), uuid7()
                score = chance.random()
                comments.append(
                    {
                        "id": comment,
                        "site_id": site,
                        "article_id": chance.choice(articles)["id"],
                        "author_id": chance.choice(authors)["id"],
                        "external_id": f"w{number}",
                        "root_id": comment,
                        "status": "pending",
                        "rank": score,
                        "posted_at": now(),
                    }
                )
                text = sample[number % len(sample)]
                revisions.append(
                    {
                        "id": revision,
                        "comment_id": comment,
                        "number": 1,
                        "text": text,
                        "fingerprint": "",
                    }
                )
                verdicts.append(
                    {
                        "revision_id": revision,
                        "outcome": "review",
                        "blind": False,
                        "reject": score,
                        "attributes": {"toxicity": score},
                        "threshold": 0.3,
                        "inclusion": 1.0,
                    }
                )
            session.execute(insert(Comment), comments)
            session.execute(insert(Revision), revisions)
            session.execute(insert(Verdict), verdicts)


def summary(server: Server) -> dict[str, str]:
    """Approve as fast as the next card shows, and sum the latencies up."""
    fill(Database(server.database_url))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, chromium_sandbox=os.geteuid() != 0
        )
        page = browser.new_page(base_url=server.url, locale="fr-FR", bypass_csp=True)
        taken = _decide(page)
        browser.close()
    return {
        "comments that wait": f"{PENDING:,}",
        "from key to next card, median": f"{statistics.median(taken['painted']):.0f} ms",
        "from key to next card, p95": f"{_p95(taken['painted']):.0f} ms",
        "from key to stored decision, median": f"{statistics.median(taken['answered']):.0f} ms",
        "from key to stored decision, p95": f"{_p95(taken['answered']):.0f} ms",
        "decisions": str(len(taken["answered"])),
    }


def _decide(page: Page) -> dict[str, list[float]]:
    page.goto("/login")
    page.fill("[name=login]", "bench")
    page.fill("[name=password]", PASSWORD)
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


def _row(site: Any, number: int, **fields: Any) -> dict[str, Any]:
    return {"id": uuid7(), "site_id": site, "external_id": f"x{number}", **fields}
