"""The queues' page in a real browser: counts, holds by keyboard, the strip on a phone."""

import re

import pytest
from factories import comment
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def two(page: Page, client: FlaskClient) -> Page:
    for number in range(2):
        client.post("/v1/comments", json=comment(f"Voleur numéro {number}, dit-on."))
    page.goto("/queue?order=oldest")
    expect(page.locator("[data-card]")).to_have_count(2)
    return page


def test_s_and_enter_set_a_comment_aside_and_u_brings_it_back(two: Page) -> None:
    two.keyboard.press("s")
    expect(two.locator("[data-card]").first.get_by_label("Pourquoi ?")).to_be_focused()
    two.keyboard.type("voir le procès")
    two.keyboard.press("Enter")
    expect(two.locator("[data-card]")).to_have_count(1)
    expect(two.locator("#live")).to_have_text("Mis de côté.")
    expect(two.locator("[data-queue=aside] .count")).to_have_text("1")
    two.keyboard.press("u")
    expect(two.locator("[data-card]")).to_have_count(2)


def test_escape_closes_what_e_opened(two: Page) -> None:
    two.keyboard.press("e")
    expect(two.locator("[data-card]").first.get_by_label("À qui ?")).to_be_focused()
    two.keyboard.press("Escape")
    expect(two.locator("[data-card]").first.get_by_label("À qui ?")).to_be_hidden()
    expect(two.locator("[data-card]:focus")).to_contain_text("Voleur numéro 0")


def test_the_counts_come_after_the_page_and_when_told(two: Page, client: FlaskClient) -> None:
    pending = two.locator("[data-queue=pending] .count")
    expect(pending).to_have_text("2")
    client.post("/v1/comments", json=comment("Encore un voleur !"))
    two.evaluate("document.body.dispatchEvent(new Event('vigie:counts'))")
    expect(pending).to_have_text("3")


def test_a_phone_shows_the_queues_in_a_strip(two: Page) -> None:
    two.set_viewport_size({"width": 390, "height": 844})
    assert two.evaluate("document.documentElement.scrollWidth") <= 390
    two.goto("/queue/rejected")
    expect(two.locator("[data-queue=rejected]")).to_be_in_viewport()
    two.get_by_role("link", name=re.compile("À traiter")).click()
    expect(two.locator("[data-card]")).to_have_count(2)
