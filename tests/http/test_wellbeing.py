"""Severe texts: withheld until asked for, counted, limited; and moderators who stay unnamed."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from moderation import outbox, sanctions
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Author, Delivery, Exposure, LogEntry, Moderator, Site, now

WEEK = timedelta(days=7)
HARD = "Je vais l’égorger, ce voleur, au coin de la rue Gambetta."


@pytest.fixture
def moderator(log_in: LogIn) -> FlaskClient:
    return log_in("camille")


@pytest.fixture
def hard(client: FlaskClient) -> str:
    """The id of a severe comment that waits."""
    found: str = client.post("/v1/comments", json=comment(HARD)).json["id"]
    return found


def words(answer: TestResponse) -> str:
    bare = re.sub(r"<[^>]+>", "", answer.text)
    return " ".join(unescape(bare).replace("\u00a0", " ").split())


def set_limit(database: Database, limit: int | None) -> None:
    with database.write() as session:
        session.query(Moderator).filter_by(login="camille").one().severe_limit = limit


def test_a_severe_text_is_nowhere_until_it_is_asked_for(
    client: FlaskClient, moderator: FlaskClient, hard: str
) -> None:
    client.put(f"/v1/comments/{hard}", json={"text": HARD + " Promis."})
    pages = ["/queue", f"/comments/{hard}", f"/comments/{hard}/text", f"/comments/{hard}/changes"]
    for page in pages:
        answer = moderator.get(page)
        assert "Gambetta" not in answer.text, page
        assert "flouté" in answer.text, page
    assert "menace probable" in words(moderator.get("/queue"))


def test_what_is_revealed_is_shown_counted_once_and_written_down(
    moderator: FlaskClient, hard: str, database: Database
) -> None:
    asking = {"HX-Request": "true"}
    for _ in range(2):
        answer = moderator.post(f"/comments/{hard}/reveal", headers=asking)
        assert "rue Gambetta" in words(answer)
    assert "Gambetta" in moderator.get("/queue").text
    assert "1 texte difficile lu aujourd’hui" in words(moderator.get("/account/wellbeing"))
    with database.read() as session:
        assert session.query(Exposure).count() == 1
        assert session.query(LogEntry).filter_by(action="text.reveal", subject=hard).count() == 1


def test_days_begin_at_midnight_where_the_newspaper_is(
    moderator: FlaskClient, hard: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime(2026, 7, 1, 21, 30, tzinfo=UTC)
    monkeypatch.setattr("api.context.now", lambda: late)
    set_limit(database, 1)
    moderator.post(f"/comments/{hard}/reveal")
    assert "1 texte difficile lu aujourd’hui" in words(moderator.get("/account/wellbeing"))
    monkeypatch.setattr("api.context.now", lambda: late + timedelta(hours=1))
    assert "0 texte difficile lu aujourd’hui" in words(moderator.get("/account/wellbeing"))
    with database.read() as session:
        assert session.query(Exposure).one().day == date(2026, 7, 1)


def test_a_text_is_revealed_without_javascript(moderator: FlaskClient, hard: str) -> None:
    answer = moderator.post(f"/comments/{hard}/reveal", follow_redirects=True)
    assert "rue Gambetta" in words(answer)


def test_an_ordinary_text_is_neither_withheld_nor_counted(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    stored = client.post("/v1/comments", json=comment("Ce voleur est parti.")).json
    moderator.post(f"/comments/{stored['id']}/reveal")
    assert "voleur" in moderator.get("/queue").text
    with database.read() as session:
        assert session.query(Exposure).count() == 0


def test_a_blind_card_is_not_blurred(
    client: FlaskClient, moderator: FlaskClient, database: Database, site: Site
) -> None:
    policy = Policy(audit_share=1, blind_share=1, first_comments=0)
    with database.write() as session:
        session.get_one(Site, site.id).policy = policy.model_dump(mode="json")
    client.post("/v1/comments", json=comment(HARD))
    assert "Gambetta" in moderator.get("/queue").text


def test_at_the_limit_severe_texts_leave_the_queue_and_stay_withheld(
    client: FlaskClient, moderator: FlaskClient, log_in: LogIn, database: Database, hard: str
) -> None:
    second = client.post("/v1/comments", json=comment("Un autre à égorger, tiens.")).json["id"]
    client.post("/v1/comments", json=comment("Ce voleur est parti."))
    set_limit(database, 1)
    assert moderator.get("/queue").text.count("data-card=") == 3
    moderator.post(f"/comments/{hard}/reveal")

    assert moderator.get("/queue").text.count("data-card=") == 1
    refused = moderator.post(f"/comments/{second}/reveal", headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "Laissez celui-ci à un collègue" in words(refused)
    plain = moderator.post(f"/comments/{second}/reveal")
    assert plain.status_code == 409
    assert "limite du jour" in words(plain)
    assert "tiens" not in refused.text + plain.text
    assert log_in("sacha").get("/queue").text.count("data-card=") == 3


def test_without_blur_texts_are_shown_counted_when_opened_and_limited(
    client: FlaskClient, moderator: FlaskClient, database: Database, hard: str
) -> None:
    moderator.post("/account/wellbeing", data={})
    assert "Gambetta" in moderator.get("/queue").text
    moderator.post(f"/comments/{hard}/claim")
    assert "1 texte difficile" in words(moderator.get("/account/wellbeing"))

    set_limit(database, 1)
    second = client.post("/v1/comments", json=comment("Un autre à égorger, tiens.")).json["id"]
    assert "tiens" not in moderator.get(f"/comments/{second}").text
    moderator.post("/account/wellbeing", data={"blur": "1"})
    with database.read() as session:
        assert session.query(Moderator).one().preferences["blur"] is True


def test_a_severe_text_can_be_decided_unread(
    client: FlaskClient, moderator: FlaskClient, database: Database, hard: str
) -> None:
    page = moderator.get(f"/comments/{hard}").text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    data = {**fields, "action": "reject", "reason": "threat"}
    assert moderator.post(f"/comments/{hard}/decision", data=data).status_code == 303
    assert "Gambetta" not in moderator.get("/decisions").text
    with database.read() as session:
        assert session.query(Exposure).count() == 0


def test_a_lead_sees_the_load_and_sets_limits(
    moderator: FlaskClient, log_in: LogIn, database: Database, hard: str
) -> None:
    moderator.post(f"/comments/{hard}/reveal")
    lead = log_in("lea", "lead")
    with database.write() as session:
        camille = session.query(Moderator).filter_by(login="camille").one()
        [row] = session.query(Exposure).all()
        session.add(
            Exposure(
                moderator_id=camille.id,
                day=row.day - timedelta(days=2),
                comment_id=row.comment_id,
            )
        )
    path = f"/wellbeing/{camille.id}/limit"
    assert "Camille 1 0,3" in words(lead.get("/wellbeing"))
    assert moderator.get("/wellbeing").status_code == 403

    for wrong in ("-1", "douze", "1001", "9" * 30):
        refused = lead.post(path, data={"limit": wrong})
        assert refused.status_code == 422
        assert f'value="{wrong}"' in refused.text
    assert lead.post(path, data={"limit": "20"}).status_code == 303
    with database.read() as session:
        assert session.get_one(Moderator, camille.id).severe_limit == 20
        [entry] = session.query(LogEntry).filter_by(action="moderator.severe_limit").all()
        assert (entry.subject, entry.details) == (str(camille.id), {"limit": 20})
    lead.post(path, data={"limit": ""})
    with database.read() as session:
        assert session.get_one(Moderator, camille.id).severe_limit is None


def test_nobody_outside_learns_a_moderator_s_name(
    app: Flask, client: FlaskClient, log_in: LogIn, database: Database, site: Site
) -> None:
    moderator = log_in("quartzmarine", "lead")
    with database.write() as session:
        outbox.subscribe(session, site, "https://gazette.example/hook")
    sent = [comment("Ce voleur est parti."), comment("Cet idiot est parti.")]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    first, second = (result["comment"]["id"] for result in results)
    for comment_id, decided in (
        (first, {"action": "reject", "reason": "insult", "note": "vu"}),
        (second, {"action": "approve"}),
    ):
        page = moderator.get(f"/comments/{comment_id}").text
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        answer = moderator.post(f"/comments/{comment_id}/decision", data={**fields, **decided})
        assert answer.status_code == 303
    with database.write() as session:
        lead = session.query(Moderator).filter_by(login="quartzmarine").one()
        author = session.query(Author).one()
        sanctions.impose(session, lead, author.id, "suspension", "insult", now() + WEEK)

    answers = [
        client.post(f"/v1/comments/{first}/appeal", json={"message": "Je conteste."}),
        client.post(f"/v1/comments/{second}/flags", json={"reason": "insult"}),
        client.put(f"/v1/comments/{second}", json={"text": "Il est parti."}),
        client.post("/v1/comments", json=comment("Me revoilà.")),
        *(client.get(path) for path in every_v1_page(app, first)),
    ]
    assert all(answer.status_code < 300 for answer in answers)
    with database.read() as session:
        told = [delivery.body for delivery in session.query(Delivery)]
    assert len(told) > 4
    for said in [*(answer.text for answer in answers), *told]:
        assert "quartzmarine" not in said.lower()


def every_v1_page(app: Flask, comment_id: str) -> list[str]:
    """Every address of our own API that can be read, with ids that exist."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v1/")]
    found = [
        rule.rule.replace("<uuid:id>", comment_id)
        .replace("authors/<external_id>", "authors/u1")
        .replace("articles/<external_id>", "articles/a1")
        for rule in rules
        if "GET" in (rule.methods or ())
    ]
    assert len(found) >= 4
    return found
