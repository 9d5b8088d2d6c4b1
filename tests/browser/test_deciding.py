"""Deciding without waiting: what is seen at once, and what comes back when it fails."""

import re
from collections.abc import Callable

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import PASSWORD
from playwright.sync_api import Page, Route, expect

from moderation import accounts
from moderation.database import Database
from moderation.tables import Decision, Hold, Reading, Site

pytestmark = pytest.mark.browser
Status = Callable[[int], str]
DECISION = re.compile("/decision$")


@pytest.fixture
def status(client: FlaskClient) -> Status:
    """Thirty comments that wait, oldest first; answers the status of the nth."""
    sent = [
        comment(
            f"Voleur numéro {number}.",
            author={"external_id": f"u{number}", "name": f"Ana {number}"},
        )
        for number in range(30)
    ]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    ids = [result["comment"]["id"] for result in results]
    return lambda number: client.get(f"/v1/comments/{ids[number]}").json["status"]


@pytest.fixture
def queue(page: Page, status: Status) -> Page:
    page.goto("/queue?order=oldest")
    focused(page, 0)
    return page


def focused(queue: Page, number: int) -> None:
    expect(queue.locator("[data-card]:focus h2")).to_have_text(f"Ana {number}")


def held_back(queue: Page) -> list[Route]:
    """Keep decisions on their way until the test lets them go."""
    waiting: list[Route] = []
    queue.route(DECISION, lambda route: waiting.append(route))
    return waiting


def test_the_next_card_does_not_wait_for_the_answer(queue: Page, status: Status) -> None:
    waiting = held_back(queue)
    queue.keyboard.press("a")
    focused(queue, 1)
    queue.keyboard.press("a")
    focused(queue, 2)
    expect(queue.locator("[data-decided][aria-busy]")).to_have_count(2)
    expect(queue.get_by_text("Approbation en cours…")).to_have_count(2)
    expect(queue.locator("#live")).to_have_text("")
    assert status(0) == "pending"

    for route in reversed(waiting):
        route.continue_()
    expect(queue.locator("[data-decided]:not([aria-busy])")).to_have_count(2)
    expect(queue.locator("#live")).to_have_text("Approuvé.")
    assert [status(number) for number in range(3)] == ["approved", "approved", "pending"]


def reject_with_a_note(queue: Page) -> None:
    queue.keyboard.press("r")
    queue.keyboard.press("3")
    queue.locator("[data-reject][open] [name=note]").fill("ma note")
    queue.locator("[data-reject][open] input:checked").focus()
    queue.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (
            "offline",
            "Pas de réponse du serveur : rien n’a été enregistré, ou sa réponse s’est perdue.",
        ),
        ("500", "Le serveur a rencontré une erreur : rien n’a été enregistré."),
        ("401", "Votre session a pris fin"),
    ],
)
def test_what_fails_comes_back_as_it_was(
    queue: Page, status: Status, failure: str, said: str
) -> None:
    if failure == "offline":
        queue.context.set_offline(True)
    else:
        queue.route(DECISION, lambda route: route.fulfill(status=int(failure), body="oups"))
    reject_with_a_note(queue)

    alert = queue.get_by_role("alert")
    expect(alert).to_contain_text("Commentaire de Ana 0")
    expect(alert).to_contain_text(said)
    focused(queue, 1)
    expect(queue.locator("[data-decided]")).to_have_count(0)
    assert status(0) == "pending"

    queue.context.set_offline(False)
    queue.unroute(DECISION)
    alert.get_by_role("button", name="Y revenir").click()
    focused(queue, 0)
    panel = queue.locator("[data-reject][open]")
    expect(panel.locator("[name=note]")).to_have_value("ma note")
    expect(panel.get_by_label("Haine")).to_be_checked()
    panel.get_by_role("button", name="Rejeter").click()
    expect(queue.locator("#live")).to_have_text("Rejeté : haine.")
    expect(alert).to_be_hidden()
    assert status(0) == "rejected"


@pytest.mark.parametrize("code", [409, 422])
def test_what_is_refused_keeps_the_note(queue: Page, client: FlaskClient, code: int) -> None:
    if code == 422:
        queue.evaluate("document.querySelector('[data-reject] [type=radio]').required = false")
        queue.route(
            DECISION,
            lambda route: route.continue_(
                post_data=re.sub(
                    rb'(?s)(name="reason"\r\n\r\n)\w+',
                    rb"\1inconnu",
                    route.request.post_data_buffer,
                )
            ),
        )
    else:
        colleague = queue.context.new_page()
        colleague.goto("/queue?order=oldest")
        colleague.keyboard.press("a")
        expect(colleague.locator("[data-decided]:not([aria-busy])")).to_have_count(1)
        queue.bring_to_front()
    reject_with_a_note(queue)

    expect(queue.locator("#failure")).to_contain_text("Commentaire de Ana 0")
    expect(queue.locator("#failure")).to_contain_text("votre note sont gardés")
    expect(queue.locator(".refusal")).to_contain_text("Rien n’a été enregistré")
    expect(queue.locator("[data-card]").first.locator("textarea").last).to_have_value("ma note")


