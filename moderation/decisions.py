"""Decisions read again: those taken on a comment, the one in force, a moderator's own."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from moderation.comments import whole
from moderation.tables import Comment, Decision, Moderator, Refusal, now

# Without naming a decision, one of yesterday is not taken back by a slip of the finger.
UNDONE_WITHIN = timedelta(hours=12)


def taken(session: Session, comments: Sequence[UUID]) -> dict[UUID, int]:
    """Count the decisions taken on each of these comments, those taken back included."""
    query = (
        select(Decision.comment_id, func.count())
        .where(Decision.comment_id.in_(comments))
        .group_by(Decision.comment_id)
    )
    return dict.fromkeys(comments, 0) | {row[0]: row[1] for row in session.execute(query)}


def latest(session: Session, comment: Comment) -> Decision | None:
    """Find the last decision taken on a comment, one that takes another back included."""
    query = select(Decision).where(Decision.comment_id == comment.id)
    return session.scalar(query.order_by(Decision.id.desc()).limit(1))


def in_force(session: Session, comment: Comment) -> Decision | None:
    """Answer the decision that made a comment what it is; None where none of a moderator did.

    An undone one does not stand, nor does one on a text that its author has changed since.
    """
    undone = select(Decision.undoes_id).where(
        Decision.comment_id == comment.id, Decision.undoes_id.is_not(None)
    )
    query = (
        select(Decision)
        .where(
            Decision.comment_id == comment.id,
            Decision.revision_id == comment.latest.id,
            Decision.to_status == comment.status,
            Decision.action != "undo",
            Decision.id.not_in(undone),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def refused(comment: Comment) -> Refusal | None:
    """Answer a sanction's refusal of a comment as it is now, with what it told."""
    return comment.latest.refusal if comment.status == "rejected" else None


def last(session: Session, moderator: Moderator) -> Decision | None:
    """Find a moderator's latest decision of this working day that was not taken back."""
    taken_back = aliased(Decision)
    return session.scalar(
        select(Decision)
        .where(
            Decision.moderator_id == moderator.id,
            Decision.action != "undo",
            Decision.created_at > now() - UNDONE_WITHIN,
            ~exists().where(taken_back.undoes_id == Decision.id),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def history(session: Session, moderator: Moderator, limit: int = 50) -> Sequence[Decision]:
    """List a moderator's decisions, the latest first, with the comments they bore on."""
    query = (
        select(Decision)
        .where(Decision.moderator_id == moderator.id)
        .order_by(Decision.id.desc())
        .limit(limit)
        .options(
            selectinload(Decision.revision),
            selectinload(Decision.comment).options(*whole()),
        )
    )
    return session.scalars(query).all()
