"""A reader on the demo site, in a real browser."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from api import setup
from moderation.database import Database

pytestmark = pytest.mark.browser


@pytest.fixture
def demo(page: Page, app: Flask, database: Database) -> Page:
    setup.install_demo(database, app.extensions["vigie"].champion)
    page.goto("/demo")
    return page


def react(page: Page, text: str) -> None:
    page.get_by_label("Votre nom").fill("Une lectrice")
    page.get_by_label("Votre e-mail").fill("lectrice@poste.example")
    page.get_by_label("Votre commentaire", exact=True).fill(text)
    page.get_by_role("button", name="Publier").click()


def test_a_reader_is_told_what_became_of_their_comment(demo: Page, app: Flask) -> None:
    react(demo, "Le maire est un voleur.")
    expect(demo.get_by_role("status")).to_contain_text("après validation")
    expect(demo.locator(".thread")).not_to_contain_text("voleur")


def test_what_cannot_be_taken_comes_back_with_its_text(demo: Page) -> None:
    demo.evaluate("document.querySelector('textarea').removeAttribute('maxlength')")
    react(demo, "x" * 5001)
    expect(demo.get_by_role("alert")).to_contain_text("5 000 caractères")
    expect(demo.locator("textarea")).to_have_value("x" * 5001)
