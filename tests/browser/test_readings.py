"""Two moderators who read the same comment, blind to each other, and the lead who settles it."""

from collections.abc import Callable, Iterator

import pytest
from accessibility import violations
from factories import comment
from flask.testing import FlaskClient
from people import PASSWORD, Live, log_in
from playwright.sync_api import Browser, Page, expect

from moderation import accounts
from moderation.accounts import Role
from moderation.database import Database
from moderation.tables import Site

pytestmark = pytest.mark.browser
Enter = Callable[[str, Role], Page]


@pytest.fixture
def enter(browser: Browser, live: Live, database: Database) -> Iterator[Enter]:
    """Open a browser of their own for somebody."""
    opened = []

    def enter(login: str, role: Role) -> Page:
        with database.write() as session:
            accounts.create(session, login, login.capitalize(), PASSWORD, role)
        context = browser.new_context(base_url=live.url, locale="fr-FR")
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        log_in(page, login)
        return page

    yield enter
    for context in opened:
        context.close()


@pytest.fixture
def waiting(client: FlaskClient, database: Database, site: Site) -> str:
    """A comment of a site that has every decision taken twice."""
    with database.write() as session:
        kept = session.get_one(Site, site.id)
        kept.policy = {**kept.policy, "double_share": 1}
    found: str = client.post("/v1/comments", json=comment("Voleur !")).json["id"]
    return found


def test_two_readers_and_a_lead(client: FlaskClient, enter: Enter, waiting: str) -> None:
    status = lambda: client.get(f"/v1/comments/{waiting}").json["status"]  # noqa: E731
    camille, sacha = enter("camille", "moderator"), enter("sacha", "moderator")
    lead = enter("dominique", "lead")
    camille.goto("/queue")
    expect(camille.locator("[data-card]:focus")).to_have_count(1)
    camille.keyboard.press("r")
    camille.keyboard.press("1")
    camille.keyboard.press("Enter")
    expect(camille.locator("#live")).to_contain_text("Rejeté")
    camille.keyboard.press("u")
    expect(camille.locator("[data-card]")).to_have_count(1)
    camille.keyboard.press("a")
    expect(camille.locator("#live")).to_contain_text("Approuvé")
    camille.reload()
    expect(camille.locator("#empty")).to_be_visible()

    sacha.goto("/queue")
    expect(sacha.locator("[data-card]:focus")).to_have_count(1)
    sacha.keyboard.press("r")
    sacha.keyboard.press("1")
    sacha.keyboard.press("Enter")
    expect(sacha.locator("#live")).to_contain_text("Rejeté")
    sacha.reload()
    expect(sacha.locator("#empty")).to_be_visible()
    assert status() == "pending"

    lead.goto("/adjudication")
    expect(lead.locator("[data-card]:focus")).to_contain_text("Lecture B")
    expect(lead.get_by_text("Lecture A : Camille")).to_be_hidden()
    for scheme in ("light", "dark"):
        lead.emulate_media(color_scheme=scheme)
        assert violations(lead) == []
    lead.emulate_media(color_scheme="light")
    lead.keyboard.press("r")
    lead.keyboard.press("1")
    lead.keyboard.press("Enter")
    expect(lead.locator("#live")).to_contain_text("Rejeté")
    assert status() == "rejected"
    lead.keyboard.press("u")
    expect(lead.get_by_role("link", name="Arbitrer")).to_be_visible()
    assert status() == "pending"


def test_the_dashboard_in_both_schemes_and_the_keyboard(enter: Enter, waiting: str) -> None:
    lead = enter("dominique", "lead")
    lead.goto("/dashboard")
    for scheme in ("light", "dark"):
        lead.emulate_media(color_scheme=scheme)
        assert violations(lead) == []
    lead.locator("select[name=by]").select_option("month")
    lead.get_by_role("button", name="Afficher").click()
    lead.wait_for_url("**by=month**")
    lead.get_by_text("Activité", exact=True).click()
    with lead.expect_download() as download:
        lead.get_by_role("link", name="Télécharger en CSV : Activité").click()
    assert download.value.suggested_filename.startswith("vigie-activity-")
