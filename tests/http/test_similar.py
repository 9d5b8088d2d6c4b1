"""Near-duplicates over HTTP: read side by side, decided together."""

import re
from html import unescape

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient

from api.login import limiter
from moderation import accounts, bulk
from moderation.database import Database
from moderation.policy import Policy
from moderation.tables import Bulk, Comment, Decision, Moderator, Site

PASSWORD = "un mot de passe long"
SPAM = "Ce voleur gagne 3 000 euros par semaine depuis son canapé, demandez à Sandrine"


@pytest.fixture
def moderator(app: Flask, database: Database) -> FlaskClient:
    limiter.reset()
    with database.write() as session:
        accounts.create(session, "camille", "Camille", PASSWORD)
    browser = app.test_client()
    browser.post("/login", data={"login": "camille", "password": PASSWORD})
    return browser


def post(client: FlaskClient, *texts: str) -> list[str]:
    results = client.post(
        "/v1/comments/batch", json={"comments": [comment(text) for text in texts]}
    ).json["results"]
    return [result["comment"]["id"] for result in results]


def shown(moderator: FlaskClient, path: str) -> str:
    return unescape(moderator.get(path).text).replace("\u00a0", " ")


def ticked(page: str) -> list[str]:
    return re.findall(r'name="comment" value="([^"]+)" checked', page)


def status(client: FlaskClient, comment_id: str) -> str:
    return client.get(f"/v1/comments/{comment_id}").json["status"]


def together(moderator: FlaskClient, path: str, **given: object) -> None:
    """Decide on several, and take the only step of it."""
    asked = moderator.post(path, data=given)
    assert asked.status_code == 303
    moderator.post(f"{asked.headers['Location']}/step")


def test_a_card_counts_them_and_the_page_shows_what_differs(
    client: FlaskClient, moderator: FlaskClient
) -> None:
    first, second, _other = post(client, SPAM, SPAM + " vite", "Un avis mesuré.")
    card = shown(moderator, f"/comments/{first}")
    assert "1 texte semblable" in card
    assert "dont 1 à traiter" in card
    page = shown(moderator, f"/comments/{first}/similar")
    assert "<ins> vite</ins>" in page
    assert ticked(page) == [f"{first}/1", f"{second}/1"]
    assert "Un avis mesuré." not in page


def test_they_are_rejected_together_and_one_undo_takes_all_back(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    first, second, third = post(client, SPAM, SPAM + " vite", SPAM.upper())
    path = f"/comments/{first}/similar"
    both = {"comment": ticked(shown(moderator, path))[:2], "action": "reject"}
    refused = moderator.post(path, data={**both, "note": "ma note"})
    assert refused.status_code == 422
    assert "un rejet demande un motif" in unescape(refused.text)
    assert "ma note" in refused.text
    assert len(ticked(unescape(refused.text))) == 2

    together(moderator, path, **both, reason="spam")
    with database.read() as session:
        decided = {str(row.comment_id): row.bulk_id for row in session.query(Decision)}
        [asked] = session.query(Bulk)
    assert set(decided) == {both["comment"][i].split("/")[0] for i in (0, 1)}
    assert set(decided.values()) == {asked.id}
    left = ({first, second, third} - set(decided)).pop()
    assert status(client, left) == "pending"

    with database.write() as session:
        person = session.query(Moderator).one()
        bulk.undo(session, person, asked.id)
        bulk.go_on(session, person, asked.id)
    assert {status(client, one) for one in (first, second, third)} == {"pending"}


def test_what_changed_meanwhile_or_is_of_another_group_is_left(
    client: FlaskClient, moderator: FlaskClient, database: Database
) -> None:
    first, second, other = post(client, SPAM, SPAM + " vite", "Un autre voleur, sans rapport.")
    path = f"/comments/{first}/similar"
    agreed = ticked(shown(moderator, path))
    client.put(f"/v1/comments/{second}", json={"text": SPAM + " et tout de suite"})
    given = {"comment": [*agreed, f"{other}/1"], "action": "approve"}
    together(moderator, path, **given)
    assert [status(client, one) for one in (first, second, other)] == [
        "approved",
        "pending",
        "pending",
    ]
    assert moderator.post(path, data={**given, "comment": agreed}).status_code == 409
    assert moderator.post(path, data={**given, "comment": "x"}).status_code == 400


def test_a_blind_card_is_in_no_list(
    client: FlaskClient, moderator: FlaskClient, database: Database, site: Site
) -> None:
    [first] = post(client, SPAM)
    with database.write() as session:
        blind = Policy(blind_share=1, first_comments=0)
        session.get_one(Site, site.id).policy = blind.model_dump(mode="json")
    [second] = post(client, SPAM + " vite")
    for one in (first, second):
        assert "semblable" not in shown(moderator, f"/comments/{one}")
    assert second not in shown(moderator, f"/comments/{first}/similar")
    assert first not in shown(moderator, f"/comments/{second}/similar").split("</h1>")[1]
    path = f"/comments/{first}/similar"
    moderator.post(path, data={"comment": [f"{second}/1"], "action": "approve"})
    with database.read() as session:
        assert {row.status for row in session.query(Comment)} == {"pending"}


def test_all_of_a_flood_is_for_a_lead_to_decide(
    client: FlaskClient, moderator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = post(client, *(SPAM + " !" * number for number in range(4)))
    monkeypatch.setattr("moderation.duplicates.COUNTED_MAX", 2)
    assert "Au moins 2 textes semblables" in shown(moderator, f"/comments/{first}")
    page = shown(moderator, f"/comments/{first}/similar")
    [chosen] = re.findall(r'name="chosen" value="([^"]+)"', page)
    asked = moderator.get("/bulk/new", query_string={"chosen": chosen, "action": "reject"})
    assert "Rejeter 4 commentaires" in unescape(asked.text)
    assert "Textes semblables" in unescape(asked.text)
