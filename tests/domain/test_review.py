"""Decisions: on exactly what was seen, by one person, and taken back by a new one."""

from dataclasses import replace
from uuid import UUID

import pytest
from factories import comment
from flask.testing import FlaskClient

from moderation import accounts, pending, review
from moderation.database import Database
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound
from moderation.filters import Filters, conditions
from moderation.review import Shown
from moderation.tables import Comment, Decision, Delivery, LogEntry, Moderator, Site

SEEN = Shown(revision=1, status="pending", score=True, open_ms=1200)


@pytest.fixture
def waiting(client: FlaskClient) -> UUID:
    return UUID(client.post("/v1/comments", json=comment("Voleur !")).json["id"])


@pytest.fixture
def camille(database: Database) -> Moderator:
    with database.write() as session:
        return accounts.create(session, "camille", "Camille", "un mot de passe long")


@pytest.fixture
def sacha(database: Database) -> Moderator:
    with database.write() as session:
        return accounts.create(session, "sacha", "Sacha", "un mot de passe long")


def status(database: Database, comment_id: UUID) -> str:
    with database.read() as session:
        return session.get_one(Comment, comment_id).status


def test_a_decision_keeps_who_what_and_what_was_shown(
    database: Database, waiting: UUID, camille: Moderator
) -> None:
    with database.write() as session:
        made = review.decide(session, camille, waiting, "reject", SEEN, "insult", "voir charte")
    with database.read() as session:
        kept = session.get_one(Decision, made.id)
        assert (kept.moderator_id, kept.action, kept.reason, kept.note) == (
            camille.id,
            "reject",
            "insult",
            "voir charte",
        )
        assert (kept.from_status, kept.to_status) == ("pending", "rejected")
        assert (kept.score_shown, kept.open_ms, kept.revision.number) == (True, 1200, 1)
    assert status(database, waiting) == "rejected"


