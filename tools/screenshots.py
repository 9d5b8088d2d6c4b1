"""Take the console's pages, as the demo shows them, into `docs/screenshots/`.

Each page at phone and desktop width, light and dark, from a fresh installation with the shipped
model: what is shown is what `make run` serves.
"""

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from rich.progress import track
from werkzeug.serving import make_server

from api import setup
from api.app import create_app
from moderation.champion import Champion
from moderation.database import Database
from moderation.settings import Settings

OUT = Path("docs/screenshots")
WIDTHS = {"phone": (390, 844), "desktop": (1440, 900)}
SCHEMES = ("light", "dark")
# A palette halves the files, and no eye tells.
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """A page, and what is done on it before it is taken."""

    name: str
    path: str
    act: Callable[[Page], None] = lambda _: None


def reject(page: Page) -> None:
    """Open the reasons of the first card."""
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.locator("[data-preview] blockquote").first.wait_for()


def card_of(page: Page, text: str) -> None:
    """Open the page of the comment that says a text."""
    page.goto(f"/search?q={text}")
    page.goto(page.locator("[data-card] .when a").first.get_attribute("href") or "")


def drawer(page: Page) -> None:
    """Open the drawer of the author of the comment in hand."""
    card_of(page, "feuille")
    page.locator("[data-card]").first.focus()
    page.keyboard.press("h")
    page.locator("dialog[open]").first.wait_for()


def duplicates(page: Page) -> None:
    """Open the texts that resemble an advertisement."""
    card_of(page, "méthode")
    page.goto(page.locator(".resembling a").first.get_attribute("href") or "")


SHOTS = (
    Shot("queue", "/queue"),
    Shot("rejecting", "/queue", reject),
    Shot("flagged", "/queue/flagged"),
    Shot("reexamine", "/queue/reexamine"),
    Shot("escalated", "/queue/escalated"),
    Shot("comment", "/queue", lambda page: card_of(page, "incapables")),
    Shot("author", "/queue", drawer),
    Shot("near-duplicates", "/queue", duplicates),
    Shot("search", "/search?q=cantine"),
    Shot("scores", "/scores?low=60&high=100"),
    Shot("bulk", "/bulk/new?chosen=of%3Dsearch%26q%3Dm%C3%A9thode&action=reject"),
    Shot("decisions", "/decisions"),
    Shot("dashboard", "/dashboard?by=week"),
    Shot("adjudication", "/adjudication"),
    Shot("journal", "/journal"),
    Shot("team", "/team"),
    Shot("reasons", "/reasons"),
    Shot("account", "/account"),
    Shot("shortcuts", "/account/shortcuts"),
    Shot("wellbeing", "/account/wellbeing"),
    Shot("wellbeing-team", "/wellbeing"),
    Shot("help", "/queue", lambda page: page.keyboard.press("?")),
    Shot("demo", "/demo"),
)


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Take the pages named, or every one, at both widths, in both schemes."""
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    OUT.mkdir(parents=True, exist_ok=True)
    with served() as (url, password), sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=os.geteuid() != 0
        )
        for width in WIDTHS:
            for scheme in SCHEMES:
                take(browser, url, password, shots, width, scheme)


def take(
    browser: Browser, url: str, password: str, shots: Sequence[Shot], width: str, scheme: str
) -> None:
    """Take pages at one width, in one scheme."""
    across, down = WIDTHS[width]
    context = browser.new_context(
        base_url=url,
        viewport={"width": across, "height": down},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="fr-FR",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/login")
    save(page, f"login-{width}-{scheme}")
    page.get_by_label("Identifiant").fill(setup.DEMO_LOGIN)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url("**/queue*")
    for shot in track(shots, f"{width}, {scheme}"):
        page.goto(shot.path)
        shot.act(page)
        # What is loaded when it comes into view, such as the words that carried a score.
        expect(page.locator(".htmx-request")).to_have_count(0)
        save(page, f"{shot.name}-{width}-{scheme}")
    context.close()


def save(page: Page, name: str) -> None:
    """Keep what the window shows, in few colours."""
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(OUT / f"{name}.png", optimize=True)


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Serve a fresh demo until the block ends; answer its address and the demo's password."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=f"sqlite:///{folder}/vigie.db",
            secret_key=secrets.token_hex(32),
            secure_cookies=False,
            score_timeout=60,
        )
        database = Database(settings.database_url)
        database.upgrade()
        with database.write() as session:
            setup.install_model(session, settings.models_dir)
        champion = Champion(database, settings.models_dir, settings.score_timeout)
        champion.refresh()
        credentials = setup.install_demo(database, champion)
        assert credentials is not None
        server = make_server("127.0.0.1", 0, create_app(settings, champion), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}", credentials.password
        server.shutdown()


if __name__ == "__main__":
    main()
