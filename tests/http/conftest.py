"""People who are logged in."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from people import FIREFOX, PASSWORD, LogIn

from api.login import limiter
from moderation import accounts
from moderation.accounts import Role
from moderation.database import Database


@pytest.fixture
def unlimited(app: Flask) -> Iterator[None]:
    limiter.reset()
    yield
    limiter.reset()


@pytest.fixture
def log_in(app: Flask, database: Database, unlimited: None) -> LogIn:
    """Log someone in, in a browser of their own; the account is made at the first time."""

    def log_in(login: str, role: Role = "moderator", agent: str = FIREFOX) -> FlaskClient:
        with database.write() as session:
            if accounts.by_login(session, login) is None:
                accounts.create(session, login, login.capitalize(), PASSWORD, role)
        browser = app.test_client()
        browser.environ_base["HTTP_USER_AGENT"] = agent
        answer = browser.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 302
        return browser

    return log_in
