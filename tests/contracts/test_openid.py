"""Logging in through a real OpenID provider, over real redirects."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openid
import pytest
import requests
from conftest import SECRET
from flask import Flask
from flask.testing import FlaskClient
from people import PASSWORD
from requests import Response, Session

from moderation import accounts
from moderation.database import Database
from moderation.settings import Settings
from moderation.tables import LogEntry, Moderator, now

HERE = "http://localhost"
PEOPLE = {
    "lou": {"name": "Lou Martin", "realm_access": {"roles": ["staff", "vigie-leads"]}},
    "alix": {"name": "Alix", "email": "Alix@gazette.example", "email_verified": True},
    "doubt": {"name": "D", "email": "alix@gazette.example", "email_verified": False},
    "chief": {
        "name": "Chief",
        "email": "chief@gazette.example",
        "email_verified": True,
        "realm_access": {"roles": ["vigie-leads"]},
    },
    "nobody": {"name": "Nobody", "realm_access": {"roles": ["staff"]}},
}
Finish = Callable[[FlaskClient, str], Response]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider of the module's own, in a process."""
    with openid.provider(openid.free_port(), HERE, PEOPLE) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path, issuer: str) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        models_dir=tmp_path / "models",
        secure_cookies=False,
        oidc_issuer=issuer,
        oidc_client_id="vigie",
        oidc_client_secret=openid.SECRET,
        oidc_role_claim="realm_access.roles",
        oidc_roles={"vigie-admins": "administrator", "vigie-leads": "lead"},
    )


@pytest.fixture
def at_provider() -> Iterator[Session]:
    """Somebody's browser, at the provider."""
    with requests.Session() as session:
        yield session


def start(visitor: FlaskClient, path: str = "/oidc/login") -> str:
    """Set out from the login page; answers where the browser is sent."""
    answer = visitor.get(path)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def through(browser: Session, address: str, sub: str) -> str:
    """Log in and consent at the provider, by its forms; answers where it sends the browser back."""
    answer = browser.get(address, allow_redirects=False)
    for _ in range(12):
        if answer.is_redirect:
            address = requests.compat.urljoin(answer.url, answer.headers["Location"])
            if address.startswith(f"{HERE}/"):
                return address.removeprefix(HERE)
            answer = browser.get(address, allow_redirects=False)
            continue
        [form] = re.findall(r'<form[^>]*action="([^"]+)" method="post">', answer.text)
        [prompt] = re.findall(r'name="prompt" value="(\w+)"', answer.text)
        data = {"prompt": prompt, "login": sub, "password": "any"}
        answer = browser.post(form, data=data, allow_redirects=False)
    raise AssertionError("the provider never sent the browser back")


def log_in(visitor: FlaskClient, browser: Session, sub: str):
    return visitor.get(through(browser, start(visitor), sub))


@contextmanager
def tampered(visitor: FlaskClient, name: str, value: str) -> Iterator[None]:
    """Change what the cookie remembers of the attempt."""
    with visitor.session_transaction() as cookie:
        [key] = [key for key in cookie if key.startswith("_state_")]
        kept = cookie[key]
        kept["data"][name] = value
        cookie[key] = kept
    yield


def accounts_of(database: Database) -> dict[str, Moderator]:
    with database.read() as session:
        return {row.login: row for row in session.query(Moderator)}


