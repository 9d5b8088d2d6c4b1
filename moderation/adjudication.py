"""Adjudication: a lead settles what two readers differ on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from moderation import accounts, journal, readings, review
from moderation.errors import Conflict, NotAllowed, NotFound
from moderation.review import Action, Shown
from moderation.tables import Comment, Decision, Moderator, Reading, Revision


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A comment on which two readers differ, with what each of them gave."""

    comment_id: UUID
    readings: Sequence[Reading]


def disagreements(session: Session, lead: Moderator) -> list[Disagreement]:
    """List the comments whose two readers differ and that a lead may settle, the oldest first."""
    query = (
        _live(select(Reading))
        .where(Reading.comment_id.in_(_live(_twice())))
        .options(joinedload(Reading.moderator))
        .order_by(Reading.id)
    )
    by_comment: dict[UUID, list[Reading]] = {}
    for reading in session.scalars(query):
        by_comment.setdefault(reading.comment_id, []).append(reading)
    leads = _leads(session)
    return [
        Disagreement(comment_id, given)
        for comment_id, given in by_comment.items()
        if not _partial(lead, given, leads)
    ]


def disputed(session: Session, comments: Sequence[UUID]) -> set[UUID]:
    """Tell on which of these comments two readers differ."""
    query = _live(_twice()).where(Reading.comment_id.in_(comments))
    return set(session.scalars(query))


def adjudicate(
    session: Session,
    lead: Moderator,
    comment_id: UUID,
    action: Action,
    shown: Shown,
    reason: str | None = None,
    note: str | None = None,
    told: str | None = None,
) -> Decision:
    """Settle what two readers differ on; a lead who was one of them leaves it to another, if any.

    Raises Conflict where nothing is to be settled any more, NotAllowed for such a lead.
    """
    comment = session.get(Comment, comment_id, with_for_update=True)
    if comment is None:
        raise NotFound(f"There is no comment {comment_id}.")
    given = readings.live(session, comment)
    again = review.repeated(session, lead, comment, action, shown, reason, note, told)
    if again is not None:
        return again
    if len(given) < 2:
        raise Conflict("No two readers differ on this comment now.")
    if _partial(lead, given, _leads(session)):
        raise NotAllowed("A lead who read this comment leaves it to another.")
    decision = review.decide(session, lead, comment_id, action, shown, reason, note, told)
    for reading in given:
        reading.decision_id = decision.id
    journal.record(session, lead, f"adjudication.{action}", comment_id, reason=reason)
    return decision


def _live(query: Select[Any]) -> Select[Any]:
    """Narrow a query of readings to those that wait for something."""
    return (
        query.join(Revision, Revision.id == Reading.revision_id)
        .join(Comment, Comment.id == Reading.comment_id)
        .where(
            Reading.decision_id.is_(None),
            Reading.withdrawn_at.is_(None),
            Comment.status == "pending",
            Comment.revision == Revision.number,
        )
    )


def _twice() -> Select[Any]:
    return select(Reading.comment_id).group_by(Reading.comment_id).having(func.count() > 1)


def _leads(session: Session) -> set[UUID]:
    query = select(Moderator.id).where(
        Moderator.role.in_(accounts.holding("lead")), Moderator.disabled_at.is_(None)
    )
    return set(session.scalars(query))


def _partial(lead: Moderator, given: Sequence[Reading], leads: set[UUID]) -> bool:
    readers = {reading.moderator_id for reading in given}
    return lead.id in readers and bool(leads - readers)
