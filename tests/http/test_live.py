"""Live changes over HTTP, and on a real gunicorn worker."""

import json
from urllib.parse import quote

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient

from api.login import limiter
from moderation import accounts
from moderation.database import Database
from moderation.tables import now

PASSWORD = "un mot de passe long"


def logged_in(app: Flask, database: Database, login: str) -> FlaskClient:
    limiter.reset()
    with database.write() as session:
        accounts.create(session, login, login.title(), PASSWORD)
    browser = app.test_client()
    browser.post("/login", data={"login": login, "password": PASSWORD})
    return browser


@pytest.fixture
def moderator(app: Flask, database: Database) -> FlaskClient:
    return logged_in(app, database, "camille")


def changes(browser: FlaskClient, since: str) -> dict:
    return browser.get(f"/live/changes?since={quote(since)}").json


def test_what_arrives_is_decided_edited_or_removed_is_told_with_who_reads(
    app: Flask, database: Database, client: FlaskClient, moderator: FlaskClient
) -> None:
    since = now().isoformat()
    sent = [comment(f"Voleur numéro {number}.") for number in range(4)]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    ids = [result["comment"]["id"] for result in results]
    colleague = logged_in(app, database, "sacha")
    colleague.post(f"/comments/{ids[0]}/claim")
    shown = {"revision": "1", "status": "pending", "score_shown": "1", "action": "approve"}
    colleague.post(f"/comments/{ids[1]}/decision", data=shown)
    client.put(f"/v1/comments/{ids[2]}", json={"text": "Voleur, et de loin."})
    client.delete(f"/v1/comments/{ids[3]}")

    told = changes(moderator, since)

    found = {row["id"]: (row["status"], row["revision"], row["by"]) for row in told["comments"]}
    assert [found[each] for each in ids] == [
        ("pending", 1, None),
        ("approved", 1, "Sacha"),
        ("pending", 2, None),
        ("removed", 1, None),
    ]
    assert told["readers"] == {ids[0]: "Sacha"}
    assert changes(colleague, since)["readers"] == {}
    assert "reject" not in json.dumps(told)
    assert told["cursor"] > since


def test_a_bad_cursor_is_refused_and_a_stranger_too(
    visitor: FlaskClient, moderator: FlaskClient
) -> None:
    assert moderator.get("/live/changes?since=hier").status_code == 400
    assert visitor.get("/live").status_code == 302
    assert visitor.get("/live/changes", headers={"HX-Request": "true"}).status_code == 401


def test_without_a_thread_to_spare_a_stream_is_refused(moderator: FlaskClient) -> None:
    answer = moderator.get("/live")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"


def test_arrivals_are_what_the_filters_let_into_the_queue_since(
    app: Flask, database: Database, client: FlaskClient, moderator: FlaskClient
) -> None:
    sent = [comment(f"Voleur numéro {number}.", author={"name": "A"}) for number in range(4)]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    _old, edited, decided, held = (result["comment"]["id"] for result in results)
    colleague = logged_in(app, database, "sacha")
    seen = {"revision": "1", "status": "pending", "score_shown": "1", "action": "approve"}
    colleague.post(f"/comments/{held}/aside", data=seen)
    colleague.post(f"/comments/{decided}/decision", data=seen)
    since = quote(now().isoformat())

    def arrived(filters: str = "") -> set[str]:
        return set(moderator.get(f"/live/arrivals?since={since}{filters}").json["ids"])

    assert arrived() == set()
    client.put(f"/v1/comments/{edited}", json={"text": "Voleur, et de loin."})
    colleague.post("/decisions/last/undo")
    colleague.post(f"/comments/{held}/return", data={**seen, "held": "aside"})
    other = comment(
        "Voleur !", article={"external_id": "b", "url": "https://b.example/", "title": "B"}
    )
    new = client.post("/v1/comments", json=other).json["id"]
    client.post("/v1/comments", json=comment("Rien à redire."))
    assert arrived() == {edited, decided, held, new}
    assert arrived("&order=oldest&section=Sport") == set()
    assert moderator.get("/live/arrivals?since=hier").status_code == 400
    assert moderator.get("/live/arrivals?site=ici").status_code == 400
