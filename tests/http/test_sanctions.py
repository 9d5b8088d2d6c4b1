"""Sanctions: who may impose them, and what they do to what an author sends."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from factories import comment
from flask.testing import FlaskClient
from people import LogIn

from moderation import accounts, outbox, review, sanctions
from moderation.database import Database
from moderation.errors import Conflict, InvalidText, NotAllowed
from moderation.policy import Policy
from moderation.review import Shown
from moderation.tables import (
    Author,
    AuthorNote,
    Decision,
    Delivery,
    LogEntry,
    Moderator,
    Refusal,
    Sanction,
    Site,
    now,
)
from training.export import export

PASSWORD = "un mot de passe long"
WEEK = timedelta(days=7)


@pytest.fixture
def sanction(client: FlaskClient, database: Database) -> Any:
    """Impose a sanction on Lucie as a lead, for a week by default."""
    client.post("/v1/comments", json=comment("Un premier avis."))

    def impose(kind: str, lasting: timedelta | None = WEEK, role: Any = "lead") -> Sanction:
        with database.write() as session:
            login = f"{role}{now().timestamp()}"
            person = accounts.create(session, login, "Camille", PASSWORD, role)
            ends_at = now() + lasting if lasting else None
            author = session.query(Author).one()
            return sanctions.impose(session, person, author.id, kind, "insult", ends_at, "vu")

    return impose


def lift(database: Database, imposed: Sanction, role: Any = "lead") -> None:
    with database.write() as session:
        person = accounts.create(session, f"lifting-{role}", "Sacha", PASSWORD, role)
        sanctions.lift(session, person, imposed.id)


def sent(client: FlaskClient) -> tuple[str, str, list[str]]:
    """What becomes of a comment of Lucie's: its status, the outcome, the findings."""
    answer = client.post("/v1/comments", json=comment(f"Un avis mesuré, le {now()}."))
    assert answer.status_code == 201
    verdict = answer.json["verdict"]
    findings = [finding["rule"] for finding in verdict["findings"]]
    return answer.json["status"], verdict["outcome"], findings


def test_a_suspended_author_is_refused_until_it_is_lifted(
    client: FlaskClient, database: Database, sanction: Any
) -> None:
    imposed = sanction("suspension")
    answer = client.post("/v1/comments", json=comment("Un avis mesuré.")).json
    assert (answer["status"], answer["verdict"]["inclusion"]) == ("rejected", 0.0)
    until = f"{imposed.ends_at.astimezone(ZoneInfo('Europe/Paris')):%d/%m/%Y à %H:%M}"
    [finding] = answer["verdict"]["findings"]
    assert finding["detail"] == f"Auteur suspendu jusqu’au {until} : commentaire refusé."
    with database.read() as session:
        assert (session.query(Decision).count(), export(session)) == (0, [])

    lift(database, imposed)
    assert sent(client) == ("approved", "approve", [])
    with database.read() as session:
        entries = session.query(LogEntry).where(LogEntry.action.startswith("sanction."))
        actions = [entry.action for entry in entries.order_by(LogEntry.id)]
    assert actions == ["sanction.suspend", "sanction.lift"]


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").split())


