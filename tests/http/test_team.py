"""Roles, accounts and sessions."""

import re
from datetime import timedelta
from html import unescape

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from people import PASSWORD, LogIn
from werkzeug.test import TestResponse

from moderation.database import Database
from moderation.tables import LogEntry, LoginSession, Moderator, now


def words(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def journal(database: Database, action: str) -> list[LogEntry]:
    with database.read() as session:
        return session.query(LogEntry).filter_by(action=action).order_by(LogEntry.id).all()


def test_a_new_role_holds_from_the_next_request(log_in: LogIn, database: Database) -> None:
    browser = log_in("camille")
    assert browser.get("/queue").status_code == 200
    with database.write() as session:
        session.query(Moderator).one().role = "data"
    assert browser.get("/queue").status_code == 403


def test_who_does_not_moderate_lands_elsewhere_than_on_the_queue(log_in: LogIn) -> None:
    assert log_in("camille").get("/").headers["Location"] == "/queue"
    home = log_in("dominique", "data").get("/").headers["Location"]
    assert log_in("dominique").get(home).status_code == 200


def test_logging_out_ends_the_session_for_whoever_kept_its_cookie(
    app: Flask, log_in: LogIn
) -> None:
    browser = log_in("camille")
    thief = app.test_client()
    stolen = browser.get_cookie("vigie")
    assert stolen is not None
    thief.set_cookie("vigie", stolen.value)
    assert thief.get("/queue").status_code == 200
    browser.post("/logout")
    assert thief.get("/queue").status_code == 302


def test_a_session_lasts_so_many_hours(log_in: LogIn, database: Database) -> None:
    browser = log_in("camille")
    with database.write() as session:
        session.query(LoginSession).one().created_at = now() - timedelta(hours=12)
    assert browser.get("/queue").status_code == 302


def test_a_session_is_seen_once_a_minute(log_in: LogIn, database: Database) -> None:
    browser = log_in("camille")

    def seen() -> object:
        with database.read() as session:
            return session.query(LoginSession).one().seen_at

    first = seen()
    browser.get("/queue")
    assert seen() == first
    with database.write() as session:
        session.query(LoginSession).one().seen_at = now() - timedelta(minutes=2)
    browser.get("/queue")
    assert seen() > first


def test_the_key_in_the_cookie_is_nowhere_in_the_database(
    log_in: LogIn, database: Database
) -> None:
    browser = log_in("camille")
    with browser.session_transaction() as cookie:
        key = cookie["key"]
    with database.read() as session:
        assert len(key) >= 43
        assert key not in session.query(LoginSession).one().digest


def test_sessions_are_listed_and_ended_one_by_one_or_together(log_in: LogIn) -> None:
    here = log_in("camille")
    phone = log_in("camille", agent="Mozilla/5.0 (iPhone) AppleWebKit/605.1 Safari/604.1")
    office = log_in("camille", agent="curl/8")

    page = here.get("/account")
    assert "Firefox, Linux" in page.text
    assert "Safari, iOS" in page.text
    assert "Navigateur inconnu" in page.text
    assert page.text.count("ce navigateur") == 1

    [first, _] = re.findall(r'action="(/account/sessions/[\w-]{36}/end)"', page.text)
    assert here.post(first).status_code == 303
    assert [office.get("/queue").status_code, phone.get("/queue").status_code] == [302, 200]

    here.post("/account/sessions/end-others")
    assert [phone.get("/queue").status_code, here.get("/queue").status_code] == [302, 200]


def test_nobody_ends_a_colleagues_session(log_in: LogIn, database: Database) -> None:
    colleague = log_in("sacha")
    with database.read() as session:
        theirs = session.query(LoginSession).one().id
    answer = log_in("camille", "administrator").post(f"/account/sessions/{theirs}/end")
    assert answer.status_code == 404
    assert colleague.get("/queue").status_code == 200


def test_a_new_password_ends_the_other_sessions(app: Flask, log_in: LogIn) -> None:
    here, elsewhere = log_in("camille"), log_in("camille")
    changed = {"current": PASSWORD, "new": "quatre chevaux au galop"}
    assert here.post("/account/password", data=changed).status_code == 303
    assert [here.get("/queue").status_code, elsewhere.get("/queue").status_code] == [200, 302]
    old = {"login": "camille", "password": PASSWORD}
    assert app.test_client().post("/login", data=old).status_code == 401


@pytest.mark.parametrize(
    ("current", "new", "said"),
    [
        ("un autre mot de passe", "quatre chevaux au galop", "n’est pas votre mot de passe"),
        (PASSWORD, "court", "au moins douze"),
        (PASSWORD, "Camille-2026!", "ressemble trop"),
        (PASSWORD, "azertyuiop12", "trop courant"),
        (PASSWORD, "abababababababab", "trop courant"),
    ],
)
def test_a_password_that_will_not_do(log_in: LogIn, current: str, new: str, said: str) -> None:
    answer = log_in("camille").post("/account/password", data={"current": current, "new": new})
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_name_is_changed_for_one_that_can_be_shown(log_in: LogIn) -> None:
    browser = log_in("camille")
    browser.post("/account/name", data={"name": "  Camille <b>R.</b> "})
    assert "Camille &lt;b&gt;R.&lt;/b&gt;" in browser.get("/queue").text
    for name in ("", "nul\0", "a" * 101):
        assert browser.post("/account/name", data={"name": name}).status_code == 422


def test_logins_and_decisions_are_in_the_journal(
    app: Flask, client: FlaskClient, log_in: LogIn, database: Database
) -> None:
    browser = log_in("camille")
    stored = client.post("/v1/comments", json=comment("Voleur !")).json
    shown = {"revision": "1", "status": "pending", "score_shown": "1"}
    browser.post(
        f"/comments/{stored['id']}/decision",
        data={**shown, "action": "reject", "reason": "insult", "note": "pour moi"},
    )
    [entry] = journal(database, "decision.reject")
    assert (entry.subject, entry.details) == (stored["id"], {"reason": "insult"})
    assert entry.moderator_id is not None

    app.test_client().post("/login", data={"login": "camille", "password": "Mon S3cret"})
    app.test_client().post("/login", data={"login": "Mon S3cret \0", "password": "x"})
    known, unknown = journal(database, "session.refuse")
    assert (known.subject, unknown.subject) == (str(entry.moderator_id), None)
    assert (known.details, unknown.details) == ({}, {})

    browser.post("/logout")
    assert len(journal(database, "session.open")) == len(journal(database, "session.close")) == 1
