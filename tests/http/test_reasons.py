"""Reasons of rejection: chosen, explained to the author, kept, and set by a lead."""

import json
import re
from html import unescape

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn
from werkzeug.test import TestResponse

from moderation import outbox
from moderation.database import Database
from moderation.policy import Policy
from moderation.reasons import CATALOGUE, REASONS, Offered, of_site
from moderation.tables import Decision, Delivery, LogEntry, Site


@pytest.fixture
def moderator(log_in: LogIn) -> FlaskClient:
    return log_in("camille")


@pytest.fixture
def lead(log_in: LogIn) -> FlaskClient:
    return log_in("dominique", "lead")


@pytest.fixture
def waiting(client: FlaskClient) -> str:
    """The id of a comment that the machine sent to review."""
    answer: str = client.post("/v1/comments", json=comment("Voleur !")).json["id"]
    return answer


def words(answer: TestResponse) -> str:
    return unescape(answer.text).replace("\u00a0", " ")


def fields(**own: str) -> dict[str, str]:
    return {"revision": "1", "status": "pending", "score_shown": "1", "action": "reject", **own}


def reject(browser: FlaskClient, comment_id: str, **own: str) -> TestResponse:
    return browser.post(f"/comments/{comment_id}/decision", data=fields(**own))


def change(database: Database, site: Site, **policy: object) -> None:
    with database.write() as session:
        row = session.get_one(Site, site.id)
        row.policy = Policy.model_validate({**row.policy, **policy}).model_dump(mode="json")


def test_the_author_s_side_of_a_decision(
    client: FlaskClient, moderator: FlaskClient, database: Database, site: Site, waiting: str
) -> None:
    change(database, site, reasons=[{"code": "insult", "charter": "Charte, art. 3"}])
    assert client.get(f"/v1/comments/{waiting}").json["decision"] is None

    reject(moderator, waiting, reason="insult", told="Sans ce mot, il passait.", note="3e fois")
    change(database, site, reasons=[{"code": "insult", "charter": "Charte, art. 9"}])

    decision = client.get(f"/v1/comments/{waiting}").json["decision"]
    said = decision.pop("statement")
    assert decision.pop("decided_at").endswith("Z")
    assert decision == {
        "action": "reject",
        "by": "moderator",
        "reason": "insult",
        "charter": "Charte, art. 3",
        "legal": None,
        "automated_detection": True,
    }
    assert "Sans ce mot, il passait." in said
    assert "Charte, art. 3" in said
    assert "3e fois" not in said
    assert "Camille" not in said


def test_a_statement_says_that_readers_reported_the_comment(
    client: FlaskClient, moderator: FlaskClient, waiting: str
) -> None:
    client.post(f"/v1/comments/{waiting}/flags", json={"reason": "insult"})
    preview = moderator.post(f"/comments/{waiting}/statement", data=fields(reason="insult"))
    reject(moderator, waiting, reason="insult")
    said = client.get(f"/v1/comments/{waiting}").json["decision"]["statement"]
    assert "Des lecteurs l’ont signalé" in said
    assert "Des lecteurs l’ont signalé" in preview.text


def test_an_undone_decision_is_in_force_no_more(
    client: FlaskClient, moderator: FlaskClient, database: Database, waiting: str
) -> None:
    reject(moderator, waiting, reason="insult")
    with database.read() as session:
        made = session.query(Decision).one()
    moderator.post(f"/decisions/{made.id}/undo")
    assert client.get(f"/v1/comments/{waiting}").json["decision"] is None
    with database.read() as session:
        assert session.get_one(Decision, made.id).statement is not None


