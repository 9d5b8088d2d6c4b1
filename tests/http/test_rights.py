"""Every view of the console, and the right that it needs."""

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from people import LogIn

from moderation.accounts import RIGHTS, ROLES, Right, Role

# What each page and action of the console needs; None is for whoever is logged in. A new one is
# added here, with the right that it was meant to have.
NEEDED: dict[str, Right | None] = {
    "account.account": None,
    "account.change_password": None,
    "account.end_others": None,
    "account.end_session": None,
    "account.rename": None,
    "adjudication.adjudication": "lead",
    "adjudication.decide": "lead",
    "preferences.shortcuts": None,
    "preferences.change_keys": None,
    "preferences.use_preset": None,
    "live.arrivals": "moderate",
    "live.poll": "moderate",
    "live.stream": "moderate",
    "authors.author": "moderate",
    "authors.drawer": "moderate",
    "authors.impose": "moderate",
    "bulk.ask": "moderate",
    "bulk.bulks": "moderate",
    "bulk.new": "moderate",
    "bulk.one": "moderate",
    "bulk.step": "moderate",
    "bulk.undo": "moderate",
    "authors.lift": "moderate",
    "authors.note": "moderate",
    "console.claim": "moderate",
    "console.comment": "moderate",
    "console.decide": "moderate",
    "console.decisions": "moderate",
    "console.explained_text": "moderate",
    "console.home": None,
    "console.queue": "moderate",
    "console.release": "moderate",
    "console.undo": "moderate",
    "console.undo_last": "moderate",
    "dashboard.dashboard": "study",
    "dashboard.export": "study",
    "duplicates.decide": "moderate",
    "duplicates.similar": "moderate",
    "holds.escalate": "moderate",
    "holds.give_back": "moderate",
    "holds.set_aside": "moderate",
    "log.export": "lead",
    "log.log": "lead",
    "sidebar.counts": "moderate",
    "views.remove": "moderate",
    "views.rename": "moderate",
    "views.save": "moderate",
    "views.share": "lead",
    "views.watch": "moderate",
    "reasons.change": "lead",
    "reasons.preview": "moderate",
    "reasons.reasons": "lead",
    "scores.scores": "moderate",
    "search.search": "moderate",
    "team.change_role": "administer",
    "team.disable": "lead",
    "team.enable": "lead",
    "team.invite": "lead",
    "team.let_in": "lead",
    "team.team": "lead",
    "thread.around": "moderate",
    "thread.thread": "moderate",
    "wellbeing.choose": "moderate",
    "wellbeing.limit": "lead",
    "wellbeing.own": "moderate",
    "wellbeing.reveal": "moderate",
    "wellbeing.team": "lead",
    "why.compare": "moderate",
}
# For people without an account, and for machines, which have their own tests.
OPEN = {
    "akismet",
    "coral",
    "demo",
    "docs",
    "health",
    "links",
    "login",
    "oidc",
    "openai_moderations",
    "openapi",
    "perspective",
    "perspective_discovery",
    "scoring",
    "static",
    "swagger",
    "v1",
    "v1-reports",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Rights do not depend on the database: SQLite alone."""
    return sqlite_url


def console_rules(app: Flask) -> list[tuple[str, str, str]]:
    """The endpoint, method and path of all that the console offers."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in OPEN:
            continue
        path = re.sub(r"<[^>]+>", lambda part: _value(part[0]), rule.rule)
        found += [
            (rule.endpoint, method, path)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return found


def _value(part: str) -> str:
    if part.startswith("<any("):
        # The last: the first is a default, which has a shorter path.
        return part.partition(")")[0].split(",")[-1].strip()
    return {"<uuid": str(UUID(int=1)), "<int": "1"}.get(part.partition(":")[0], "x")


def test_every_view_of_the_console_has_an_expected_right(app: Flask) -> None:
    assert {endpoint for endpoint, _, _ in console_rules(app)} == NEEDED.keys()


@pytest.mark.parametrize("role", ROLES)
def test_every_view_checks_the_role(app: Flask, log_in: LogIn, role: Role) -> None:
    browser = log_in("camille", role)
    for endpoint, method, path in console_rules(app):
        if endpoint not in NEEDED:
            continue
        needed = NEEDED[endpoint]
        with browser.open(path, method=method) as answer:
            refused = answer.status_code == 403
            assert refused == (needed is not None and needed not in RIGHTS[role]), endpoint
            assert "/login" not in answer.headers.get("Location", ""), endpoint
            if refused:
                assert "Vous ne pouvez pas faire cela" in unescape(answer.text)


def test_no_view_lets_a_stranger_in(app: Flask, visitor: FlaskClient) -> None:
    for endpoint, method, path in console_rules(app):
        answer = visitor.open(path, method=method)
        assert answer.headers.get("Location", "").startswith("/login"), endpoint
