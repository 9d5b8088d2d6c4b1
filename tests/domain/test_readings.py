"""Double reading: two opinions, blind to each other, then one decision."""

from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation import accounts, adjudication, pending, queues, readings
from moderation.accounts import Role
from moderation.database import Database
from moderation.errors import Conflict, NotAllowed
from moderation.readings import Opinion
from moderation.review import Shown
from moderation.tables import Comment, Decision, Delivery, LogEntry, Moderator, Reading, Site, now

SEEN = Shown(revision=1, status="pending", score=True, open_ms=1200)
DRAWN, SINGLE = 0.1, 0.9


@pytest.fixture
def waiting(client: FlaskClient, database: Database, site: Site) -> UUID:
    """A comment of a site that has half of its decisions taken twice."""
    with database.write() as session:
        kept = session.get_one(Site, site.id)
        kept.policy = {**kept.policy, "double_share": 0.5}
    return UUID(client.post("/v1/comments", json=comment("Voleur !")).json["id"])


def account(database: Database, login: str, role: Role = "moderator") -> Moderator:
    with database.write() as session:
        return accounts.create(session, login, login.title(), "un mot de passe long", role)


@pytest.fixture
def camille(database: Database) -> Moderator:
    return account(database, "camille")


@pytest.fixture
def sacha(database: Database) -> Moderator:
    return account(database, "sacha")


@pytest.fixture
def lead(database: Database) -> Moderator:
    return account(database, "dominique", "lead")


def give(database: Database, moderator: Moderator, comment_id: UUID, action: str, draw: float):
    reason = "insult" if action == "reject" else None
    with database.write() as session:
        return readings.decide(
            session, moderator, comment_id, action, SEEN, reason, f"de {moderator.name}", draw=draw
        )


def take_back(database: Database, moderator: Moderator, opinion: Opinion) -> None:
    with database.write() as session:
        readings.undo(session, moderator, opinion.id)


def finds(database: Database, moderator: Moderator) -> int:
    with database.read() as session:
        return pending.count(session, queues.conditions("pending", moderator, now().date()))


def status(database: Database, comment_id: UUID) -> str:
    with database.read() as session:
        return session.get_one(Comment, comment_id).status


