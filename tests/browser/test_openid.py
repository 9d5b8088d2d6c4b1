"""Logging in and out through a real OpenID provider, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import openid
import pytest
from conftest import SECRET
from people import Live
from playwright.sync_api import Browser, Page, expect

from moderation.settings import Settings

pytestmark = pytest.mark.browser
PEOPLE = {"lou": {"name": "Lou Martin", "realm_access": {"roles": ["redaction"]}}}


@pytest.fixture(scope="module")
def port() -> int:
    return openid.free_port()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, port: int) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        models_dir=tmp_path / "models",
        secure_cookies=False,
        oidc_issuer=f"http://localhost:{port}",
        oidc_client_id="vigie",
        oidc_client_secret=openid.SECRET,
        oidc_role_claim="realm_access.roles",
        oidc_roles={"redaction": "moderator"},
    )


@pytest.fixture
def visitor_page(browser: Browser, live: Live, port: int) -> Iterator[Page]:
    """The page of somebody who has not logged in, with the provider at hand."""
    with openid.provider(port, live.url, PEOPLE):
        context = browser.new_context(base_url=live.url, locale="fr-FR")
        context.set_default_timeout(10_000)
        yield context.new_page()
        context.close()


def test_in_and_out_through_the_provider(visitor_page: Page, live: Live) -> None:
    page = visitor_page
    page.goto("/decisions")
    page.get_by_role("link", name="Se connecter par le service d’identité").click()
    page.get_by_placeholder("Enter any login").fill("lou")
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{live.url}/decisions*")

    page.locator("[data-menu] summary").click()
    expect(page.locator("[data-menu] summary")).to_contain_text("Lou Martin")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/oidc/left")
    page.get_by_role("link", name="Se déconnecter aussi du service d’identité").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{live.url}/login*")
    page.goto("/queue")
    expect(page.get_by_label("Identifiant")).to_be_visible()
