"""The session menu and one's account in a real browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_session_menu_opens_and_closes_by_keyboard(page: Page) -> None:
    menu = page.locator("[data-menu]")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Mon compte")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_logging_out_from_the_menu(page: Page) -> None:
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/login")
    page.goto("/queue")
    expect(page.get_by_label("Identifiant")).to_be_visible()


def test_the_menu_is_whole_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("[data-menu] summary").click()
    box = page.get_by_role("button", name="Se déconnecter").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
