"""A whole day of a newsroom, in real browsers: five people, from an invitation to an appeal."""

import re
from collections.abc import Callable, Iterator

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import PASSWORD, Live, log_in
from playwright.sync_api import Browser, Page, expect

from moderation import accounts
from moderation.database import Database

pytestmark = pytest.mark.browser
NEW = "quatre chevaux au galop"


@pytest.fixture
def window(browser: Browser, live: Live) -> Iterator[Callable[[], Page]]:
    """Open a browser of their own for somebody."""
    contexts = []

    def window() -> Page:
        context = browser.new_context(base_url=live.url, locale="fr-FR")
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


def written(client: FlaskClient, text: str, author: str) -> str:
    """Post a comment, and answer its id."""
    who = {"external_id": author.lower(), "name": author}
    found: str = client.post("/v1/comments", json=comment(text, author=who)).json["id"]
    return found


def card(page: Page, author: str) -> None:
    expect(page.locator("[data-card]:focus h2")).to_have_text(author)


def test_from_an_invitation_to_an_appeal(
    client: FlaskClient, database: Database, window: Callable[[], Page]
) -> None:
    with database.write() as session:
        accounts.create(session, "lea", "Léa", PASSWORD, "lead")
        accounts.create(session, "sacha", "Sacha", PASSWORD)

    # The lead invites a moderator, who accepts.
    lead, camille = window(), window()
    log_in(lead, "lea")
    lead.goto("/team")
    lead.get_by_label("Nom", exact=True).fill("Camille")
    lead.get_by_label("Identifiant, ou").fill("camille")
    lead.get_by_role("button", name="Créer l’invitation").click()
    camille.goto(lead.get_by_label("Transmettez-lui").input_value())
    camille.get_by_label("Choisissez un mot de passe").fill(NEW)
    camille.get_by_role("button", name="Enregistrer et entrer").click()
    camille.wait_for_url("**/queue*")

    ids = {
        author: written(client, f"Voleur, dit {author}.", author)
        for author in ("Ana", "Bo", "Cléo", "Dan")
    }

    def told(author: str) -> dict[str, object]:
        answer: dict[str, object] = client.get(f"/v1/comments/{ids[author]}").json
        return answer

    # She decides by keyboard, sets one aside, and passes one on to the leads.
    camille.goto("/queue?order=oldest")
    card(camille, "Ana")
    camille.keyboard.press("a")
    card(camille, "Bo")
    camille.keyboard.press("r")
    camille.keyboard.press("1")
    camille.keyboard.press("Enter")
    card(camille, "Cléo")
    camille.keyboard.press("s")
    camille.keyboard.press("Enter")
    card(camille, "Dan")
    camille.keyboard.press("e")
    passing = camille.locator("[data-hold][open]")
    passing.locator("[name=hold_note]").fill("À vous.")
    passing.get_by_role("button", name="Transmettre").click()
    expect(camille.locator("#empty")).to_be_visible()
    assert [told(author)["status"] for author in ("Ana", "Bo", "Cléo", "Dan")] == [
        "approved",
        "rejected",
        "pending",
        "pending",
    ]

    # The lead answers what was passed on, and bans its author: what Dan sends next is refused.
    lead.goto("/queue/escalated")
    card(lead, "Dan")
    expect(lead.get_by_text("À vous.")).to_be_visible()
    lead.keyboard.press("h")
    drawer = lead.get_by_role("dialog", name="Dan")
    drawer.get_by_text("Sanctionner…").click()
    drawer.get_by_label("Exclure : refuser").check()
    drawer.get_by_label("Motif").select_option("insult")
    drawer.get_by_label("Durée").select_option("")
    drawer.get_by_role("button", name="Sanctionner").click()
    expect(drawer.get_by_text("Rejeter aussi son commentaire en attente…")).to_be_visible()
    lead.keyboard.press("Escape")
    card(lead, "Dan")
    lead.keyboard.press("r")
    lead.keyboard.press("1")
    lead.keyboard.press("Enter")
    expect(lead.locator("#live")).to_contain_text("Rejeté")
    assert told("Dan")["status"] == "rejected"
    ids["Dan"] = written(client, "Un avis mesuré.", "Dan")
    assert told("Dan")["status"] == "rejected"

    # Dan appeals; another moderator publishes what the sanction refused.
    appeal = {"message": "Ce n’était pas moi."}
    assert client.post(f"/v1/comments/{ids['Dan']}/appeal", json=appeal).status_code == 201
    sacha = window()
    log_in(sacha, "sacha")
    sacha.goto("/queue/reexamine")
    card(sacha, "Dan")
    expect(sacha.get_by_text("Ce n’était pas moi.")).to_be_visible()
    expect(sacha.get_by_text("Refusé par une sanction : exclusion")).to_be_visible()
    sacha.keyboard.press("a")
    expect(sacha.locator("#live")).to_contain_text("Approuvé")
    assert (told("Dan")["status"], told("Dan")["appeal"]["state"]) == ("approved", "granted")

    # The journal tells all of it, and the dashboard counts it.
    lead.goto("/journal")
    for who, what in (
        ("Léa", "Lien d’invitation donné"),
        ("Camille", "Invitation acceptée"),
        ("Camille", "Commentaire approuvé"),
        ("Camille", "Commentaire rejeté"),
        ("Camille", "Commentaire mis de côté"),
        ("Camille", "Commentaire transmis"),
        ("Léa", "Auteur exclu"),
        ("Léa", "Commentaire rejeté"),
        ("Sacha", "Commentaire approuvé"),
    ):
        line = lead.locator(".log li", has_text=who).filter(has_text=what)
        expect(line).to_have_count(1)
    lead.goto("/dashboard")
    for number, value in (
        ("Commentaires reçus", r"5"),
        ("Rejetés par sanction", r"20\s%"),
        ("En attente, maintenant", r"1"),
        ("Recours", r"1\s*dont 1 accueilli"),
    ):
        shown = lead.locator(".numbers div", has_text=number)
        expect(shown).to_have_text(re.compile(rf"^\s*{number}\s*{value}(\s|âge|$)"))
    for who, decisions, approved in (("Camille", 2, 50), ("Léa", 1, 0), ("Sacha", 1, 100)):
        row = lead.get_by_role("row", name=who)
        expect(row).to_have_text(re.compile(rf"^\s*{who}\s*{decisions}\s*{approved}\s%"))
