"""An author's page over HTTP, without JavaScript: comments, notes, sanctions."""

import re
from html import unescape
from typing import Any

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.login import limiter
from moderation import accounts
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Author, LogEntry, Site

PASSWORD = "un mot de passe long"
BAN = {"kind": "ban", "reason": "insult", "lasting": "", "sanction_note": "déjà averti"}


@pytest.fixture
def enter(app: Flask, database: Database) -> Any:
    """Open a browser in which somebody of a role has logged in."""

    def as_role(role: Any) -> FlaskClient:
        limiter.reset()
        with database.write() as session:
            accounts.create(session, role, role.capitalize(), PASSWORD, role)
        browser = app.test_client()
        browser.post("/login", data={"login": role, "password": PASSWORD})
        return browser

    return as_role


@pytest.fixture
def page(client: FlaskClient, database: Database) -> str:
    """The address of Lucie's page; she wrote twice, and one of the two waits."""
    client.post("/v1/comments", json=comment("Un premier avis."))
    client.post("/v1/comments", json=comment("Voleur !"))
    with database.read() as session:
        return f"/authors/{session.query(Author).one().id}"


def words(answer: TestResponse) -> str:
    return unescape(answer.text).replace("\u00a0", " ")


def test_only_a_moderator_sees_an_author(visitor: FlaskClient, enter: Any, page: str) -> None:
    for path in (page, f"{page}/drawer"):
        assert visitor.get(path).status_code == 302
        assert visitor.post(f"{page}/notes").status_code == 302
    assert enter("data").get(page).status_code == 403


def test_an_author_s_comments_and_rates(enter: Any, page: str) -> None:
    shown = words(enter("moderator").get(page))
    assert shown.index("Voleur !") < shown.index("Un premier avis.")
    assert "1 (100 %)" in " ".join(shown.split()).replace('<span class="muted">', "")
    assert "La Gazette" in shown


def test_a_note_is_kept_with_who_wrote_it(enter: Any, page: str, database: Database) -> None:
    browser = enter("moderator")
    assert browser.post(f"{page}/notes", data={"note": " <b>insiste</b> "}).status_code == 303
    shown = browser.get(page).text
    assert "&lt;b&gt;insiste&lt;/b&gt;" in shown
    assert "Moderator" in shown
    long = "x" * 2_001
    refused = browser.post(f"{page}/notes", data={"note": long})
    assert refused.status_code == 422
    assert "la note est vide ou trop longue" in words(refused)
    assert long in refused.text
    with database.read() as session:
        [entry] = session.query(LogEntry).where(LogEntry.action.startswith("author."))
        assert (entry.action, entry.subject) == ("author.note", page.rpartition("/")[2])


def test_a_lead_bans_and_lifts(client: FlaskClient, enter: Any, page: str) -> None:
    browser = enter("lead")
    browser.post(f"{page}/sanctions", data=BAN)
    assert client.post("/v1/comments", json=comment("Me revoilà.")).json["status"] == "rejected"
    shown = words(browser.get(page))
    assert "Auteur exclu : commentaire refusé." in shown
    assert "déjà averti" in shown
    assert "Auteur exclu : commentaire refusé." in words(browser.get("/queue/rejected"))
    [lift] = [part.split('"')[0] for part in shown.split('action="') if "/lift" in part[:120]]
    browser.post(lift)
    assert client.post("/v1/comments", json=comment("Encore moi.")).json["status"] == "approved"
    assert "1 sanction passée" in words(browser.get(page))


def test_what_waits_of_a_refused_author_can_be_rejected_together(enter: Any, page: str) -> None:
    browser = enter("lead")
    browser.post(f"{page}/sanctions", data={**BAN, "kind": "warning"})
    assert "Rejeter aussi" not in words(browser.get(page))
    browser.post(f"{page}/sanctions", data=BAN)
    shown = browser.get(page).text
    [offered] = re.findall(r'href="(/bulk/new[^"]*)">Rejeter aussi son commentaire', shown)
    confirmation = words(browser.get(unescape(offered)))
    assert "Rejeter 1 commentaire" in confirmation
    assert "Un premier avis." not in confirmation


def test_a_moderator_may_not_ban_and_loses_nothing(enter: Any, page: str) -> None:
    browser = enter("moderator")
    assert 'value="ban"' not in browser.get(page).text
    refused = browser.post(f"{page}/sanctions", data=BAN)
    assert refused.status_code == 422
    assert "revient à un responsable" in words(refused)
    assert "déjà averti" in refused.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"lasting": ""},
        {"lasting": "date", "until": "2020-01-01"},
        {"lasting": "date", "until": "demain"},
    ],
)
def test_a_sanction_wants_a_reason_and_an_end(enter: Any, page: str, wrong: Any) -> None:
    browser = enter("moderator")
    given = {"kind": "suspension", "reason": "insult", "lasting": "day", **wrong}
    refused = browser.post(f"{page}/sanctions", data=given)
    assert refused.status_code == 422
    assert "une sanction demande un motif" in words(refused)


def test_nothing_of_a_blind_card_is_told(
    client: FlaskClient, enter: Any, page: str, database: Database, site: Site
) -> None:
    with database.write() as session:
        blind = Policy(audit_share=1, blind_share=1, first_comments=0, words=("connard",))
        session.get_one(Site, site.id).policy = blind.model_dump(mode="json")
    client.post("/v1/comments", json=comment("Quel connard, ce voleur !"))
    shown = words(enter("moderator").get(page))
    assert "Quel connard" in shown
    assert "liste du site" not in shown
    assert "90 %" not in shown


def test_an_erased_author_has_no_page(client: FlaskClient, enter: Any, page: str) -> None:
    client.delete("/v1/authors/u1")
    assert enter("moderator").get(page).status_code == 404


def test_older_comments_are_a_page_away(client: FlaskClient, enter: Any, page: str) -> None:
    client.post(
        "/v1/comments/batch",
        json={"comments": [comment(f"Voleur numéro {number} du jour.") for number in range(22)]},
    )
    browser = enter("moderator")
    first = browser.get(page).text
    assert "numéro 21 " in first
    assert "Un premier avis." not in first
    [older] = [part.split('"')[0] for part in first.split('href="') if "before=" in part[:120]]
    assert "Un premier avis." in browser.get(older).text
