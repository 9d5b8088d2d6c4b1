"""Search, the score view and bulk decisions over HTTP, without JavaScript."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Comment, Site


@pytest.fixture
def lead(log_in: LogIn) -> FlaskClient:
    return log_in("camille", "lead")


def words(answer: TestResponse) -> str:
    """A page's text, its no-break spaces made plain."""
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def hidden(answer: TestResponse) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    return {name: unescape(value) for name, value in fields}


def send(client: FlaskClient, *texts: str) -> None:
    sent = [comment(text) for text in texts]
    answer = client.post("/v1/comments/batch", json={"comments": sent})
    assert {row["status"] for row in answer.json["results"]} == {201}


def blind(database: Database, site: Site) -> None:
    with database.write() as session:
        own = session.get_one(Site, site.id)
        own.policy = Policy(audit_share=1, blind_share=1, first_comments=0).model_dump()


def test_a_search_finds_whatever_the_accents_and_the_status(
    client: FlaskClient, lead: FlaskClient
) -> None:
    send(client, "L’éboueur est un voleur.", "Les éboueurs font grève.", "Rien à voir.")
    page = lead.get("/search", query_string={"q": "eboueur*"})
    assert "2 commentaires" in words(page)
    assert '<mark class="sought">éboueur</mark>' in page.text
    one = lead.get("/search", query_string={"q": "eboueur*", "status": "pending"})
    assert "1 commentaire" in words(one)
    assert "Les éboueurs" not in words(one)
    assert "Rien à voir." not in words(page)


def test_marks_stay_when_the_text_is_explained(client: FlaskClient, lead: FlaskClient) -> None:
    send(client, "Ce voleur est un éboueur.")
    page = lead.get("/search", query_string={"q": "voleur eboueur"}).text
    [address] = re.findall(r'hx-get="(/comments/[^"]+/text\?[^"]+)"', page)
    text = lead.get(unescape(address)).text
    assert re.search(r'<mark class="w[1-3] sought">voleur</mark>', text)
    assert '<mark class="sought">éboueur</mark>' in text


@pytest.mark.parametrize(
    "asked", ["", "!!!", '"' * 500, "a\0b", "x " * 10_000, "a OR NOT (b", "%_\\'", "-mot", "é*"]
)
def test_no_question_is_an_error(client: FlaskClient, lead: FlaskClient, asked: str) -> None:
    send(client, "Un avis.")
    assert lead.get("/search", query_string={"q": asked}).status_code == 200


def test_a_blind_card_is_found_by_its_words_and_tells_nothing(
    client: FlaskClient, lead: FlaskClient, database: Database, site: Site
) -> None:
    blind(database, site)
    send(client, "Quel voleur.")
    page = words(lead.get("/search", query_string={"q": "voleur"}))
    assert "1 commentaire" in page
    assert "Risque de rejet : 90" not in page
    by_score = lead.get("/search", query_string={"q": "voleur", "min": "0.5"})
    assert "0 commentaire" in words(by_score)
    scores = words(lead.get("/scores?low=0&high=100"))
    assert "0 commentaire dans la tranche" in scores
    assert "1 commentaire à lire à l’aveugle n’est dans aucune tranche." in scores


def test_the_score_view_counts_and_samples_a_band(client: FlaskClient, lead: FlaskClient) -> None:
    send(client, *(f"Voleur numéro {number}." for number in range(12)))
    page = lead.get("/scores?scale=insult&low=80&high=95")
    assert "12 commentaires dans la tranche" in words(page)
    assert page.text.count("data-card=") == 10
    assert "de 90 à 100 %" in words(page)
    below = lead.get("/scores?low=95&high=20&scale=nonsense", headers={"HX-Request": "true"})
    assert "12 commentaires dans la tranche" in words(below)
    assert "<h1>" not in below.text


def test_a_band_is_rejected_and_taken_back(
    client: FlaskClient, lead: FlaskClient, database: Database
) -> None:
    send(client, *(f"Voleur numéro {number}." for number in range(3)))
    chosen = {"chosen": hidden(lead.get("/scores?low=80&high=100"))["chosen"], "action": "reject"}
    confirmation = lead.get(f"/bulk/new?{urlencode(chosen)}")
    assert "Rejeter 3 commentaires" in words(confirmation)
    fields = hidden(confirmation)
    without = lead.post("/bulk", data={**fields, "note": "Vague."})
    assert without.status_code == 422
    assert "un rejet demande un motif" in words(without)
    assert "Vague." in words(without)

    asked = lead.post("/bulk", data={**fields, "reason": "insult", "note": "Vague."})
    page = asked.headers["Location"]
    assert "0 sur 3" in words(lead.get(page))
    assert lead.post(f"{page}/step").headers["Location"] == page
    assert "3 commentaires rejetés" in words(lead.get(page))
    assert "risque de rejet : de 80 à 100 %" in words(lead.get("/bulk")).lower()

    undone = lead.post("/decisions/last/undo", headers={"HX-Request": "true"})
    assert undone.headers["HX-Redirect"] == page
    lead.post(f"{page}/step")
    assert "3 décisions annulées" in words(lead.get(page))
    with database.read() as session:
        assert {row.status for row in session.query(Comment)} == {"pending"}


def test_what_arrives_after_the_question_is_not_decided(
    client: FlaskClient, lead: FlaskClient, database: Database
) -> None:
    send(client, "Voleur un.")
    fields = hidden(lead.get("/bulk/new?chosen=of%3Dsearch%26q%3Dvoleur&action=approve"))
    send(client, "Voleur deux.")
    page = lead.post("/bulk", data=fields).headers["Location"]
    lead.post(f"{page}/step")
    with database.read() as session:
        statuses = sorted((row.latest.text, row.status) for row in session.query(Comment))
    assert statuses == [("Voleur deux.", "pending"), ("Voleur un.", "approved")]


def test_many_at_once_are_for_a_lead(
    client: FlaskClient, log_in: LogIn, database: Database
) -> None:
    for start in range(0, 210, 70):
        send(client, *(f"Voleur numéro {number}." for number in range(start, start + 70)))
    browser = log_in("sacha", "moderator")
    page = browser.get("/bulk/new?chosen=of%3Dsearch%26q%3Dvoleur&action=approve")
    assert "Au-delà de 200 commentaires à la fois" in words(page)
    forged = {**hidden(page), "chosen": "of=search&q=voleur", "action": "approve"}
    forged |= {"expected": "999", "until": "ffffffff-ffff-ffff-ffff-ffffffffffff"}
    assert browser.post("/bulk", data=forged).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["", "?action=reject", "?chosen=of%3Dsearch&action=reject", "?chosen=x&action=burn"],
)
def test_a_selection_that_makes_no_sense_is_refused(lead: FlaskClient, query: str) -> None:
    assert lead.get(f"/bulk/new{query}").status_code == 400
