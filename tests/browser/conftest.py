"""A real Chromium, and the application behind a real socket."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from people import PASSWORD, Live, log_in
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright
from serving import served

from moderation import accounts
from moderation.database import Database

# A machine that several work on is slower than the five seconds that Playwright waits.
expect.set_options(timeout=10_000)
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Without these it calls home at every start, where no home can be reached.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """The path of a Chromium: the machine's, else one that can be installed."""
    if path := next(filter(None, map(shutil.which, NAMES)), None):
        return path
    installers = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        installers.append(["sh", "-c", "apt-get update -qq && apt-get install -yqq chromium"])
    for command in installers:
        subprocess.run(command, capture_output=True, timeout=600, check=False)
        if path := next(filter(None, map(shutil.which, NAMES)), None):
            return path
        with sync_playwright() as playwright:
            if os.path.exists(playwright.chromium.executable_path):  # noqa: PTH110
                return playwright.chromium.executable_path
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine, and none could be installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=QUIET, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser shows does not depend on the database: SQLite alone."""
    return sqlite_url


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    with served(app) as url:
        yield Live(app, url)


@pytest.fixture
def page(browser: Browser, live: Live, database: Database) -> Iterator[Page]:
    """A page on which a moderator has logged in, and which broke nothing on the way."""
    with database.write() as session:
        accounts.create(session, "camille", "Camille", PASSWORD)
    context = browser.new_context(base_url=live.url, locale="fr-FR")
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[Error] = []
    page.on("pageerror", lambda error: errors.append(error))
    log_in(page, "camille")
    yield page
    assert errors == []
    context.close()