def test_a_decision_whose_answer_was_lost_is_taken_again_and_counts_once(
    queue: Page, status: Status, database: Database
) -> None:
    def stored_but_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    queue.route(DECISION, stored_but_lost)
    reject_with_a_note(queue)
    alert = queue.get_by_role("alert")
    expect(alert).to_contain_text("ou sa réponse s’est perdue")
    assert status(0) == "rejected"

    queue.unroute(DECISION)
    with queue.expect_response(re.compile("/claim$")) as claimed:
        alert.get_by_role("button", name="Y revenir").click()
    assert claimed.value.status == 204
    focused(queue, 0)
    queue.locator("[data-card]:focus [data-reject] input:checked").focus()
    queue.keyboard.press("Enter")
    expect(queue.locator("#live")).to_have_text("Rejeté : haine.")
    expect(alert).to_be_hidden()
    with database.read() as session:
        [decision] = session.query(Decision).all()
        assert decision.note == "ma note"
    queue.keyboard.press("u")
    focused(queue, 0)
    assert status(0) == "pending"


def test_the_number_of_comments_follows_what_is_decided(queue: Page) -> None:
    total = queue.locator("#total")
    expect(total).to_have_text("30 commentaires")
    queue.keyboard.press("a")
    expect(total).to_have_text("29 commentaires")
    expect(queue.locator("[data-queue=pending] .count")).to_have_text("29")
    queue.keyboard.press("u")
    expect(total).to_have_text("30 commentaires", timeout=10_000)


def test_undo_takes_back_whatever_was_done_last(
    queue: Page, status: Status, database: Database
) -> None:
    queue.keyboard.press("a")
    expect(queue.locator("#live")).to_have_text("Approuvé.")
    with database.write() as session:
        accounts.create(session, "sacha", "Sacha", PASSWORD)
        site = session.query(Site).one()
        site.policy = {**site.policy, "double_share": 1}
    queue.keyboard.press("a")
    focused(queue, 2)
    expect(queue.locator("[data-decided][aria-busy]")).to_have_count(0)
    for nth, key, said in ((2, "s", "Mis de côté."), (3, "e", "Transmis.")):
        focused(queue, nth)
        queue.keyboard.press(key)
        field = queue.locator("[data-hold][open] [name=hold_note]")
        field.fill("voir le procès")
        field.press("Enter")
        expect(queue.locator("#live")).to_have_text(said)
    focused(queue, 4)
    with database.read() as session:
        assert session.query(Hold).count() == 2
        assert session.query(Reading).one().action == "approve"

    for nth in (3, 2, 1, 0):
        queue.keyboard.press("u")
        focused(queue, nth)
    with database.read() as session:
        assert session.query(Hold).count() == 0
        assert session.query(Reading).one().withdrawn_at is not None
        actions = [decision.action for decision in session.query(Decision).order_by(Decision.id)]
        assert actions == ["approve", "undo"]
    assert status(0) == "pending"


def test_undo_takes_back_one_after_another_even_after_a_reload(queue: Page, status: Status) -> None:
    for number in range(25):
        focused(queue, number)
        queue.keyboard.press("a")
    focused(queue, 25)
    expect(queue.locator("[data-decided][aria-busy]")).to_have_count(0)
    queue.reload()
    focused(queue, 25)
    for number in reversed(range(5, 25)):
        queue.keyboard.press("u")
        focused(queue, number)
    assert [status(4), status(5), status(24)] == ["approved", "pending", "pending"]


def test_undo_waits_for_the_decision_that_it_takes_back(queue: Page, status: Status) -> None:
    waiting = held_back(queue)
    queue.keyboard.press("a")
    queue.keyboard.press("u")
    focused(queue, 1)
    waiting[0].continue_()
    focused(queue, 0)
    assert status(0) == "pending"


def test_leaving_with_a_decision_on_its_way_asks_first(queue: Page) -> None:
    asked: list[str] = []
    waiting = held_back(queue)
    queue.keyboard.press("a")
    focused(queue, 1)
    queue.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    queue.evaluate("void location.reload()")
    expect(queue.locator("[data-decided][aria-busy]")).to_have_count(1)
    waiting[0].continue_()
    expect(queue.locator("[data-decided]:not([aria-busy])")).to_have_count(1)
    assert asked == ["beforeunload"]


def test_a_note_outlives_a_reload(queue: Page) -> None:
    queue.keyboard.press("r")
    queue.locator("[data-reject][open] [name=note]").press_sequentially("à vérifier")
    queue.reload()
    expect(queue.locator("[data-reject][open] [name=note]")).to_have_value("à vérifier")


def test_a_panel_that_was_only_opened_is_not_opened_again(queue: Page) -> None:
    for key in ("e", "r", "s"):
        queue.keyboard.press(key)
        expect(queue.locator("[data-card] details[open]")).to_have_count(1)
        queue.keyboard.press("Escape")
    queue.keyboard.press("e")
    queue.reload()
    focused(queue, 0)
    expect(queue.locator("[data-card] details[open]")).to_have_count(0)


def test_the_following_page_is_there_before_it_is_needed(queue: Page) -> None:
    expect(queue.locator("[data-card]")).to_have_count(20)
    for _ in range(12):
        queue.keyboard.press("j")
    expect(queue.locator("[data-card]")).to_have_count(30)
