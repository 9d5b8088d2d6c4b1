"""Around the comment, in a real browser: its thread, its author, a sanction that takes effect."""

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import Live
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def queue(page: Page, client: FlaskClient) -> Page:
    """Two comments that wait; the second answers one that was published."""
    parent = comment("Un premier avis sur la rocade.")
    child = comment("Voleur toi-même.", parent_external_id=parent["external_id"])
    sent = [comment("Quel voleur !"), parent, child]
    client.post("/v1/comments/batch", json={"comments": sent})
    page.goto("/queue?order=oldest")
    expect(page.locator("[data-card]:focus")).to_contain_text("Quel voleur !")
    return page


def test_h_opens_the_author_and_escape_gives_the_focus_back(queue: Page) -> None:
    queue.keyboard.press("j")
    queue.keyboard.press("h")
    drawer = queue.get_by_role("dialog", name="Lucie")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_text("Un premier avis sur la rocade.")).to_be_visible()
    for _ in range(40):
        queue.keyboard.press("Tab")
        assert queue.evaluate("document.activeElement.closest('[data-card]')") is None
    queue.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(queue.locator("[data-card]:focus")).to_contain_text("Voleur toi-même.")
    queue.keyboard.press("k")
    expect(queue.locator("[data-card]:focus")).to_contain_text("Quel voleur !")


def test_c_shows_the_thread_in_place(queue: Page) -> None:
    queue.keyboard.press("j")
    card = queue.locator("[data-card]:focus")
    expect(card).to_contain_text("Voleur toi-même.")
    queue.keyboard.press("c")
    around = card.get_by_role("list", name="Le fil autour du commentaire")
    expect(around.get_by_text("Un premier avis sur la rocade.")).to_be_visible()
    expect(around.get_by_text("approuvé")).to_be_visible()
    queue.keyboard.press("c")
    expect(around).to_be_hidden()
    expect(queue.locator("[data-card]:focus")).to_contain_text("Voleur toi-même.")


def test_a_sanction_from_the_drawer_takes_effect(queue: Page, client: FlaskClient) -> None:
    queue.keyboard.press("h")
    drawer = queue.get_by_role("dialog", name="Lucie")
    drawer.get_by_text("Sanctionner…").click()
    drawer.get_by_label("Suspendre : refuser").check()
    drawer.get_by_label("Motif").select_option("insult")
    drawer.get_by_label("Durée").select_option("month")
    drawer.get_by_label("Note interne").fill("ma note")
    drawer.get_by_role("button", name="Sanctionner").click()
    expect(drawer.get_by_role("alert")).to_contain_text("revient à un responsable")
    expect(drawer.get_by_label("Note interne")).to_have_value("ma note")

    drawer.get_by_label("Durée").select_option("week")
    drawer.get_by_role("button", name="Sanctionner").click()
    expect(drawer.get_by_text("Sanction enregistrée.")).to_be_visible()
    chips = queue.locator("[data-card] .sanctioned")
    expect(chips).to_have_text(["Suspension", "Suspension"])
    assert client.post("/v1/comments", json=comment("Me revoilà.")).json["status"] == "rejected"

    drawer.get_by_role("button", name="Lever la sanction").click()
    expect(drawer.get_by_text("Sanction levée.")).to_be_visible()
    expect(chips).to_have_count(0)
    assert client.post("/v1/comments", json=comment("Encore moi.")).json["status"] == "approved"


def test_a_note_that_could_not_be_sent_is_not_lost(queue: Page) -> None:
    queue.keyboard.press("h")
    drawer = queue.get_by_role("dialog", name="Lucie")
    queue.route("**/notes", lambda route: route.abort())
    drawer.get_by_label("Nouvelle note").fill("à suivre")
    drawer.get_by_role("button", name="Ajouter la note").click()
    expect(drawer.locator("#failure")).to_contain_text("rien n’a été enregistré")
    expect(drawer.get_by_label("Nouvelle note")).to_have_value("à suivre")


def test_the_author_s_page_works_without_javascript(queue: Page, live: Live) -> None:
    context = queue.context.browser.new_context(
        java_script_enabled=False, storage_state=queue.context.storage_state(), base_url=live.url
    )
    plain = context.new_page()
    plain.goto("/queue?order=oldest")
    plain.get_by_role("link", name="Historique de l’auteur").first.press("Enter")
    plain.get_by_label("Nouvelle note").fill("à suivre")
    plain.get_by_role("button", name="Ajouter la note").click()
    expect(plain.get_by_text("Note ajoutée.")).to_be_visible()
    expect(plain.get_by_text("à suivre")).to_be_visible()
    context.close()


def test_near_duplicates_are_rejected_together_and_come_back(
    page: Page, client: FlaskClient
) -> None:
    text = "Ce voleur gagne 3 000 euros par semaine depuis son canapé, demandez à Sandrine"
    sent = [comment(text + end) for end in ("", " vite", " !", " ?")]
    client.post("/v1/comments/batch", json={"comments": sent})

    def waiting() -> int:
        return len(client.get("/v1/comments?status=pending").json["comments"])

    page.goto("/queue?order=oldest")
    page.get_by_role("link", name="3 textes semblables").first.click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(4)
    page.get_by_role("checkbox").last.uncheck()
    page.get_by_text("Rejeter les textes cochés…").click()
    page.get_by_label("Spam").check()
    page.get_by_role("button", name="Rejeter les textes cochés").click()
    expect(page.get_by_role("heading", name="Terminée")).to_be_visible()
    expect(page.get_by_text("3 commentaires rejetés")).to_be_visible()
    assert waiting() == 1
    page.keyboard.press("u")
    expect(page.get_by_text("3 décisions annulées")).to_be_visible()
    assert waiting() == 4