def test_what_is_not_drawn_is_decided_at_once(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    assert isinstance(give(database, camille, waiting, "approve", SINGLE), Decision)
    assert status(database, waiting) == "approved"


def test_nobody_reads_for_a_second_who_does_not_exist(
    database: Database, waiting: UUID, camille: Moderator
) -> None:
    account(database, "data", "data")
    assert isinstance(give(database, camille, waiting, "approve", DRAWN), Decision)


def test_a_first_reading_changes_nothing_outside_and_leaves_the_readers_queue(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    with database.read() as session:
        sent = len(session.scalars(select(Delivery)).all())
    assert isinstance(give(database, camille, waiting, "reject", DRAWN), Reading)
    assert (finds(database, camille), finds(database, sacha)) == (0, 1)
    with database.read() as session:
        assert session.get_one(Comment, waiting).status == "pending"
        assert session.scalars(select(Decision)).all() == []
        assert len(session.scalars(select(Delivery)).all()) == sent
        assert readings.history(session, camille)[0].note == "de Camille"
    with pytest.raises(Conflict):
        give(database, camille, waiting, "approve", SINGLE)


def test_two_who_agree_decide(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    give(database, camille, waiting, "reject", DRAWN)
    decision = give(database, sacha, waiting, "reject", SINGLE)
    assert isinstance(decision, Decision)
    assert (decision.moderator_id, decision.reason) == (sacha.id, "insult")
    assert status(database, waiting) == "rejected"
    with database.read() as session:
        kept = session.scalars(select(Reading)).all()
        assert {reading.decision_id for reading in kept} == {decision.id}
        # Each finds what they gave among their own decisions, once.
        assert len(readings.history(session, camille)) == 1
        assert len(readings.history(session, sacha)) == 1


def test_two_who_differ_wait_for_a_lead(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator, lead: Moderator
) -> None:
    give(database, camille, waiting, "reject", DRAWN)
    assert isinstance(give(database, sacha, waiting, "approve", SINGLE), Reading)
    assert [finds(database, one) for one in (camille, sacha, lead)] == [0, 0, 0]
    with pytest.raises(Conflict):
        give(database, lead, waiting, "approve", SINGLE)
    with database.write() as session:
        (found,) = adjudication.disagreements(session, lead)
        assert [reading.action for reading in found.readings] == ["reject", "approve"]
        adjudication.adjudicate(session, lead, waiting, "reject", SEEN, "insult")
    assert status(database, waiting) == "rejected"
    with database.read() as session:
        assert adjudication.disagreements(session, lead) == []
        assert all(reading.decision_id for reading in session.scalars(select(Reading)))
        actions = session.scalars(select(LogEntry.action).order_by(LogEntry.id)).all()
        assert actions[-4:] == [
            "reading.reject",
            "reading.approve",
            "decision.reject",
            "adjudication.reject",
        ]


def test_a_lead_who_read_it_settles_it_only_where_no_other_can(
    database: Database, waiting: UUID, camille: Moderator, lead: Moderator
) -> None:
    give(database, lead, waiting, "reject", DRAWN)
    give(database, camille, waiting, "approve", SINGLE)
    with database.read() as session:
        assert len(adjudication.disagreements(session, lead)) == 1
    account(database, "alix", "administrator")
    with database.write() as session:
        assert adjudication.disagreements(session, lead) == []
        with pytest.raises(NotAllowed):
            adjudication.adjudicate(session, lead, waiting, "approve", SEEN)


def test_a_reading_is_taken_back_until_another_came(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    first = give(database, camille, waiting, "reject", DRAWN)
    with database.read() as session:
        last = readings.last(session, camille)
        assert last is not None
        assert last.id == first.id
    with pytest.raises(NotAllowed):
        take_back(database, sacha, first)
    take_back(database, camille, first)
    assert finds(database, camille) == 1
    with pytest.raises(Conflict):
        take_back(database, camille, first)
    # Taking back and deciding again is no way out of the draw.
    again = give(database, camille, waiting, "approve", SINGLE)
    assert isinstance(again, Reading)
    other = give(database, sacha, waiting, "reject", SINGLE)
    with pytest.raises(Conflict):
        take_back(database, camille, again)
    take_back(database, sacha, other)
    assert (finds(database, camille), finds(database, sacha)) == (0, 1)


def test_what_is_given_again_as_it_was_is_answered_again(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator, lead: Moderator
) -> None:
    first = give(database, camille, waiting, "reject", DRAWN)
    assert give(database, camille, waiting, "reject", SINGLE).id == first.id
    with pytest.raises(Conflict):
        give(database, camille, waiting, "approve", DRAWN)
    second = give(database, sacha, waiting, "approve", DRAWN)
    assert give(database, sacha, waiting, "approve", DRAWN).id == second.id

    def settle() -> UUID:
        with database.write() as session:
            return adjudication.adjudicate(session, lead, waiting, "approve", SEEN).id

    assert settle() == settle()
    with database.read() as session:
        assert session.query(Reading).count() == 2
        assert session.query(Decision).count() == 1


def test_an_agreement_given_again_is_answered_again(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    give(database, camille, waiting, "reject", DRAWN)
    agreed = give(database, sacha, waiting, "reject", SINGLE)
    assert give(database, sacha, waiting, "reject", SINGLE).id == agreed.id


def test_an_agreement_taken_back_waits_for_a_second_again(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator, lead: Moderator
) -> None:
    give(database, camille, waiting, "reject", DRAWN)
    take_back(database, sacha, give(database, sacha, waiting, "reject", SINGLE))
    assert (finds(database, camille), finds(database, sacha)) == (0, 1)
    give(database, sacha, waiting, "approve", SINGLE)
    with database.read() as session:
        assert len(adjudication.disagreements(session, lead)) == 1


def test_an_edit_makes_readings_void(
    database: Database, client: FlaskClient, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    first = give(database, camille, waiting, "reject", DRAWN)
    client.put(f"/v1/comments/{waiting}", json={"text": "Voleur, vraiment ?"})
    assert finds(database, camille) == 1
    with pytest.raises(Conflict):
        take_back(database, camille, first)
    with database.write() as session:
        edited = Shown(revision=2, status="pending", score=True)
        decision = readings.decide(session, sacha, waiting, "approve", edited, draw=SINGLE)
        assert isinstance(decision, Decision)


def test_erasing_a_comment_erases_what_readers_wrote(
    database: Database, client: FlaskClient, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    give(database, camille, waiting, "reject", DRAWN)
    client.delete(f"/v1/comments/{waiting}?erase=true")
    with database.read() as session:
        assert session.scalars(select(Reading.note)).all() == [None]
