"""The team page, invitations and lost passwords."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from click.testing import CliRunner
from conftest import SECRET
from flask import Flask
from flask.testing import FlaskClient
from people import PASSWORD, LogIn
from werkzeug.test import TestResponse

from api.cli import cli
from moderation import accounts
from moderation.database import Database
from moderation.tables import AccountLink, LogEntry, now

NEW = "quatre chevaux au galop"


def words(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def invite(browser: FlaskClient, login: str, role: str = "moderator") -> TestResponse:
    fields = {"login": login, "name": login.capitalize(), "role": role}
    return browser.post("/team/invite", data=fields)


def link_in(answer: TestResponse) -> str:
    [path] = re.findall(r'value="http://localhost(/welcome/[\w-]{43})"', answer.text)
    return path


def id_of(database: Database, login: str) -> UUID:
    with database.read() as session:
        found = accounts.by_login(session, login)
        assert found is not None
        return found.id


def test_an_invited_colleague_chooses_a_password_and_is_in(
    app: Flask, log_in: LogIn, database: Database
) -> None:
    lead = log_in("camille", "lead")
    path = link_in(invite(lead, "sacha@gazette.example"))
    assert "invitation en attente" in lead.get("/team").text

    guest = app.test_client()
    assert "Bienvenue" in words(guest.get(path))
    assert "ressemble trop" in words(guest.post(path, data={"password": "sacha-gazette"}))
    assert guest.post(path, data={"password": NEW}).headers["Location"] == "/queue"
    assert guest.get("/queue").status_code == 200

    late = app.test_client()
    assert "Ce lien a déjà servi" in words(late.get(path))
    assert late.post(path, data={"password": PASSWORD}).status_code == 410
    fields = {"login": "Sacha@Gazette.example", "password": NEW}
    assert late.post("/login", data=fields).status_code == 302
    with database.read() as session:
        link = session.query(AccountLink).one()
        assert link.digest not in path
        told = [entry.action for entry in session.query(LogEntry).order_by(LogEntry.id)]
    assert told[1:] == [
        "session.open",
        "account.create",
        "link.invitation",
        "account.invitation",
        "session.open",
        "session.open",
    ]


def test_an_old_link_and_a_replaced_one_say_so(
    app: Flask, log_in: LogIn, database: Database
) -> None:
    lead = log_in("camille", "lead")
    replaced = link_in(invite(lead, "sacha"))
    link = link_in(lead.post(f"/team/{id_of(database, 'sacha')}/link"))
    guest = app.test_client()
    assert "n’est plus valable" in words(guest.get(replaced))
    assert guest.get(link).status_code == 200
    with database.write() as session:
        for row in session.query(AccountLink):
            row.expires_at = now() - timedelta(seconds=1)
    assert guest.post(link, data={"password": NEW}).status_code == 410
    assert guest.get("/welcome/inconnu").status_code == 404


def test_links_cannot_be_guessed_at_leisure(app: Flask, log_in: LogIn) -> None:
    guest = app.test_client()
    statuses = [guest.get(f"/welcome/essai-{number}").status_code for number in range(11)]
    assert statuses == [404] * 10 + [429]


def test_a_reset_ends_the_sessions_and_the_old_password(
    app: Flask, log_in: LogIn, database: Database
) -> None:
    lead, theirs = log_in("camille", "lead"), log_in("sacha")
    path = link_in(lead.post(f"/team/{id_of(database, 'sacha')}/link"))
    assert theirs.get("/queue").status_code == 200
    app.test_client().post(path, data={"password": NEW})
    assert theirs.get("/queue").status_code == 302
    old = {"login": "sacha", "password": PASSWORD}
    assert app.test_client().post("/login", data=old).status_code == 401


def test_a_lead_touches_neither_leads_nor_administrators(log_in: LogIn, database: Database) -> None:
    lead = log_in("camille", "lead")
    assert invite(lead, "dominique", "administrator").status_code == 403
    for role in ("lead", "administrator"):
        log_in(role, role)
        for act in ("link", "disable", "enable"):
            assert lead.post(f"/team/{id_of(database, role)}/{act}").status_code == 403
    sacha = log_in("sacha")
    data = {"role": "lead"}
    assert lead.post(f"/team/{id_of(database, 'sacha')}/role", data=data).status_code == 403
    assert lead.post(f"/team/{id_of(database, 'sacha')}/disable").status_code == 303
    assert sacha.get("/queue").status_code == 302


def test_a_disabled_colleague_is_out_until_enabled(
    app: Flask, log_in: LogIn, database: Database
) -> None:
    lead, sacha = log_in("camille", "lead"), log_in("sacha")
    account = id_of(database, "sacha")
    path = link_in(lead.post(f"/team/{account}/link"))
    lead.post(f"/team/{account}/disable")
    assert sacha.get("/queue").status_code == 302
    assert app.test_client().post(path, data={"password": NEW}).status_code == 410
    lead.post(f"/team/{account}/enable")
    assert sacha.get("/queue").status_code == 302, "an old session does not come back to life"
    assert log_in("sacha").get("/queue").status_code == 200


def test_an_administrator_changes_roles_but_never_their_own(
    log_in: LogIn, database: Database
) -> None:
    chief = log_in("camille", "administrator")
    sacha = log_in("sacha")
    role = {"role": "lead"}
    assert chief.post(f"/team/{id_of(database, 'sacha')}/role", data=role).status_code == 303
    assert sacha.get("/team").status_code == 200
    own = id_of(database, "camille")
    assert chief.post(f"/team/{own}/role", data=role).status_code == 403
    assert chief.post(f"/team/{own}/disable").status_code == 403
    with database.read() as session:
        [entry] = session.query(LogEntry).filter_by(action="account.role")
        assert entry.details == {"before": "moderator", "role": "lead"}


def test_two_administrators_cannot_remove_each_other(log_in: LogIn, database: Database) -> None:
    """Both saw two administrators; the second one's act comes when it is the last."""
    from moderation import team
    from moderation.errors import Conflict

    log_in("camille", "administrator")
    log_in("sacha", "administrator")
    with database.read() as session:
        camille, sacha = (accounts.by_login(session, login) for login in ("camille", "sacha"))
    with database.write() as session:
        team.disable(session, camille, accounts.find(session, sacha.id))
    with pytest.raises(Conflict), database.write() as session:
        team.disable(session, sacha, accounts.find(session, camille.id))


def test_an_invitation_that_cannot_be_keeps_what_was_typed(log_in: LogIn) -> None:
    lead = log_in("camille", "lead")
    taken = invite(lead, "camille")
    assert taken.status_code == 422
    assert "Un compte porte déjà cet identifiant" in words(taken)
    assert 'value="Camille"' in taken.text
    for login in ("", "a" * 255, "\0"):
        assert invite(lead, login).status_code == 422


def test_a_link_from_the_command_line(
    app: Flask, log_in: LogIn, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in("camille", "administrator")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    address = ["--address", "https://vigie.gazette.example/"]
    done = CliRunner().invoke(cli, ["reset-password", "Camille", *address])
    path = done.output.strip().removeprefix("https://vigie.gazette.example")
    guest = app.test_client()
    assert guest.post(path, data={"password": NEW}).status_code == 303
    assert guest.get("/team").status_code == 200
    assert CliRunner().invoke(cli, ["reset-password", "personne"]).exit_code == 1
