"""Search, the score view and bulk decisions in a real browser."""

import re

import pytest
from factories import comment
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from moderation.database import Database
from moderation.tables import Comment, Moderator

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(page: Page, database: Database) -> Page:
    """Camille, who may decide on many at once."""
    with database.write() as session:
        session.query(Moderator).one().role = "lead"
    return page


def send(client: FlaskClient, *texts: str) -> None:
    for start in range(0, len(texts), 100):
        sent = [comment(text) for text in texts[start : start + 100]]
        client.post("/v1/comments/batch", json={"comments": sent})


def statuses(database: Database) -> set[str]:
    with database.read() as session:
        return {status for (status,) in session.query(Comment.status)}


def test_slash_opens_the_search_and_accents_do_not_matter(page: Page, client: FlaskClient) -> None:
    send(client, "Ce voleur est un éboueur.", "Un voleur de rue.")
    page.goto("/queue")
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    box.fill("voleur EBOUEUR")
    box.press("Enter")
    expect(page.locator("[data-card]")).to_have_count(1)
    expect(page.locator("mark.sought", has_text="éboueur")).to_be_visible()
    expect(page.locator("mark.w3.sought")).to_have_text("voleur")


def test_a_band_is_set_by_keyboard_and_by_pointer(page: Page, client: FlaskClient) -> None:
    send(client, *(f"Voleur numéro {number}." for number in range(3)))
    page.goto("/scores?low=95&high=100")
    band = page.locator("#band")
    expect(band).to_contain_text("0 commentaire dans la tranche")
    page.get_by_role("slider", name="de").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-for=low]")).to_have_text("90 %")
    expect(band).to_contain_text("3 commentaires dans la tranche")
    expect(band.locator("[data-card]")).to_have_count(3)

    chart = page.locator("[data-histogram]")
    box = chart.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.505, y, steps=5)
    page.mouse.up()
    expect(page.locator("[data-for=high]")).to_have_text("51 %")
    expect(band).to_contain_text("0 commentaire dans la tranche")


def test_a_thousand_are_decided_with_progress_and_taken_back_by_one_key(
    lead: Page, client: FlaskClient, database: Database
) -> None:
    page = lead
    send(client, *(f"Voleur numéro {number}." for number in range(1_000)))
    page.goto("/scores?low=80&high=100")
    page.get_by_role("button", name="Tout rejeter…").click()
    page.get_by_label("Injure").check()
    page.get_by_role("button", name=re.compile("Rejeter 1.000 commentaires")).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="Terminée")).to_be_visible(timeout=60_000)
    expect(page.locator("#live")).to_contain_text("Terminée")
    assert statuses(database) == {"rejected"}

    page.goto("/queue")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Annulée")).to_be_visible(timeout=60_000)
    assert statuses(database) == {"pending"}


def test_u_takes_a_bulk_back_where_it_ended(
    lead: Page, client: FlaskClient, database: Database
) -> None:
    page = lead
    send(client, *(f"Voleur numéro {number}." for number in range(3)))
    page.goto("/bulk/new?chosen=of%3Dsearch%26q%3Dvoleur&action=approve")
    page.get_by_role("button", name="Approuver 3 commentaires").click()
    expect(page.get_by_role("heading", name="Terminée")).to_be_visible()
    assert statuses(database) == {"approved"}
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Annulée")).to_be_visible()
    assert statuses(database) == {"pending"}


def test_a_bulk_that_stopped_goes_on_where_it_was(
    lead: Page, client: FlaskClient, database: Database
) -> None:
    page = lead
    send(client, *(f"Voleur numéro {number}." for number in range(3)))
    step = re.compile("/step$")
    page.route(step, lambda route: route.abort())
    page.goto("/bulk/new?chosen=of%3Dsearch%26q%3Dvoleur&action=approve")
    page.get_by_role("button", name="Approuver 3 commentaires").click()
    expect(page.get_by_text("0 sur 3")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_visible()
    assert statuses(database) == {"pending"}

    page.unroute(step)
    page.goto("/bulk")
    page.locator("main a").click()
    expect(page.get_by_text("3 commentaires approuvés")).to_be_visible()
    assert statuses(database) == {"approved"}


@pytest.mark.parametrize("path", ["/scores?low=80&high=100", "/search?q=voleur"])
def test_a_note_opens_no_panel_on_a_card_that_was_not_asked_for(
    page: Page, client: FlaskClient, path: str
) -> None:
    send(client, "Un voleur de rue.")
    page.set_viewport_size({"width": 390, "height": 600})
    page.goto("/queue")
    expect(page.locator("[data-card]:focus")).to_have_count(1)
    page.keyboard.press("e")
    page.locator("[data-hold][open] [name=hold_note]").press_sequentially("à vérifier")

    page.goto(path)
    card = page.locator("[data-card]")
    note = card.locator("[data-hold] [name=hold_note]").last
    expect(note).to_have_value("à vérifier")
    expect(page.locator("[data-card] details[open], [data-card]:focus-within")).to_have_count(0)
    assert page.evaluate("[scrollY, document.activeElement.tagName]") == [0, "BODY"]
    card.get_by_text("Transmettre…").click()
    expect(note).to_be_visible()
    expect(note).to_have_value("à vérifier")
