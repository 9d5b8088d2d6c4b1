"""Every single key in a real browser: what each does, and what none of them does when off."""

from collections.abc import Callable

import pytest
from factories import comment
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from api.shortcuts import PRESETS, SHORTCUTS
from moderation.database import Database
from moderation.tables import Decision, Moderator

pytestmark = pytest.mark.browser
Keys = dict[str, str]
VIGIE = PRESETS["vigie"]


@pytest.fixture
def queue(page: Page, client: FlaskClient) -> Page:
    """Three comments that wait, oldest first: the first one's text is withheld."""
    texts = ("Il faut t’égorger.", "Un voleur, dit-on.", "Encore un voleur.")
    sent = [comment(text, author={"name": f"Ana {nth}"}) for nth, text in enumerate(texts)]
    client.post("/v1/comments/batch", json={"comments": sent})
    opened(page)
    return page


def opened(page: Page) -> None:
    page.goto("/queue?order=oldest")
    focused(page, 0)


def focused(page: Page, nth: int) -> None:
    expect(page.locator("[data-card]:focus h2")).to_have_text(f"Ana {nth}")


def card(page: Page) -> Locator:
    return page.locator("[data-card]").first


def next_one(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["next"])
    focused(page, 1)


def previous_one(page: Page, keys: Keys) -> None:
    next_one(page, keys)
    page.keyboard.press(keys["previous"])
    focused(page, 0)


def approve(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["approve"])
    expect(page.locator("#live")).to_have_text("Approuvé.")
    focused(page, 1)


