"""Two moderators on one queue: what the one does, the other sees."""

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import PASSWORD, Live, log_in
from playwright.sync_api import Page, expect

from api import feed, live
from moderation import accounts, holds, review
from moderation.database import Database
from moderation.holds import Seen
from moderation.review import Shown
from moderation.settings import Settings
from moderation.tables import Moderator

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Consoles get a stream, and the watcher looks often: tests do not wait."""
    monkeypatch.setattr(feed, "LOOK_SECONDS", 0.1)
    return settings.model_copy(update={"live_streams": 8})


@pytest.fixture
def ids(client: FlaskClient) -> list[str]:
    """Six comments that wait, oldest first."""
    sent = [
        comment(f"Voleur {n}.", author={"external_id": f"u{n}", "name": f"Ana {n}"})
        for n in range(6)
    ]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    return [result["comment"]["id"] for result in results]


@pytest.fixture
def camille(page: Page, ids: list[str]) -> Page:
    page.goto("/queue?order=oldest")
    expect(page.locator("[data-card][data-claimed]")).to_have_count(1)
    return page


@pytest.fixture
def sacha(camille: Page, live: Live, database: Database) -> Iterator[Page]:
    with database.write() as session:
        accounts.create(session, "sacha", "Sacha", PASSWORD)
    context = camille.context.browser.new_context(base_url=live.url, locale="fr-FR")
    page = context.new_page()
    log_in(page, "sacha")
    page.goto("/queue?order=oldest")
    expect(page.locator("[data-card][data-claimed]")).to_have_count(1)
    yield page
    context.close()


@pytest.fixture
def colleague(database: Database) -> Moderator:
    """Sacha, without a browser."""
    with database.write() as session:
        return accounts.create(session, "sacha", "Sacha", PASSWORD)


def approve(database: Database, colleague: Moderator, comment_id: str) -> UUID:
    seen = Shown(revision=1, status="pending", score=True)
    with database.write() as session:
        return review.decide(session, colleague, UUID(comment_id), "approve", seen).id


def card(page: Page, number: int):
    return page.locator("[data-card]", has=page.get_by_role("heading", name=f"Ana {number}"))


def test_what_a_colleague_reads_bears_their_name_and_is_passed_over(
    camille: Page, sacha: Page
) -> None:
    expect(card(sacha, 1)).to_be_focused()
    expect(card(camille, 1).locator(".held")).to_contain_text("Sacha lit ce commentaire.")
    camille.keyboard.press("j")
    expect(card(camille, 2)).to_be_focused()
    expect(card(sacha, 2).locator(".held")).to_contain_text("Camille lit ce commentaire.")
    sacha.keyboard.press("j")
    expect(card(sacha, 3)).to_be_focused()
    expect(card(camille, 1).locator(".held")).to_have_count(0)


def test_what_a_colleague_decides_leaves_the_list(camille: Page, sacha: Page) -> None:
    expect(card(sacha, 1)).to_be_focused()
    sacha.keyboard.press("a")
    expect(card(camille, 1)).to_have_count(0)
    expect(camille.get_by_text("Ana 1 : Sacha a approuvé ce commentaire.")).to_be_visible()
    expect(card(camille, 0)).to_be_focused()


def test_two_who_decide_as_fast_as_they_can_never_get_the_same(
    camille: Page, sacha: Page, client: FlaskClient, ids: list[str]
) -> None:
    # Not to the last one, which either of them may have claimed first.
    for _ in range(2):
        for page in (camille, sacha):
            expect(page.locator("[data-card][data-claimed]:focus")).to_have_count(1)
            page.keyboard.press("a")
            expect(page.locator("[data-decided][aria-busy]")).to_have_count(0)
    for page in (camille, sacha):
        expect(page.locator("[data-decided]")).to_have_count(2)
        expect(page.locator("#failure")).to_be_hidden()


def test_a_note_being_typed_stays_when_a_colleague_decides(
    camille: Page, client: FlaskClient, ids: list[str]
) -> None:
    camille.keyboard.press("r")
    camille.locator("[data-reject][open] [name=note]").press_sequentially("à vérifier")
    client.delete(f"/v1/comments/{ids[0]}")
    expect(card(camille, 0).locator(".overtaken")).to_have_text("Ce commentaire a été retiré.")
    expect(camille.locator("[data-reject][open] [name=note]")).to_have_value("à vérifier")


def test_an_edit_is_told_and_shown_on_request(
    camille: Page, client: FlaskClient, ids: list[str]
) -> None:
    client.put(f"/v1/comments/{ids[0]}", json={"text": "Voleur, dis-je."})
    card(camille, 0).get_by_role("button", name="Montrer la nouvelle version").click()
    expect(card(camille, 0).locator(".text")).to_contain_text("dis-je")


def test_what_arrives_is_offered_not_put_in(camille: Page, client: FlaskClient) -> None:
    client.post("/v1/comments", json=comment("Encore un voleur."))
    offer = camille.get_by_role("button", name="1 commentaire nouveau ou modifié")
    expect(offer).to_be_visible()
    expect(camille.locator("[data-card]")).to_have_count(6)
    offer.click()
    expect(camille.locator("[data-card]")).to_have_count(7)


def test_a_lost_lease_is_told_and_comes_back_once_it_is_free(
    camille: Page, sacha: Page, database: Database, ids: list[str]
) -> None:
    camille.keyboard.press("r")
    camille.locator("[data-reject][open] [name=note]").press_sequentially("à vérifier")
    with database.write() as session:
        from moderation.tables import Claim, now

        for claim in session.query(Claim):
            claim.expires_at = now()
    sacha.goto(f"/comments/{ids[0]}")
    expect(card(sacha, 0)).to_be_focused()
    held = card(camille, 0).locator(".held")
    expect(held).to_contain_text(
        "Ce commentaire ne vous est plus réservé. Sacha lit ce commentaire."
    )
    expect(camille.locator("[data-reject][open] [name=note]")).to_have_value("à vérifier")
    sacha.goto("/decisions")
    expect(held).to_have_count(0)
    expect(camille.locator("[data-card][data-claimed]")).to_have_count(1)


def test_without_a_stream_the_console_asks(
    page: Page,
    ids: list[str],
    database: Database,
    colleague: Moderator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.2)
    page.route(re.compile(r"/live\?"), lambda route: route.fulfill(status=503))
    page.goto("/queue?order=oldest")
    expect(card(page, 0)).to_be_focused()
    approve(database, colleague, ids[1])
    expect(card(page, 1)).to_have_count(0)
    expect(page.get_by_text("Ana 1 : Sacha a approuvé ce commentaire.")).to_be_visible()
    expect(card(page, 0)).to_be_focused()
    expect(page.locator("#total")).to_have_text("5 commentaires")


def test_what_comes_back_is_offered(
    camille: Page, ids: list[str], database: Database, colleague: Moderator
) -> None:
    offer = camille.locator("#arrivals")
    decision = approve(database, colleague, ids[1])
    expect(card(camille, 1)).to_have_count(0)
    with database.write() as session:
        review.undo(session, colleague, decision)
    expect(offer).to_have_text("1 commentaire nouveau ou modifié : actualiser")

    held, seen = UUID(ids[2]), Seen(revision=1, status="pending")
    with database.write() as session:
        holds.set_aside(session, colleague, held, seen)
    expect(card(camille, 2)).to_have_count(0)
    with database.write() as session:
        holds.give_back(session, colleague, held, replace(seen, hold="aside"))
    expect(offer).to_have_text("2 commentaires nouveaux ou modifiés : actualiser")
    offer.click()
    expect(camille.locator("[data-card]")).to_have_count(6)


def test_only_what_the_filters_let_in_is_offered(page: Page, client: FlaskClient) -> None:
    def send(section: str, text: str) -> None:
        article = {"external_id": section, "url": "https://gazette.example/", "title": section}
        sent = comment(text, article={**article, "section": section})
        assert client.post("/v1/comments", json=sent).json["status"] == "pending"

    send("Sport", "Un voleur.")
    page.goto("/queue?section=Sport")
    expect(page.locator("[data-card][data-claimed]")).to_have_count(1)
    send("Monde", "Un voleur.")
    send("Sport", "Un autre voleur.")
    expect(page.locator("#arrivals")).to_have_text("1 commentaire nouveau ou modifié : actualiser")
    send("Sport", "Encore un voleur.")
    expect(page.locator("#arrivals")).to_contain_text("2 commentaires")