def test_the_author_is_told_why_they_are_refused(
    client: FlaskClient, database: Database, site: Site, sanction: Any, log_in: LogIn
) -> None:
    with database.write() as session:
        outbox.subscribe(session, site, "https://gazette.example/hook")
        known = {"code": "insult", "charter": "Charte, art. 3"}
        policy = Policy(first_comments=0, audit_share=0, blind_share=0, reasons=[known])
        session.get_one(Site, site.id).policy = policy.model_dump(mode="json")
    imposed = sanction("suspension")
    stored = client.post("/v1/comments", json=comment("Un avis mesuré.")).json
    decision = client.get(f"/v1/comments/{stored['id']}").json["decision"]
    assert (decision["by"], decision["action"]) == ("sanction", "reject")
    assert (decision["reason"], decision["charter"]) == ("insult", "Charte, art. 3")
    until = imposed.ends_at.astimezone(ZoneInfo("Europe/Paris"))
    said = plain(decision["statement"])
    assert f"suspendue jusqu’au {until.day} " in said
    assert f" à {until.hour} h {until.minute:02} : d’ici là, vos commentaires" in said
    assert "Motif de cette mesure : injure. Elle fait suite à des propos contraires" in said
    assert "Ce refus est automatique" in said
    assert "Pour contester cette décision, adressez-vous à la rédaction" in said
    assert "Ce commentaire contient" not in said
    listed = plain(log_in("sacha").get("/queue/rejected").text)
    assert f"Auteur suspendu jusqu’au {until:%d/%m/%Y à %H:%M} : commentaire refusé." in listed
    with database.read() as session:
        [told] = [json.loads(row.body)["data"] for row in session.query(Delivery)]
    assert (told["reason"], told["statement"]) == ("insult", decision["statement"])

    client.delete("/v1/authors/u1")
    assert client.get(f"/v1/comments/{stored['id']}").json["decision"] is None
    with database.read() as session:
        assert session.query(Refusal).one().statement is None
        assert all("mesure" not in row.body for row in session.query(Delivery))


def test_an_appeal_against_a_sanction_is_a_colleague_s_to_judge(
    client: FlaskClient, database: Database, sanction: Any, log_in: LogIn
) -> None:
    imposed = sanction("ban", None)
    stored = client.post("/v1/comments", json=comment("Un avis mesuré.")).json["id"]
    contest = {"message": "Ce n’était pas moi."}
    assert client.post(f"/v1/comments/{stored}/appeal", json=contest).status_code == 201
    assert client.post(f"/v1/comments/{stored}/appeal", json=contest).status_code == 409
    colleague = log_in("sacha")
    page = colleague.get("/queue/reexamine")
    assert "Ce n’était pas moi." in plain(page.text)
    shown = "Refusé par une sanction : exclusion sans date de fin. Motif : injure,"
    assert shown in plain(page.text)
    with database.read() as session:
        login = session.get_one(Moderator, imposed.moderator_id).login
    own = log_in(login)
    assert "Ce n’était pas moi." not in own.get("/queue/reexamine").text
    alone = plain(own.get(f"/comments/{stored}").text)
    assert "Votre propre décision : laissez un collègue" in alone
    assert "Motif de cette mesure : injure." in alone

    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    decided = {**fields, "action": "approve"}
    assert own.post(f"/comments/{stored}/decision", data=decided).status_code == 409
    assert client.get(f"/v1/comments/{stored}").json["status"] == "rejected"
    assert colleague.post(f"/comments/{stored}/decision", data=decided).status_code == 303
    answer = client.get(f"/v1/comments/{stored}").json
    assert (answer["status"], answer["appeal"]["state"]) == ("approved", "granted")
    assert answer["decision"]["by"] == "moderator"


def test_a_confirmed_refusal_and_a_refused_edit_can_be_contested_again(
    client: FlaskClient, sanction: Any, log_in: LogIn
) -> None:
    sanction("ban", None)
    stored = client.post("/v1/comments", json=comment("Un avis mesuré.")).json["id"]

    def contest() -> int:
        return client.post(f"/v1/comments/{stored}/appeal", json={"message": "Non."}).status_code

    assert contest() == 201
    colleague = log_in("sacha")
    page = colleague.get("/queue/reexamine").text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    confirmed = {**fields, "action": "reject", "reason": "insult"}
    assert colleague.post(f"/comments/{stored}/decision", data=confirmed).status_code == 303
    assert client.get(f"/v1/comments/{stored}").json["decision"]["by"] == "moderator"
    assert (contest(), contest()) == (201, 409)
    client.put(f"/v1/comments/{stored}", json={"text": "Un avis retouché."})
    assert client.get(f"/v1/comments/{stored}").json["decision"]["by"] == "sanction"
    assert (contest(), contest()) == (201, 409)