def test_the_webhook_tells_what_to_tell_and_forgets_it_with_the_comment(
    client: FlaskClient, moderator: FlaskClient, database: Database, site: Site, waiting: str
) -> None:
    with database.write() as session:
        outbox.subscribe(session, site, "https://gazette.example/hook", ["comment.rejected"])
    reject(moderator, waiting, reason="threat", told="Lucie, c’est trop.")
    with database.read() as session:
        data = json.loads(session.query(Delivery).one().body)["data"]
        assert data["reason"] == "threat"
        assert data["statement"] == session.query(Decision).one().statement

    client.delete(f"/v1/comments/{waiting}?erase=true")
    with database.read() as session:
        assert "Lucie" not in session.query(Delivery).one().body
        assert session.query(Decision).one().statement is None


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"told": "dit", "note": "noté"}, "un rejet demande un motif"),
        ({"reason": "humeur", "told": "dit", "note": "noté"}, "un rejet demande un motif"),
        ({"reason": "other", "told": " ", "note": "noté"}, "demande une précision pour l’auteur"),
        ({"reason": "spam", "told": "t" * 1_001, "note": "noté"}, "un texte est trop long"),
        ({"reason": "spam", "told": "d\u202eit", "note": "noté"}, "contient un caractère interdit"),
        ({"reason": "spam", "told": "dit", "note": "noté\0"}, "contient un caractère interdit"),
    ],
)
def test_a_rejection_that_cannot_be_taken_loses_nothing(
    moderator: FlaskClient, client: FlaskClient, waiting: str, own: dict[str, str], why: str
) -> None:
    answer = reject(moderator, waiting, **own)
    assert answer.status_code == 422
    assert why in words(answer)
    for typed in (own["told"].strip(), own["note"].strip("\0")):
        assert typed in unescape(answer.text)
    if own.get("reason") in {"other", "spam"}:
        assert re.search(f'value="{own["reason"]}" required checked', answer.text)
    assert client.get(f"/v1/comments/{waiting}").json["status"] == "pending"


def test_other_is_taken_with_an_explanation(moderator: FlaskClient, waiting: str) -> None:
    assert reject(moderator, waiting, reason="other", told="Doublon.").status_code == 303
    assert "Doublon." in moderator.get("/decisions").text


def test_the_preview_is_what_the_author_will_read(
    moderator: FlaskClient, client: FlaskClient, waiting: str
) -> None:
    path = f"/comments/{waiting}/statement"
    assert "Choisissez un motif" in words(moderator.post(path, data=fields()))
    assert "demande une précision" in words(moderator.post(path, data=fields(reason="other")))
    preview = moderator.post(path, data=fields(reason="hate", told="<b>Non.</b>"))
    assert "<b>" not in preview.text
    [shown] = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", preview.text, re.DOTALL)

    reject(moderator, waiting, reason="hate", told="<b>Non.</b>")
    assert unescape(shown) == client.get(f"/v1/comments/{waiting}").json["decision"]["statement"]


def test_a_blind_card_s_preview_tells_nothing_of_the_machine(
    client: FlaskClient, moderator: FlaskClient, database: Database, site: Site
) -> None:
    change(database, site, audit_share=1, blind_share=1)
    texts = ("Un avis mesuré.", "Ce voleur, encore.")
    ids = [client.post("/v1/comments", json=comment(text)).json["id"] for text in texts]
    previews = {
        moderator.post(f"/comments/{each}/statement", data=fields(reason="off_topic")).text
        for each in ids
    }
    assert len(previews) == 1
    for each in ids:
        reject(moderator, each, reason="off_topic")
    told = [client.get(f"/v1/comments/{each}").json["decision"] for each in ids]
    assert [decision["automated_detection"] for decision in told] == [False, True]


def test_the_panel_offers_the_site_s_reasons_in_its_order(
    moderator: FlaskClient, database: Database, site: Site, waiting: str
) -> None:
    chosen = [{"code": "spam", "charter": "Charte, art. 7"}, {"code": "insult", "used": False}]
    change(database, site, reasons=chosen)
    page = moderator.get(f"/comments/{waiting}").text
    codes = re.findall(r'<input type="radio" name="reason" value="(\w+)"', page)
    assert codes[:3] == ["spam", "defamation", "hate"]
    assert "insult" not in codes
    assert "Charte, art. 7" in page
    assert "421-2-5" in page