def test_the_second_of_two_moderators_overwrites_nothing(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    with database.write() as session:
        review.decide(session, camille, waiting, "approve", SEEN)
    with pytest.raises(Conflict, match="colleague"), database.write() as session:
        review.decide(session, sacha, waiting, "reject", SEEN, "insult")
    assert status(database, waiting) == "approved"
    with database.read() as session:
        assert session.query(Decision).count() == 1


def test_a_decision_on_a_text_edited_since_is_refused(
    client: FlaskClient, database: Database, waiting: UUID, camille: Moderator
) -> None:
    client.put(f"/v1/comments/{waiting}", json={"text": "Bande de voleurs !"})
    with pytest.raises(Conflict, match="edited"), database.write() as session:
        review.decide(session, camille, waiting, "approve", SEEN)


@pytest.mark.parametrize(
    ("action", "reason"), [("reject", None), ("reject", "humeur"), ("approve", "insult")]
)
def test_a_rejection_has_a_reason_and_an_approval_none(
    database: Database, waiting: UUID, camille: Moderator, action: str, reason: str | None
) -> None:
    with pytest.raises(InvalidText), database.write() as session:
        review.decide(session, camille, waiting, action, SEEN, reason)
    assert status(database, waiting) == "pending"


def test_a_decision_whose_answer_was_lost_is_answered_again(
    database: Database, client: FlaskClient, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    seen = replace(SEEN, decisions=0)

    def reject(moderator: Moderator, told: str | None = "Restez courtois !") -> UUID:
        with database.write() as session:
            made = review.decide(
                session, moderator, waiting, "reject", seen, "insult", "voir charte", told
            )
            return made.id

    def kept() -> list[int]:
        with database.read() as session:
            return [session.query(table).count() for table in (Decision, Delivery, LogEntry)]

    first = reject(camille)
    once = kept()
    assert reject(camille) == first
    assert kept() == once
    for moderator, told in ((sacha, "Restez courtois !"), (camille, "Restez"), (camille, None)):
        with pytest.raises(Conflict):
            reject(moderator, told)
    with pytest.raises(Conflict), database.write() as session:
        review.decide(session, camille, waiting, "approve", seen)
    with database.write() as session:
        review.undo(session, camille, first)
    with pytest.raises(Conflict):
        reject(camille)
    client.put(f"/v1/comments/{waiting}", json={"text": "Voleur, et de loin !"})
    with pytest.raises(Conflict):
        reject(camille)


def test_only_their_number_tells_a_decision_to_keep_from_its_repeat(
    database: Database, waiting: UUID, camille: Moderator
) -> None:
    def approve(decisions: int | None) -> UUID:
        status = "pending" if decisions == 0 else "approved"
        with database.write() as session:
            seen = replace(SEEN, status=status, decisions=decisions)
            return review.decide(session, camille, waiting, "approve", seen).id

    first, kept = approve(0), approve(1)
    assert first != kept
    assert approve(1) == kept
    assert approve(2) != kept
    with pytest.raises(Conflict):
        approve(0)


def test_undo_is_a_new_decision(database: Database, waiting: UUID, camille: Moderator) -> None:
    with database.write() as session:
        made = review.decide(session, camille, waiting, "approve", SEEN)
    with database.write() as session:
        review.undo(session, camille, made.id)
    assert status(database, waiting) == "pending"
    with database.read() as session:
        kept = session.query(Decision).order_by(Decision.id).all()
        assert [(row.action, row.undoes_id) for row in kept] == [
            ("approve", None),
            ("undo", made.id),
        ]
    with pytest.raises(Conflict), database.write() as session:
        review.undo(session, camille, made.id)


def test_a_colleague_s_decision_cannot_be_undone(
    database: Database, waiting: UUID, camille: Moderator, sacha: Moderator
) -> None:
    with database.write() as session:
        made = review.decide(session, camille, waiting, "approve", SEEN)
    with pytest.raises(NotAllowed), database.write() as session:
        review.undo(session, sacha, made.id)


def test_an_undo_after_an_edit_is_refused(
    client: FlaskClient, database: Database, waiting: UUID, camille: Moderator
) -> None:
    with database.write() as session:
        made = review.decide(session, camille, waiting, "reject", SEEN, "insult")
    client.put(f"/v1/comments/{waiting}", json={"text": "Je retire ce que j’ai dit."})
    with pytest.raises(Conflict), database.write() as session:
        review.undo(session, camille, made.id)


def test_an_edit_after_a_refusal_is_never_approved_by_the_machine(
    client: FlaskClient, database: Database, waiting: UUID, camille: Moderator
) -> None:
    with database.write() as session:
        review.decide(session, camille, waiting, "reject", SEEN, "insult")
    for text in ("Je retire ce que j’ai dit.", "Je le retire vraiment."):
        edited = client.put(f"/v1/comments/{waiting}", json={"text": text}).json
        assert edited["status"] == "pending"
        assert [found["rule"] for found in edited["verdict"]["findings"]] == ["edited_rejected"]


def test_an_unknown_comment_is_not_found(database: Database, camille: Moderator) -> None:
    with pytest.raises(NotFound), database.write() as session:
        review.decide(session, camille, UUID(int=0), "approve", SEEN)


def test_the_queue_pages_in_every_order(client: FlaskClient, database: Database) -> None:
    sent = [comment(f"Voleur numéro {number}, dit-on ici.") for number in range(5)]
    client.post("/v1/comments/batch", json={"comments": sent})
    with database.read() as session:
        for order in ("riskiest", "oldest", "newest"):
            first = pending.waiting(session, [], order, limit=3)
            rest = pending.waiting(session, [], order, first.more, limit=3)
            seen = [row.external_id for row in [*first.comments, *rest.comments]]
            assert rest.more is None
            assert sorted(seen) == sorted(row["external_id"] for row in sent)


def test_filters_narrow_the_queue(client: FlaskClient, database: Database, site: Site) -> None:
    client.post("/v1/comments", json=comment("Voleur !"))
    client.post("/v1/comments", json=comment("Quel connard."))
    with database.read() as session:
        assert pending.count(session, conditions(Filters())) == 2
        assert pending.count(session, conditions(Filters(rule="word_list"))) == 1
        assert pending.count(session, conditions(Filters(site_id=site.id))) == 2
        assert pending.count(session, conditions(Filters(site_id=UUID(int=1)))) == 0
        assert pending.count(session, conditions(Filters(status="approved"))) == 0


def test_an_author_s_record(client: FlaskClient, database: Database) -> None:
    client.post("/v1/comments", json=comment("Bien."))
    client.post("/v1/comments", json=comment("Voleur !"))
    with database.read() as session:
        author = session.query(Comment.author_id).limit(1).scalar()
        record = pending.records(session, [author])[author]
    assert (record.approved, record.rejected, record.pending) == (1, 0, 1)
