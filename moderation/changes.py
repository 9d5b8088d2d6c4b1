"""What changed in the queues since a moment, for those who have them open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.tables import Claim, Comment, Decision, Hold, Moderator, now

# A row is dated when it is written and seen when it is committed, and clocks of hosts differ: each
# look goes back this far, and what was already told is told again.
OVERLAP = timedelta(seconds=20)
CHANGES_MAX = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """A comment as it now stands, and who decided on it last."""

    comment_id: UUID
    site_id: UUID
    article_id: UUID
    status: str
    revision: int
    received_at: datetime
    changed_at: datetime
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is reading a comment."""

    moderator_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed up to a moment; `readers` are all who read now, not only new ones.

    With `more`, so much changed that not all of it is listed.
    """

    moment: datetime
    comments: Sequence[Changed]
    held: frozenset[UUID]
    readers: Mapping[UUID, Reader]
    more: bool


def since(session: Session, moment: datetime) -> Changes:
    """Tell what changed since a moment, and a little before it."""
    at, start = now(), moment - OVERLAP
    query = (
        select(
            Comment.id,
            Comment.site_id,
            Comment.article_id,
            Comment.status,
            Comment.revision,
            Comment.received_at,
            Comment.changed_at,
        )
        .where(Comment.changed_at > start)
        .order_by(Comment.changed_at.desc())
        .limit(CHANGES_MAX + 1)
    )
    rows = session.execute(query).all()
    kept = rows[:CHANGES_MAX]
    names = _decided_by(session, [row.id for row in kept])
    held = select(Hold.comment_id).where(Hold.created_at > start).limit(CHANGES_MAX)
    return Changes(
        moment=at,
        comments=[Changed(*row, names.get(row.id)) for row in kept],
        held=frozenset(session.scalars(held)),
        readers=_readers(session, at),
        more=len(rows) > CHANGES_MAX,
    )


def _decided_by(session: Session, comments: Sequence[UUID]) -> dict[UUID, str]:
    query = (
        select(Decision.comment_id, Moderator.name)
        .join(Moderator, Decision.moderator_id == Moderator.id)
        .where(Decision.comment_id.in_(comments))
        .order_by(Decision.id)
    )
    return {row.comment_id: row.name for row in session.execute(query)}


def _readers(session: Session, at: datetime) -> dict[UUID, Reader]:
    query = (
        select(Claim.comment_id, Claim.moderator_id, Moderator.name)
        .join(Moderator, Claim.moderator_id == Moderator.id)
        .where(Claim.expires_at > at)
    )
    rows = session.execute(query)
    return {row.comment_id: Reader(row.moderator_id, row.name) for row in rows}
