"""Moderators, in a real browser or not."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

PASSWORD = "un mot de passe long"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Answers the browser of someone who logged in: `log_in("camille", "lead")`.
LogIn = Callable[..., FlaskClient]


@dataclass(frozen=True)
class Live:
    """A served application."""

    app: Flask
    url: str


def log_in(page: Page, login: str) -> None:
    """Log a moderator in, and land on the queue."""
    page.goto("/queue")
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/queue*")