def test_a_person_may_still_approve_and_it_weighs_nothing_in_averages(
    client: FlaskClient, database: Database, sanction: Any
) -> None:
    imposed = sanction("suspension")
    stored = client.post("/v1/comments", json=comment("Un avis mesuré.")).json
    with database.write() as session:
        person = session.get_one(Moderator, imposed.moderator_id)
        shown = Shown(1, "rejected", score=True)
        review.decide(session, person, UUID(stored["id"]), "approve", shown)
    assert client.get(f"/v1/comments/{stored['id']}").json["status"] == "approved"
    with database.read() as session:
        [row] = export(session)
    assert (row.outcome, row.weight) == ("refuse", 0.0)


def test_each_sanction_does_what_it_says(client: FlaskClient, sanction: Any) -> None:
    sanction("warning", None)
    assert sent(client) == ("approved", "approve", [])
    sanction("premoderation", None)
    assert sent(client) == ("pending", "review", ["premoderated"])
    sanction("ban", None)
    assert sent(client) == ("rejected", "refuse", ["banned", "premoderated"])


def test_a_banned_author_s_edit_is_refused_too(client: FlaskClient, sanction: Any) -> None:
    kept = client.post("/v1/comments", json=comment("Un avis mesuré.")).json
    sanction("ban", None)
    edited = client.put(f"/v1/comments/{kept['id']}", json={"text": "Un avis retouché."}).json
    assert (edited["status"], edited["revision"]) == ("rejected", 2)


def test_nobody_else_s_comments_are_touched(client: FlaskClient, sanction: Any) -> None:
    sanction("ban", None)
    other = comment("Un avis mesuré.", author={"external_id": "u2", "name": "Marc"})
    assert client.post("/v1/comments", json=other).json["status"] == "approved"


def test_what_is_over_holds_no_more(client: FlaskClient, database: Database, sanction: Any) -> None:
    imposed = sanction("suspension")
    with database.write() as session:
        session.get_one(Sanction, imposed.id).ends_at = now() - timedelta(seconds=1)
    assert sent(client)[0] == "approved"
    with pytest.raises(Conflict):
        lift(database, imposed)


def test_a_moderator_suspends_for_a_week_at_most(database: Database, sanction: Any) -> None:
    sanction("suspension", WEEK, role="moderator")
    with pytest.raises(NotAllowed):
        sanction("suspension", timedelta(days=8), role="moderator")
    with pytest.raises(NotAllowed):
        sanction("ban", None, role="moderator")
    imposed = sanction("ban", None)
    with pytest.raises(NotAllowed):
        lift(database, imposed, "moderator")


def test_what_is_missing_is_told(sanction: Any) -> None:
    with pytest.raises(InvalidText, match="has an end"):
        sanction("suspension", None)
    with pytest.raises(InvalidText, match="future"):
        sanction("warning", timedelta(seconds=-1))
    with pytest.raises(InvalidText, match="from the list"):
        sanction("exile")


def test_a_site_reads_how_its_author_stands(
    client: FlaskClient, database: Database, sanction: Any
) -> None:
    assert client.get("/v1/authors/u1").json == {"external_id": "u1", "sanctions": []}
    sanction("warning", None)
    lift(database, sanction("premoderation"))
    [held] = client.get("/v1/authors/u1").json["sanctions"]
    assert (held["kind"], held["reason"], held["until"]) == ("warning", "insult", None)
    assert set(held) == {"kind", "reason", "since", "until"}
    assert client.get("/v1/authors/u9").status_code == 404


def test_erasing_an_author_ends_sanctions_and_notes(
    client: FlaskClient, database: Database, sanction: Any
) -> None:
    imposed = sanction("ban", None)
    with database.write() as session:
        author_id = session.query(Author).one().id
        note = AuthorNote(author_id=author_id, moderator_id=imposed.moderator_id, text="vu")
        session.add(note)
    client.delete("/v1/authors/u1")
    with database.read() as session:
        kept = session.query(Sanction).one()
        assert (kept.note, kept.kind, kept.lifted_at is None) == (None, "ban", False)
        assert session.query(AuthorNote).count() == 0
    assert sent(client)[0] == "approved"