def reject(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["reject"])
    expect(card(page).locator("[data-reject][open] input:focus")).to_have_count(1)
    page.keyboard.press("3")
    expect(card(page).get_by_label("Haine")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("Rejeté : haine.")
    focused(page, 1)


def undo(page: Page, keys: Keys) -> None:
    approve(page, keys)
    page.keyboard.press(keys["undo"])
    focused(page, 0)
    expect(page.locator("#live")).to_have_text("Décision annulée.")


def aside(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["aside"])
    expect(card(page).get_by_label("Pourquoi ?")).to_be_focused()


def escalate(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["escalate"])
    expect(card(page).get_by_label("À qui ?")).to_be_focused()


def reveal(page: Page, keys: Keys) -> None:
    expect(card(page)).not_to_contain_text("égorger")
    page.keyboard.press(keys["reveal"])
    expect(card(page)).to_contain_text("Il faut t’égorger.")
    focused(page, 0)


def context(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["context"])
    expect(card(page).locator(".around")).to_be_visible()


def author(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["author"])
    expect(page.locator("#drawer").get_by_role("heading", name="Ana 0")).to_be_visible()


def zen(page: Page, keys: Keys) -> None:
    other = page.locator("[data-card]").nth(1)
    page.keyboard.press(keys["zen"])
    expect(page.locator("#live")).to_have_text("Seul le commentaire en cours est montré.")
    expect(other).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(card(page)).to_be_visible()
    page.keyboard.press(keys["next"])
    focused(page, 1)
    expect(other).to_be_visible()
    expect(card(page)).to_be_hidden()
    page.reload()
    focused(page, 0)
    expect(other).to_be_hidden()
    page.keyboard.press(keys["zen"])
    expect(other).to_be_visible()


def search(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["search"])
    page.wait_for_url("**/search")
    expect(page.get_by_role("searchbox")).to_be_focused()


def show_help(page: Page, keys: Keys) -> None:
    page.keyboard.press(keys["help"])
    expect(page.get_by_role("dialog")).to_contain_text("Raccourcis clavier")


# A new shortcut is added here, with what it does.
CASES: dict[str, Callable[[Page, Keys], None]] = {
    "next": next_one,
    "previous": previous_one,
    "approve": approve,
    "reject": reject,
    "undo": undo,
    "aside": aside,
    "escalate": escalate,
    "reveal": reveal,
    "context": context,
    "author": author,
    "zen": zen,
    "search": search,
    "help": show_help,
}


@pytest.mark.parametrize("name", [shortcut.name for shortcut in SHORTCUTS])
def test_every_shortcut_does_what_the_help_says(queue: Page, name: str) -> None:
    CASES[name](queue, VIGIE)


def test_who_comes_from_coral_finds_their_keys(queue: Page) -> None:
    queue.goto("/account/shortcuts")
    queue.get_by_role("button", name="Prendre les touches de Coral").click()
    expect(queue.get_by_text("Raccourcis enregistrés.")).to_be_visible()
    opened(queue)
    coral = {"next": "j", "previous": "k", "approve": "f", "reject": "d", "zen": "z", "help": "?"}
    for name in ("zen", "previous"):
        CASES[name](queue, {**VIGIE, **coral})
        opened(queue)
    queue.keyboard.press("a")
    queue.keyboard.press("f")
    expect(queue.locator("[data-decided]")).to_have_count(1)
    expect(queue.locator("#live")).to_have_text("Approuvé.")
    queue.keyboard.press("u")
    focused(queue, 0)
    reject(queue, coral)
    show_help(queue, coral)


def test_a_key_of_one_s_own(queue: Page) -> None:
    queue.goto("/account/shortcuts")
    queue.get_by_label("Approuver").fill("y")
    queue.get_by_label("Commentaire suivant").fill("n")
    queue.get_by_role("button", name="Enregistrer").click()
    expect(queue.get_by_text("Raccourcis enregistrés.")).to_be_visible()
    opened(queue)
    queue.keyboard.press("a")
    queue.keyboard.press("n")
    focused(queue, 1)
    queue.keyboard.press("k")
    approve(queue, {"approve": "y"})


def test_switched_off_no_single_key_does_anything(queue: Page, database: Database) -> None:
    queue.goto("/account/shortcuts")
    queue.get_by_label("Raccourcis d’une seule touche activés").uncheck()
    queue.get_by_role("button", name="Enregistrer").click()
    expect(queue.get_by_text("Raccourcis enregistrés.")).to_be_visible()
    opened(queue)
    for key in (*VIGIE.values(), "1", "2"):
        queue.keyboard.press(key)
    focused(queue, 0)
    expect(queue.locator("[data-card]")).to_have_count(3)
    expect(card(queue)).not_to_contain_text("égorger")
    expect(queue.locator("dialog[open], [data-card] details[open], .zen")).to_have_count(0)
    expect(queue).to_have_url("/queue?order=oldest")
    with database.read() as session:
        assert session.query(Decision).count() == 0
        assert session.query(Moderator).one().preferences["shortcuts"]["off"]
    # Tab, Enter and Escape are no shortcuts of ours to switch off.
    card(queue).get_by_text("Rejeter…").focus()
    queue.keyboard.press("Enter")
    expect(card(queue).locator("[data-reject][open]")).to_have_count(1)
    queue.keyboard.press("Escape")
    expect(card(queue).locator("[data-reject][open]")).to_have_count(0)


def typed_on_azerty(page: Page, key: str, code: str, shift: bool = False) -> None:
    """Press a key that gives another sign than on the keyboard of the test."""
    pressed = {"key": key, "code": code, "shiftKey": shift, "bubbles": True, "cancelable": True}
    page.evaluate(
        "init => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', init))", pressed
    )


@pytest.mark.parametrize(
    ("sign", "code", "shift"),
    [
        ("3", "Digit3", False),
        ('"', "Digit3", False),
        ("3", "Digit3", True),
        ("3", "Numpad3", False),
    ],
    ids=["digit", "azerty", "azerty with shift", "keypad"],
)
def test_a_digit_picks_a_reason_and_else_opens_a_queue(
    queue: Page, sign: str, code: str, shift: bool
) -> None:
    queue.keyboard.press("r")
    typed_on_azerty(queue, sign, code, shift)
    expect(card(queue).get_by_label("Haine")).to_be_checked()
    expect(queue).to_have_url("/queue?order=oldest")
    queue.keyboard.press("Escape")
    typed_on_azerty(queue, sign, code, shift)
    queue.wait_for_url("**/queue/reexamine")


def test_the_last_reasons_have_keys_too(queue: Page) -> None:
    queue.keyboard.press("r")
    for nth, (key, code) in enumerate((("à", "Digit0"), (")", "Minus"), ("=", "Equal")), start=9):
        typed_on_azerty(queue, key, code)
        expect(card(queue).locator("input[name=reason]").nth(nth)).to_be_checked()