def settings(**own: str) -> dict[str, str | list[str]]:
    """The fields of the settings' page as they are before a change; `insult__text` names one."""
    sent: dict[str, str | list[str]] = {"code": list(REASONS), "charter_url": "", "appeal_url": ""}
    for place, entry in enumerate(CATALOGUE, 1):
        row = {"place": str(place), "used": "1", "charter": "", "ground": entry.grounds[0]}
        row |= {"legal": entry.legal, "text": entry.text}
        sent |= {f"{entry.code}.{name}": value for name, value in row.items()}
    return sent | {name.replace("__", "."): value for name, value in own.items()}


def policy(database: Database, site: Site) -> Policy:
    with database.read() as session:
        return Policy.model_validate(session.get_one(Site, site.id).policy)


def test_a_lead_sets_the_reasons_and_it_is_journalled(
    lead: FlaskClient, database: Database, site: Site
) -> None:
    assert "Motifs de rejet" in words(lead.get("/reasons"))
    changed = {"insult__charter": "Charte,  art. 3", "insult__ground": "illegal"}
    changed |= {"spam__place": "1", "off_topic__used": "", "charter_url": "https://g.example/c"}
    answer = lead.post("/reasons?site=gazette", data=settings(**changed))
    assert answer.status_code == 303

    kept = policy(database, site)
    assert [reason.code for reason in kept.reasons][:2] == ["insult", "spam"]
    assert kept.reasons[0].charter == "Charte, art. 3"
    assert (kept.reasons[0].ground, kept.reasons[0].legal, kept.reasons[0].text) == (
        "illegal",
        None,
        None,
    )
    assert kept.charter_url == "https://g.example/c"
    assert kept.words == ("connard",)
    assert "off_topic" not in [reason.code for reason in offered_of(kept)]
    with database.read() as session:
        [entry] = session.query(LogEntry).filter_by(action="reasons.change").all()
        assert entry.subject == str(site.id)
        assert "insult" in str(entry.details["codes"])


def offered_of(kept: Policy) -> list[Offered]:
    return [reason for reason in of_site(kept.reasons) if reason.used]


def test_restoring_a_reason_keeps_what_else_was_typed(
    lead: FlaskClient, database: Database, site: Site
) -> None:
    typed = {"insult__text": "Trop.", "hate__text": "Assez."}
    lead.post("/reasons?site=gazette", data=settings(**typed))
    assert "Rétablir « Injure »" in words(lead.get("/reasons"))
    typed |= {"spam__charter": "Charte, art. 7"}
    lead.post("/reasons?site=gazette", data={**settings(**typed), "restore": "insult"})
    texts = {
        reason.code: (reason.text, reason.charter) for reason in policy(database, site).reasons
    }
    assert texts["insult"] == (None, "")
    assert texts["hate"] == ("Assez.", "")
    assert texts["spam"] == (None, "Charte, art. 7")


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"insult__text": "t" * 601}, "600 caractères au plus"),
        ({"insult__place": "premier"}, "Un nombre de 1 à 14."),
        ({"appeal_url": "javascript:alert(1)"}, "par https:// ou par mailto:."),
        ({f"{code}__used": "" for code in REASONS}, "Gardez au moins un motif."),
        ({"insult__charter": "zero\0"}, "corrigez les champs signalés"),
        ({"insult__ground": "humeur"}, "corrigez les champs signalés"),
    ],
)
def test_settings_that_cannot_be_taken_lose_nothing(
    lead: FlaskClient, database: Database, site: Site, own: dict[str, str], why: str
) -> None:
    before = policy(database, site)
    answer = lead.post("/reasons?site=gazette", data=settings(**own, hate__text="Ma phrase."))
    assert answer.status_code == 422
    assert why in words(answer)
    assert "Ma phrase." in words(answer)
    assert policy(database, site) == before
