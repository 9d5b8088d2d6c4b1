"""Sanctions: who may impose them, and what they do to what an author sends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient

from moderation import accounts, review, sanctions
from moderation.database import Database
from moderation.errors import Conflict, InvalidText, NotAllowed
from moderation.review import Shown
from moderation.tables import (
    Author,
    AuthorNote,
    Decision,
    LogEntry,
    Moderator,
    Sanction,
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
    until = f"{imposed.ends_at:%d/%m/%Y %H:%M} UTC"
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
