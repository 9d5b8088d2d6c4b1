"""Every page, light and dark, under axe-core (WCAG 2.1 AA)."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from accessibility import contrasts, violations
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from people import PASSWORD, Live, log_in
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from api import blueprints, setup
from moderation import accounts, readings
from moderation.database import Database
from moderation.review import Shown
from moderation.settings import Settings
from moderation.tables import Author, Site

pytestmark = pytest.mark.browser

# Where each page is found, by its endpoint: a new page is added here. `{comment}` and the like are
# what the fixtures made.
PAGES = {
    "account.account": "/account",
    "adjudication.adjudication": "/adjudication",
    "authors.author": "/authors/{author}",
    "bulk.bulks": "/bulk",
    "bulk.new": "/bulk/new?chosen=of%3Dsearch%26q%3Dvoleur&action=reject",
    "bulk.one": "/bulk/{bulk}",
    "console.comment": "/comments/{comment}",
    "console.decisions": "/decisions",
    "console.queue": "/queue/reexamine",
    "dashboard.dashboard": "/dashboard",
    "demo.article": "/demo",
    "duplicates.similar": "/comments/{comment}/similar",
    "links.forgotten": "/forgotten",
    "links.welcome": "{welcome}",
    "log.log": "/journal",
    "login.login": "/login",
    "oidc.left": "/oidc/left",
    "preferences.shortcuts": "/account/shortcuts",
    "reasons.reasons": "/reasons",
    "scores.scores": "/scores?low=0&high=100",
    "search.search": "/search?q=voleur&min=0.1",
    "team.team": "/team",
    "thread.thread": "/comments/{comment}/thread",
    "wellbeing.own": "/account/wellbeing",
    "wellbeing.team": "/wellbeing",
}
# Parts of pages, files, streams, and addresses that only lead elsewhere.
NO_PAGES = {
    "authors.drawer",
    "console.explained_text",
    "console.home",
    "dashboard.export",
    "live.arrivals",
    "live.poll",
    "live.stream",
    "log.export",
    "oidc.callback",
    "oidc.log_in",
    "oidc.log_out",
    "sidebar.counts",
    "thread.around",
    "why.compare",
}
# What people see who have not logged in.
OUTSIDE = {"links.forgotten", "links.welcome", "login.login", "oidc.left"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that offers a provider, which no page here asks anything."""
    provider = {"oidc_issuer": "http://localhost:1", "oidc_client_id": "vigie"}
    return settings.model_copy(update={**provider, "oidc_client_secret": SecretStr("secret")})


@pytest.fixture
def furnished(page: Page, client: FlaskClient, app: Flask, database: Database) -> Page:
    """A console with something on every page."""
    setup.install_demo(database, app.extensions["vigie"].champion)
    parent = comment("Un premier avis.")
    child = comment("Quel connard, ce voleur !", parent_external_id=parent["external_id"])
    twins = [
        comment(f"Voleur, trois fois voleur, et le maire le sait !{end}") for end in ("", "!!")
    ]
    sent = client.post("/v1/comments/batch", json={"comments": [parent, child, *twins]}).json
    published = sent["results"][0]["comment"]["id"]
    flag = {"reason": "insult", "details": "Il ment."}
    client.post(f"/v1/comments/{published}/flags", json=flag)
    page.goto("/queue")
    page.keyboard.press("a")
    expect(page.locator("[data-decided]")).to_have_count(1)
    return page


def test_no_state_of_the_queue_has_a_violation(furnished: Page) -> None:
    page = furnished
    found: dict[str, list[str]] = {"queue, one decided": looked_at(page)}
    page.goto("/queue")
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator("[data-preview] blockquote").first).to_be_visible()
    found["queue, rejecting"] = looked_at(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["help"] = looked_at(page)
    page.goto("/queue?lang=en")
    found["queue in English"] = looked_at(page)
    page.goto("/queue?lang=fr")
    page.locator("[data-card] .when a").first.click()
    found["comment"] = looked_at(page)
    page.goto("/queue")
    card = page.locator("[data-card]", has=page.locator(".resembling")).first
    card.focus()
    page.keyboard.press("c")
    expect(card.locator(".around")).to_be_visible()
    found["queue, thread open"] = looked_at(page)
    page.keyboard.press("h")
    page.get_by_text("Sanctionner…").click()
    found["author's drawer"] = looked_at(page)
    page.keyboard.press("Escape")
    for name in ("[data-around] a", ".resembling a", ".record a"):
        page.goto("/queue")
        card = page.locator("[data-card]", has=page.locator(".resembling")).first
        page.goto(card.locator(name).get_attribute("href") or "")
        found[name] = looked_at(page)
    page.goto("/queue?min=0.1")
    page.get_by_label("Garder ces filtres sous le nom").fill("À risque")
    page.get_by_role("button", name="Enregistrer la vue").click()
    page.locator("[data-card] .watch button").first.click()
    page.locator(".watched").wait_for()
    page.locator(".views summary").click()
    page.locator("[data-card]").first.focus()
    page.keyboard.press("e")
    found["queue filtered, passing on"] = looked_at(page)
    page.keyboard.press("Escape")
    page.locator("[data-card]").first.focus()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("[data-queue=aside] .count")).to_have_text("1")
    assert {name: list_ for name, list_ in found.items() if list_} == {}


