"""A comment's text in a real browser: explained, decoded, withheld, revealed."""

import pytest
from accessibility import violations
from factories import comment
from flask.testing import FlaskClient
from people import Live
from playwright.sync_api import Page, expect

from moderation.database import Database
from moderation.tables import Moderator

pytestmark = pytest.mark.browser
HARD = "Je vais l’égorger, ce voleur, au coin de la rue Gambetta."
CALM = "Je ne suis pas de cet avis, et je le dis posément à tout le monde. "
TOLD = CALM * 2 + "Ce v0leur, cet idiot, ment. " + CALM + "Voir https://lemonde.fr@evil.example/."


@pytest.fixture
def hard(client: FlaskClient) -> str:
    found: str = client.post("/v1/comments", json=comment(HARD)).json["id"]
    return found


@pytest.fixture
def told(client: FlaskClient) -> str:
    found: str = client.post("/v1/comments", json=comment(TOLD)).json["id"]
    return found


def test_b_shows_a_severe_text_and_the_card_keeps_the_focus(page: Page, hard: str) -> None:
    page.goto("/queue")
    expect(page.locator(".withheld")).to_be_visible()
    assert "Gambetta" not in page.content()
    page.keyboard.press("b")
    expect(page.get_by_text("rue Gambetta")).to_be_visible()
    expect(page.locator("[data-card]:focus")).to_contain_text("Gambetta")
    page.keyboard.press("a")
    expect(page.locator("[data-card]")).to_have_count(0)


def test_a_severe_text_is_shown_without_javascript(page: Page, live: Live, hard: str) -> None:
    context = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(), base_url=live.url
    )
    plain = context.new_page()
    plain.goto("/queue")
    plain.get_by_role("button", name="Montrer le texte").click()
    expect(plain.get_by_text("rue Gambetta")).to_be_visible()
    context.close()


def test_a_moderator_asks_why_of_another_score(page: Page, told: str) -> None:
    page.goto(f"/comments/{told}")
    why = page.get_by_label("Pourquoi :")
    expect(why).to_have_value("reject")
    why.select_option("insult")
    page.wait_for_function("document.querySelectorAll('[data-said] mark.w3').length > 0")
    expect(page.get_by_label("Pourquoi :")).to_have_value("insult")
    expect(page.locator(".carried").first).to_contain_text("ment.")


def test_a_link_in_a_text_cannot_be_clicked_by_accident(page: Page, told: str) -> None:
    page.goto(f"/comments/{told}")
    expect(page.locator(".text a")).to_have_count(0)
    button = page.get_by_role("link", name="Ouvrir evil.example dans un nouvel onglet")
    expect(button).to_have_attribute("href", "https://evil.example/")


def test_what_changed_opens_in_the_card(page: Page, client: FlaskClient, told: str) -> None:
    client.put(f"/v1/comments/{told}", json={"text": TOLD.replace("idiot, ment", "idiot, dort")})
    page.goto("/queue")
    page.get_by_text("Modifié : voir ce qui a changé").click()
    expect(page.locator("del")).to_have_text("ment")
    expect(page.locator("ins")).to_have_text("dort")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_and_wellbeing_have_no_violation(
    page: Page, client: FlaskClient, database: Database, hard: str, told: str, scheme: str
) -> None:
    with database.write() as session:
        session.query(Moderator).one().role = "lead"
    wall = comment("vo\u200bleur c0nnard \u200f" * 150)
    client.post("/v1/comments", json=wall)
    client.put(f"/v1/comments/{told}", json={"text": TOLD.replace("idiot, ment", "idiot, dort")})
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in ("/queue", f"/comments/{told}", "/account/wellbeing", "/wellbeing"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = violations(page)
    assert {name: list_ for name, list_ in found.items() if list_} == {}


def test_a_hostile_text_does_not_widen_a_phone_s_page(
    page: Page, client: FlaskClient, told: str
) -> None:
    client.put(f"/v1/comments/{told}", json={"text": "voleur " + "x" * 900 + "\u200f" * 60})
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/comments/{told}")
    width = page.evaluate("document.querySelector('[data-card]').scrollWidth")
    assert width <= 390
