"""Every page, light and dark, under axe-core (WCAG 2.1 AA)."""

import pytest
from accessibility import violations
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from api import setup
from moderation.database import Database

pytestmark = pytest.mark.browser


@pytest.fixture
def furnished(page: Page, client: FlaskClient, app: Flask, database: Database) -> Page:
    """A console with something on every page."""
    setup.install_demo(database, app.extensions["vigie"].champion)
    parent = comment("Un premier avis.")
    child = comment("Quel connard, ce voleur !", parent_external_id=parent["external_id"])
    twins = [
        comment(f"Voleur, trois fois voleur, et le maire le sait !{end}") for end in ("", "!!")
    ]
    sent = client.post("/v1/comments/batch", json={"comments": [parent, child, *twins]}).json
    published = sent["results"][0]["comment"]["id"]
    flag = {"reason": "insult", "details": "Il ment."}
    client.post(f"/v1/comments/{published}/flags", json=flag)
    page.goto("/queue")
    page.keyboard.press("a")
    expect(page.locator("[data-decided]")).to_have_count(1)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation(furnished: Page, scheme: str) -> None:
    page = furnished
    page.emulate_media(color_scheme=scheme)
    found: dict[str, list[str]] = {"queue, one decided": violations(page)}
    page.goto("/queue")
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator("[data-preview] blockquote").first).to_be_visible()
    found["queue, rejecting"] = violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["help"] = violations(page)
    page.goto("/queue?lang=en")
    found["queue in English"] = violations(page)
    page.goto("/queue?lang=fr")
    page.locator("[data-card] .when a").first.click()
    found["comment"] = violations(page)
    page.goto("/queue")
    card = page.locator("[data-card]", has=page.locator(".resembling")).first
    card.focus()
    page.keyboard.press("c")
    expect(card.locator(".around")).to_be_visible()
    found["queue, thread open"] = violations(page)
    page.keyboard.press("h")
    page.get_by_text("Sanctionner…").click()
    found["author's drawer"] = violations(page)
    page.keyboard.press("Escape")
    for name in ("[data-around] a", ".resembling a", ".record a"):
        page.goto("/queue")
        card = page.locator("[data-card]", has=page.locator(".resembling")).first
        page.goto(card.locator(name).get_attribute("href") or "")
        found[name] = violations(page)
    page.goto("/queue?min=0.1")
    page.get_by_label("Garder ces filtres sous le nom").fill("À risque")
    page.get_by_role("button", name="Enregistrer la vue").click()
    page.locator("[data-card] .watch button").first.click()
    page.locator(".watched").wait_for()
    page.locator(".views summary").click()
    page.locator("[data-card]").first.focus()
    page.keyboard.press("e")
    found["queue filtered, passing on"] = violations(page)
    page.keyboard.press("Escape")
    page.locator("[data-card]").first.focus()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("[data-queue=aside] .count")).to_have_text("1")
    for path in (
        "/queue/flagged",
        "/queue/aside",
        "/decisions",
        "/search?q=voleur&min=0.1",
        "/scores?low=0&high=100",
        "/bulk/new?chosen=of%3Dsearch%26q%3Dvoleur&action=reject",
        "/bulk",
        "/account",
        "/account/wellbeing",
        "/reasons",
        "/team",
        "/journal",
        "/forgotten",
        "/account/shortcuts",
        "/demo",
        "/nulle-part",
        "/login",
    ):
        page.goto(path)
        found[path] = violations(page)
    assert {name: list_ for name, list_ in found.items() if list_} == {}
