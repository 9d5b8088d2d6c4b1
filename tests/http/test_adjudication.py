"""Double reading and adjudication over HTTP, without JavaScript."""

import re
from html import unescape

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from moderation.database import Database
from moderation.tables import Site


@pytest.fixture
def waiting(client: FlaskClient, database: Database, site: Site) -> str:
    """A comment of a site that has every decision taken twice."""
    with database.write() as session:
        kept = session.get_one(Site, site.id)
        kept.policy = {**kept.policy, "double_share": 1}
    found: str = client.post("/v1/comments", json=comment("Voleur !")).json["id"]
    return found


def words(answer: TestResponse) -> str:
    return unescape(answer.text).replace("\u00a0", " ")


def without_chance(answer: TestResponse) -> str:
    """A page without its tokens, the moment it was made, nor how long ago things were."""
    chance = r'"[\w.-]{60,}"|il y a \d+ \w+|data-[\w-]+="\d{4}-[^"]+"'
    return re.sub(chance, "", words(answer))


def form(page: str, **fields: str) -> dict[str, str]:
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {**dict(hidden), **fields}


def decide(browser: FlaskClient, comment_id: str, **fields: str) -> TestResponse:
    page = browser.get(f"/comments/{comment_id}").text
    return browser.post(f"/comments/{comment_id}/decision", data=form(page, **fields))


REJECT = {"action": "reject", "reason": "insult"}


def test_a_first_reading_answers_as_a_decision_does_and_is_taken_back_alike(
    client: FlaskClient, log_in: LogIn, waiting: str
) -> None:
    camille, _sacha = log_in("camille"), log_in("sacha")
    assert decide(camille, waiting, **REJECT, note="relire la charte").status_code == 303
    page = words(camille.get("/queue"))
    assert "Commentaire rejeté." in page
    assert "Voleur" not in page
    mine = words(camille.get("/decisions"))
    assert "Rejeté" in mine
    assert "relire la charte" in mine
    assert client.get(f"/v1/comments/{waiting}").json["status"] == "pending"
    (undo,) = re.findall(r'action="(/decisions/[^"]+/undo)"', camille.get("/decisions").text)
    assert "Décision annulée" in words(camille.post(undo, follow_redirects=True))
    assert "Voleur" in words(camille.get("/queue"))


def test_the_second_reader_sees_nothing_of_the_first(log_in: LogIn, waiting: str) -> None:
    camille, sacha = log_in("camille"), log_in("sacha")
    before = without_chance(sacha.get(f"/comments/{waiting}"))
    decide(camille, waiting, **REJECT, note="relire la charte")
    camille.post(f"/comments/{waiting}/claim")
    assert without_chance(sacha.get(f"/comments/{waiting}")) == before
    assert "Voleur" in words(sacha.get("/queue"))


def test_a_lead_settles_a_disagreement(client: FlaskClient, log_in: LogIn, waiting: str) -> None:
    camille, sacha, lead = log_in("camille"), log_in("sacha"), log_in("dominique", "lead")
    assert "Aucun désaccord" in words(lead.get("/adjudication"))
    decide(camille, waiting, **REJECT, note="relire la charte")
    decide(sacha, waiting, action="approve")
    alone = words(lead.get(f"/comments/{waiting}"))
    assert "Deux lecteurs ont donné des avis contraires" in alone
    assert f"/comments/{waiting}/decision" not in alone
    page = words(lead.get("/adjudication"))
    for shown in ("Lecture A", "Lecture B", "Injure", "relire la charte", "Lecture A : Camille"):
        assert shown in page
    to = f"/adjudication/{waiting}/decision"
    answer = lead.post(to, data=form(page, action="reject", note="pas de motif"))
    assert answer.status_code == 422
    assert "pas de motif" in words(answer)
    answer = lead.post(to, data=form(page, **REJECT), follow_redirects=True)
    assert "Désaccord départagé." in words(answer)
    assert client.get(f"/v1/comments/{waiting}").json["status"] == "rejected"
    assert lead.post(to, data=form(page, **REJECT)).status_code == 303
    assert lead.post(to, data=form(page, action="approve")).status_code == 409


def test_a_lead_who_read_it_is_told_why_another_settles_it(log_in: LogIn, waiting: str) -> None:
    lead, camille = log_in("dominique", "lead"), log_in("camille")
    log_in("alix", "administrator")
    decide(lead, waiting, **REJECT)
    decide(camille, waiting, action="approve")
    page = lead.get(f"/comments/{waiting}").text
    fields = form(page, action="approve", status="pending", revision="1", open_ms="")
    answer = lead.post(f"/adjudication/{waiting}/decision", data=fields)
    assert answer.status_code == 409
    assert "laissez un autre responsable" in words(answer)