@pytest.fixture
def newsroom(
    client: FlaskClient, app: Flask, database: Database, site: Site
) -> dict[str, UUID | str]:
    """A demo with something on every page; the ids of what it holds."""
    setup.install_demo(database, app.extensions["vigie"].champion)
    sent = [comment(f"Voleur, trois fois voleur, et le maire le sait !{end}") for end in ("", "!!")]
    answered = comment("Un premier avis, mesuré.")
    sent += [answered, comment("Idiot !", parent_external_id=answered["external_id"])]
    results = client.post("/v1/comments/batch", json={"comments": sent}).json["results"]
    disputed = UUID(results[3]["comment"]["id"])
    with database.write() as session:
        accounts.create(session, "lea", "Léa", PASSWORD, "administrator")
        kept = session.get_one(Site, site.id)
        kept.policy = {**kept.policy, "double_share": 1}
        for login, action in (("ana", "approve"), ("bo", "reject")):
            reader = accounts.create(session, login, login.capitalize(), PASSWORD)
            reason = "insult" if action == "reject" else None
            shown = Shown(1, "pending", score=True)
            readings.decide(session, reader, disputed, action, shown, reason, draw=0.0)
        author = session.query(Author).filter_by(name="Lucie", site_id=site.id).one()
    return {"comment": results[0]["comment"]["id"], "author": author.id}


@pytest.fixture
def visitor_page(browser: Browser, live: Live) -> Iterator[Page]:
    context = browser.new_context(base_url=live.url, locale="fr-FR")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_every_page_is_looked_at(app: Flask) -> None:
    pages = {blueprint.name for blueprint in blueprints.PAGES}
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in pages and "GET" in (rule.methods or ())
    }
    assert found == PAGES.keys() | NO_PAGES


def test_no_page_has_a_violation(
    newsroom: dict[str, UUID | str], visitor_page: Page, browser: Browser, live: Live
) -> None:
    outside = visitor_page
    inside = browser.new_context(base_url=live.url, locale="fr-FR").new_page()
    log_in(inside, "lea")
    found: dict[str, list[str]] = {}

    inside.goto("/team")
    inside.get_by_label("Nom", exact=True).fill("Sacha")
    inside.get_by_label("Identifiant, ou").fill("sacha")
    inside.get_by_role("button", name="Créer l’invitation").click()
    newsroom["welcome"] = inside.get_by_label("Transmettez-lui").input_value()
    found["an invitation"] = looked_at(inside)
    inside.goto("/bulk/new?chosen=of%3Dsearch%26q%3Dmaire&action=approve")
    inside.get_by_role("button", name="Approuver").click()
    inside.wait_for_url("**/bulk/*-*")
    newsroom["bulk"] = inside.url.rpartition("/")[2]

    for endpoint, path in PAGES.items():
        page = outside if endpoint in OUTSIDE else inside
        answer = page.goto(path.format_map(newsroom))
        assert answer is not None
        assert answer.status == 200, endpoint
        found[endpoint] = looked_at(page)
    inside.goto("/nulle-part")
    found["an error"] = looked_at(inside)
    inside.context.close()
    assert {name: list_ for name, list_ in found.items() if list_} == {}


def looked_at(page: Page) -> list[str]:
    """What is wrong in the light, and which contrasts are in the dark."""
    wrong = violations(page)
    page.emulate_media(color_scheme="dark")
    wrong += contrasts(page)
    page.emulate_media(color_scheme="light")
    return wrong
