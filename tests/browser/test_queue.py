"""The queue in a real browser, by keyboard."""

import re
from collections.abc import Callable

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import PASSWORD, Live, log_in
from playwright.sync_api import Page, expect

from moderation import accounts
from moderation.database import Database

pytestmark = pytest.mark.browser
Status = Callable[[int], str]


@pytest.fixture
def three(client: FlaskClient) -> Status:
    """Three comments that wait, oldest first; answers the status of the nth."""
    sent = [comment(f"Voleur numéro {number}, dit-on.") for number in range(3)]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    ids = [result["comment"]["id"] for result in results]
    return lambda number: client.get(f"/v1/comments/{ids[number]}").json["status"]


@pytest.fixture
def queue(page: Page, three: Status) -> Page:
    page.goto("/queue?order=oldest")
    expect(page.locator("[data-card]")).to_have_count(3)
    return page


def focused(queue: Page, number: int) -> None:
    expect(queue.locator("[data-card]:focus")).to_contain_text(f"Voleur numéro {number}")


def test_j_and_k_walk_the_cards(queue: Page) -> None:
    focused(queue, 0)
    queue.keyboard.press("j")
    focused(queue, 1)
    queue.keyboard.press("j")
    queue.keyboard.press("j")
    focused(queue, 2)
    queue.keyboard.press("k")
    focused(queue, 1)


def test_a_approves_and_the_next_card_takes_the_focus(queue: Page, three: Status) -> None:
    queue.keyboard.press("a")
    expect(queue.locator("[data-card]")).to_have_count(2)
    focused(queue, 1)
    expect(queue.locator("#live")).to_have_text("Approuvé.")
    assert [three(number) for number in range(3)] == ["approved", "pending", "pending"]


def test_r_opens_the_reasons_a_digit_picks_one_and_enter_rejects(
    queue: Page, three: Status
) -> None:
    queue.keyboard.press("r")
    queue.keyboard.press("3")
    queue.keyboard.press("Enter")
    expect(queue.locator("#live")).to_have_text("Rejeté : haine.")
    focused(queue, 1)
    assert three(0) == "rejected"


def test_u_brings_the_card_back(queue: Page, three: Status) -> None:
    queue.keyboard.press("a")
    expect(queue.locator("[data-card]")).to_have_count(2)
    queue.keyboard.press("u")
    expect(queue.locator("[data-card]")).to_have_count(3)
    assert three(0) == "pending"


def test_escape_closes_the_reasons_and_question_mark_helps(queue: Page) -> None:
    queue.keyboard.press("r")
    expect(queue.locator("[data-reject][open]")).to_have_count(1)
    queue.keyboard.press("Escape")
    expect(queue.locator("[data-reject][open]")).to_have_count(0)
    focused(queue, 0)
    queue.keyboard.press("?")
    expect(queue.get_by_role("dialog")).to_be_visible()
    queue.keyboard.press("Escape")
    expect(queue.get_by_role("dialog")).to_be_hidden()


def test_letters_typed_in_a_note_decide_nothing(queue: Page, three: Status) -> None:
    queue.keyboard.press("r")
    note = queue.locator("[data-reject][open] textarea[name=note]")
    note.press_sequentially("jarku")
    expect(note).to_have_value("jarku")
    assert three(0) == "pending"


def test_the_words_that_carried_the_score_are_marked(queue: Page) -> None:
    expect(queue.locator("mark.w3").first).to_have_text("Voleur")


def test_a_colleague_s_decision_is_not_overwritten(
    queue: Page, three: Status, client: FlaskClient
) -> None:
    colleague = queue.context.new_page()
    colleague.goto("/queue?order=oldest")
    colleague.keyboard.press("a")
    expect(colleague.locator("[data-card]")).to_have_count(2)

    queue.bring_to_front()
    queue.keyboard.press("r")
    queue.keyboard.press("1")
    queue.locator("[data-reject][open] textarea[name=note]").fill("ma note")
    queue.locator("[data-reject][open] button").click()

    expect(queue.get_by_text("Rien n’a été enregistré")).to_be_visible()
    expect(queue.get_by_text("Statut actuel : approuvé.")).to_be_visible()
    assert three(0) == "approved"


@pytest.mark.parametrize("failure", ["offline", "500"])
def test_a_failing_server_loses_neither_decision_nor_note(
    queue: Page, three: Status, failure: str
) -> None:
    queue.keyboard.press("r")
    queue.keyboard.press("1")
    queue.locator("[data-reject][open] textarea[name=note]").fill("ma note")
    pattern = re.compile("/decision$")
    if failure == "offline":
        queue.route(pattern, lambda route: route.abort())
    else:
        queue.route(pattern, lambda route: route.fulfill(status=500, body="oups"))
    queue.locator("[data-reject][open] button").click()

    expect(queue.get_by_role("alert")).to_contain_text("rien n’a été enregistré")
    expect(queue.locator("[data-reject][open] textarea[name=note]")).to_have_value("ma note")
    assert three(0) == "pending"

    queue.unroute(pattern)
    queue.locator("[data-reject][open] button").click()
    expect(queue.locator("#live")).to_have_text("Rejeté : injure.")
    assert three(0) == "rejected"


def test_the_queue_works_without_javascript(queue: Page, three: Status, live: Live) -> None:
    context = queue.context.browser.new_context(
        java_script_enabled=False, storage_state=queue.context.storage_state(), base_url=live.url
    )
    plain = context.new_page()
    plain.goto("/queue?order=oldest")
    card = plain.locator("[data-card]").first
    card.get_by_text("Rejeter…").click()
    card.get_by_label("Injure").check()
    card.get_by_role("button", name="Rejeter", exact=True).click()
    expect(plain.get_by_text("Commentaire rejeté.")).to_be_visible()
    assert three(0) == "rejected"
    plain.get_by_role("button", name="Annuler").first.click()
    expect(plain.get_by_text("Décision annulée")).to_be_visible()
    assert three(0) == "pending"
    context.close()


def test_what_one_moderator_reads_the_other_is_not_handed(
    queue: Page, live: Live, database: Database
) -> None:
    focused(queue, 0)
    with database.write() as session:
        accounts.create(session, "sacha", "Sacha", PASSWORD)
    context = queue.context.browser.new_context(base_url=live.url, locale="fr-FR")
    colleague = context.new_page()
    log_in(colleague, "sacha")
    colleague.goto("/queue?order=oldest")
    expect(colleague.locator("[data-card]")).to_have_count(2)
    focused(colleague, 1)

    queue.keyboard.press("j")
    focused(queue, 2)
    expect(queue.locator(".held")).to_contain_text("Sacha lit ce commentaire.")
    queue.get_by_role("button", name="Approuver").nth(1).click()
    expect(queue.locator(".refusal")).to_contain_text("un collègue le lit")

    colleague.keyboard.press("a")
    expect(colleague.locator("[data-card]")).to_have_count(1)
    context.close()
