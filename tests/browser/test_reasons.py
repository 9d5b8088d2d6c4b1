"""Rejecting with a reason in a real browser: by keyboard, with a preview, on a phone."""

import re

import pytest
from factories import comment
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route, expect

from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Decision, Moderator, Site

pytestmark = pytest.mark.browser
PREVIEW = re.compile("/statement$")


@pytest.fixture
def queue(page: Page, client: FlaskClient) -> Page:
    sent = [comment(f"Voleur numéro {number}, dit-on.") for number in range(3)]
    client.post("/v1/comments/batch", json={"comments": sent})
    page.goto("/queue?order=oldest")
    expect(page.locator("[data-card]")).to_have_count(3)
    return page


def test_a_digit_and_enter_reject_without_waiting_for_the_preview(queue: Page) -> None:
    held: list[Route] = []
    queue.route(PREVIEW, lambda route: held.append(route))
    queue.keyboard.press("r")
    queue.keyboard.press("1")
    queue.keyboard.press("Enter")
    expect(queue.locator("#live")).to_have_text("Rejeté : injure.")
    for route in held:
        route.abort()


def test_the_preview_follows_the_reason_and_what_is_typed(queue: Page) -> None:
    queue.keyboard.press("r")
    preview = queue.locator("[data-reject][open] [data-preview]")
    expect(preview).to_contain_text("Choisissez un motif")
    queue.keyboard.press("2")
    expect(preview).to_contain_text("loi du 29 juillet 1881, art. 29 al. 1, 31 et 32")
    queue.get_by_label("Précision pour l’auteur").first.fill("Citez vos sources.")
    expect(preview).to_contain_text("Précision de la modération")
    expect(preview).to_contain_text("Citez vos sources.")


def test_a_preview_that_fails_says_nothing_and_stops_nothing(queue: Page) -> None:
    queue.route(PREVIEW, lambda route: route.fulfill(status=500, body="oups"))
    queue.keyboard.press("r")
    with queue.expect_response(PREVIEW):
        queue.keyboard.press("1")
    expect(queue.locator("#failure")).to_be_hidden()
    queue.keyboard.press("Enter")
    expect(queue.locator("#live")).to_have_text("Rejeté : injure.")


def test_other_asks_for_an_explanation_and_keeps_the_note(queue: Page, database: Database) -> None:
    queue.keyboard.press("r")
    queue.get_by_label("Autre").first.check()
    panel = queue.locator("[data-reject][open]")
    panel.get_by_label("Note interne").fill("doublon du fil")
    panel.get_by_role("button", name="Rejeter", exact=True).click()
    expect(queue.locator(".refusal").first).to_contain_text("une précision pour l’auteur")

    panel = queue.locator("[data-reject][open]")
    expect(panel.get_by_label("Autre")).to_be_checked()
    expect(panel.get_by_label("Note interne")).to_have_value("doublon du fil")
    panel.get_by_label("Précision pour l’auteur").fill("Déjà publié.")
    panel.get_by_role("button", name="Rejeter", exact=True).click()
    expect(queue.locator("#live")).to_have_text("Rejeté : autre.")
    with database.read() as session:
        assert "Déjà publié." in (session.query(Decision).one().statement or "")


def test_the_panel_fits_a_phone(queue: Page) -> None:
    queue.set_viewport_size({"width": 390, "height": 844})
    queue.locator("[data-card]").first.get_by_text("Rejeter…").click()
    panel = queue.locator("[data-reject][open]")
    panel.get_by_label("Haine").check()
    expect(panel.locator("[data-preview] blockquote")).to_be_visible()
    assert queue.evaluate("document.documentElement.scrollWidth") <= 390
    for label in panel.locator(".reason").all():
        box = label.bounding_box()
        assert box is not None
        assert box["height"] >= 40


def test_a_lead_changes_the_keys_of_reasons(queue: Page, database: Database, site: Site) -> None:
    with database.write() as session:
        session.query(Moderator).one().role = "lead"
    queue.goto("/reasons")
    queue.get_by_label("Place de « Spam »").fill("1")
    queue.get_by_label("Place de « Injure »").fill("6")
    queue.get_by_role("button", name="Enregistrer").last.click()
    expect(queue.get_by_text("Motifs enregistrés.")).to_be_visible()
    with database.read() as session:
        kept = Policy.model_validate(session.get_one(Site, site.id).policy)
        assert kept.reasons[0].code == "spam"
    queue.goto("/queue?order=oldest")
    queue.keyboard.press("r")
    queue.keyboard.press("1")
    queue.keyboard.press("Enter")
    expect(queue.locator("#live")).to_have_text("Rejeté : spam.")
