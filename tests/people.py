"""Moderators in a real browser."""

from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Page

PASSWORD = "un mot de passe long"


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
