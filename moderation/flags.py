"""Flags: what readers report about a comment, until a moderator has decided on it."""

from collections.abc import Sequence
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from moderation.database import affect, insert_missing
from moderation.tables import Comment, Decision, Flag, now

Reason = Literal[
    "insult",
    "hate",
    "threat",
    "illegal",
    "personal_data",
    "misinformation",
    "spam",
    "off_topic",
    "other",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
DETAILS_MAX_LENGTH = 1_000


def add(
    session: Session,
    comment: Comment,
    reason: Reason,
    details: str | None = None,
    reporter: str | None = None,
) -> tuple[Flag, bool]:
    """Store a reader's flag; answer it and whether it is new.

    `reporter` is a keyed fingerprint (see `privacy`): a second flag of one reader answers their
    first. Without one, nobody can be known again and every flag counts.
    """
    flag_id = uuid7()
    insert_missing(
        session,
        Flag,
        ("comment_id", "reporter"),
        id=flag_id,
        comment_id=comment.id,
        reason=reason,
        details=details,
        reporter=reporter,
        created_at=now(),
    )
    query = select(Flag).where(Flag.comment_id == comment.id)
    mine = Flag.reporter == reporter if reporter else Flag.id == flag_id
    flag = session.scalars(query.where(mine)).one()
    return flag, flag.id == flag_id


def unresolved(session: Session, comments: Sequence[UUID]) -> dict[UUID, list[Flag]]:
    """List these comments' flags that no decision has answered, the first ones first."""
    query = (
        select(Flag)
        .where(Flag.comment_id.in_(comments), Flag.resolved_at.is_(None))
        .order_by(Flag.id)
    )
    found: dict[UUID, list[Flag]] = {}
    for flag in session.scalars(query):
        found.setdefault(flag.comment_id, []).append(flag)
    return found


def resolve(session: Session, decision: Decision) -> bool:
    """Let a decision answer its comment's flags; tell whether there were any."""
    answered = (
        update(Flag)
        .where(Flag.comment_id == decision.comment_id, Flag.resolved_at.is_(None))
        .values(resolved_at=decision.created_at, decision_id=decision.id)
    )
    return affect(session, answered) > 0


def reopen(session: Session, decision: Decision) -> None:
    """Raise again the flags that a decision answered, when it is taken back."""
    session.execute(
        update(Flag)
        .where(Flag.decision_id == decision.id)
        .values(resolved_at=None, decision_id=None)
    )