def test_the_request_is_a_code_flow_with_pkce_state_and_nonce(visitor: FlaskClient) -> None:
    asked = parse_qs(urlsplit(start(visitor)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 20
    assert len(asked["nonce"][0]) >= 20


def test_somebody_whose_claim_has_a_role_gets_an_account(
    visitor: FlaskClient, at_provider: Session, database: Database, issuer: str
) -> None:
    address = start(visitor, "/oidc/login?next=/decisions")
    answer = visitor.get(through(at_provider, address, "lou"))
    assert answer.headers["Location"] == "/decisions"
    assert visitor.get("/team").status_code == 200
    [made] = accounts_of(database).values()
    assert (made.name, made.role, made.subject) == ("Lou Martin", "lead", f"{issuer} lou")
    assert made.password_hash is None

    visitor.post("/logout")
    assert log_in(visitor, at_provider, "lou").headers["Location"] == "/queue"
    assert len(accounts_of(database)) == 1


def test_an_invited_colleague_is_known_by_a_verified_address_alone(
    app: Flask, visitor: FlaskClient, at_provider: Session, database: Database, issuer: str
) -> None:
    with database.write() as session:
        accounts.create(session, "alix@gazette.example", "Alix R.", None)
    with requests.Session() as elsewhere:
        stranger = app.test_client()
        assert log_in(stranger, elsewhere, "doubt").status_code == 403
        assert stranger.get("/queue").status_code == 302
    assert log_in(visitor, at_provider, "alix").headers["Location"] == "/queue"
    [linked] = accounts_of(database).values()
    assert (linked.subject, linked.role) == (f"{issuer} alix", "moderator")


def test_somebody_whom_nothing_awaits_is_told_so(
    visitor: FlaskClient, at_provider: Session, database: Database
) -> None:
    answer = log_in(visitor, at_provider, "nobody")
    assert answer.status_code == 403
    assert "aucun compte ne vous attend" in unescape(answer.text)
    assert visitor.get("/queue").status_code == 302
    with database.read() as session:
        assert session.query(LogEntry).one().details == {"why": "unknown"}


def test_an_account_with_a_password_is_not_taken_over_nor_raised(
    visitor: FlaskClient, at_provider: Session, database: Database
) -> None:
    with database.write() as session:
        accounts.create(session, "chief@gazette.example", "C", PASSWORD, "administrator")
    answer = log_in(visitor, at_provider, "chief")
    assert answer.status_code == 403
    assert "connectez-vous par ce mot de passe" in unescape(answer.text).replace("\xa0", " ")
    assert accounts_of(database)["chief@gazette.example"].subject is None


def test_a_role_here_is_not_changed_by_the_provider(
    visitor: FlaskClient, at_provider: Session, database: Database
) -> None:
    log_in(visitor, at_provider, "lou")
    with database.write() as session:
        session.query(Moderator).one().role = "moderator"
    log_in(visitor, at_provider, "lou")
    assert [row.role for row in accounts_of(database).values()] == ["moderator"]


def test_a_disabled_account_stays_out(
    visitor: FlaskClient, at_provider: Session, database: Database
) -> None:
    log_in(visitor, at_provider, "lou")
    with database.write() as session:
        session.query(Moderator).one().disabled_at = now()
    answer = log_in(visitor, at_provider, "lou")
    assert answer.status_code == 403
    assert "désactivé" in answer.text


@pytest.mark.parametrize("name", ["nonce", "code_verifier"])
def test_an_answer_to_another_attempt_is_refused(
    visitor: FlaskClient, at_provider: Session, database: Database, name: str
) -> None:
    back = through(at_provider, start(visitor), "lou")
    with tampered(visitor, name, "x" * 48):
        answer = visitor.get(back)
    assert answer.status_code == 400
    assert "n’a pas abouti" in answer.text
    assert accounts_of(database) == {}


def test_an_answer_that_was_not_asked_for_is_refused(
    app: Flask, visitor: FlaskClient, at_provider: Session, database: Database
) -> None:
    """An attacker's code, given to a victim's browser: its state is not the victim's."""
    back = through(at_provider, start(visitor), "lou")
    victim = app.test_client()
    assert victim.get(back).status_code == 400
    start(victim)
    assert victim.get(back).status_code == 400
    assert visitor.get(back).status_code == 302
    assert visitor.get(back).status_code == 400, "a code serves once"


def test_giving_up_at_the_provider_leads_back_with_a_word(visitor: FlaskClient) -> None:
    [state] = parse_qs(urlsplit(start(visitor)).query)["state"]
    answer = visitor.get(f"/oidc/callback?error=access_denied&state={state}")
    assert answer.status_code == 400
    assert "Vous avez renoncé" in answer.text


def test_logging_out_offers_to_log_out_of_the_provider(
    visitor: FlaskClient, at_provider: Session
) -> None:
    log_in(visitor, at_provider, "lou")
    assert visitor.post("/logout").headers["Location"] == "/oidc/left"
    assert visitor.get("/queue").status_code == 302
    assert "/oidc/logout" in visitor.get("/oidc/left").text
    page = at_provider.get(start(visitor, "/oidc/logout"))
    assert page.status_code == 200
    [secret] = re.findall(r'name="xsrf" value="(\w+)"', page.text)
    [form] = re.findall(r'action="([^"]+)"', page.text)
    data = {"xsrf": secret, "logout": "yes"}
    back = at_provider.post(form, data=data, allow_redirects=False)
    assert back.headers["Location"].startswith(f"{HERE}/login")


@pytest.mark.parametrize("change", [{"oidc_issuer": "http://127.0.0.1:{port}"}, {"port": "9"}])
def test_a_provider_that_is_another_or_away(
    app: Flask, settings: Settings, issuer: str, change: dict[str, str]
) -> None:
    from api.app import create_app

    port = change.get("port", str(urlsplit(issuer).port))
    named = change.get("oidc_issuer", "http://localhost:{port}").format(port=port)
    other = create_app(settings.model_copy(update={"oidc_issuer": named}))
    answer = other.test_client().get("/oidc/login")
    assert answer.status_code == 503
    assert "ne répond pas" in answer.text
    assert other.test_client().get("/oidc/left").status_code == 200
    other.extensions["vigie"].database.engine.dispose()


def test_without_passwords_the_form_is_gone_and_a_link_still_lets_in(
    settings: Settings, database: Database
) -> None:
    from api.app import create_app
    from moderation import links

    with database.write() as session:
        account = accounts.create(session, "camille", "Camille", PASSWORD, "administrator")
        key = links.make(session, account, None)
    app = create_app(settings.model_copy(update={"oidc_only": True}))
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = app.test_client()
    assert 'name="password"' not in visitor.get("/login").text
    fields = {"login": "camille", "password": PASSWORD}
    assert visitor.post("/login", data=fields).status_code == 404
    new = {"password": "quatre chevaux au galop"}
    assert visitor.post(f"/welcome/{key}", data=new).headers["Location"] == "/queue"
    app.extensions["vigie"].database.engine.dispose()
