"""Appeals: an author asks for a second look at the decision that refused their comment."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, joinedload

from moderation import accounts, outbox
from moderation.errors import Conflict, NotAllowed
from moderation.tables import Appeal, Comment, Decision, Moderator

MESSAGE_MAX_LENGTH = 2_000


def lodge(session: Session, comment: Comment, message: str) -> Appeal:
    """Store an author's appeal against the decision that refused their comment, and tell the site.

    The comment is locked (see `intake.get`). Raises Conflict when it is not refused, or when this
    decision was appealed against already.
    """
    if comment.status != "rejected":
        raise Conflict("Only a rejected comment can be appealed against.")
    contested = _standing(session, comment)
    known = select(Appeal.id).where(
        Appeal.comment_id == comment.id, Appeal.decision_id.is_not_distinct_from(contested)
    )
    if session.scalar(known.limit(1)) is not None:
        raise Conflict("This decision was appealed against already.")
    appeal = Appeal(comment_id=comment.id, decision_id=contested, message=message)
    session.add(appeal)
    session.flush()
    outbox.enqueue(session, comment, "comment.appealed")
    return appeal


def latest(session: Session, comment_id: UUID) -> Appeal | None:
    """Find a comment's last appeal with the decision that answered it, if there is one."""
    query = (
        select(Appeal)
        .where(Appeal.comment_id == comment_id)
        .order_by(Appeal.id.desc())
        .limit(1)
        .options(joinedload(Appeal.answer))
    )
    return session.scalar(query)


def unsettled(session: Session, comments: Sequence[UUID]) -> dict[UUID, Appeal]:
    """Find the appeals of these comments that wait for an answer, with what they contest."""
    query = (
        select(Appeal)
        .where(Appeal.comment_id.in_(comments), Appeal.settled_at.is_(None))
        .options(joinedload(Appeal.decision).joinedload(Decision.moderator))
        .order_by(Appeal.id)
    )
    return {appeal.comment_id: appeal for appeal in session.scalars(query)}


def guard(session: Session, moderator: Moderator, comment_id: UUID) -> None:
    """Refuse to let a moderator judge an appeal against themselves while anybody else could."""
    appeal = unsettled(session, [comment_id]).get(comment_id)
    contested = appeal.decision if appeal else None
    if contested is None or contested.moderator_id != moderator.id:
        return
    if session.scalar(accounts.colleagues(moderator).limit(1)) is not None:
        raise NotAllowed("Let a colleague judge the appeal against your own decision.")


def settle(session: Session, decision: Decision) -> bool:
    """Let a decision answer its comment's appeal; tell whether there was one."""
    result = session.execute(
        update(Appeal)
        .where(Appeal.comment_id == decision.comment_id, Appeal.settled_at.is_(None))
        .values(settled_at=decision.created_at, answer_id=decision.id)
    )
    return isinstance(result, CursorResult) and result.rowcount > 0


def reopen(session: Session, decision: Decision) -> None:
    """Let the appeal that a decision answered wait again, when it is taken back."""
    session.execute(
        update(Appeal)
        .where(Appeal.answer_id == decision.id)
        .values(settled_at=None, answer_id=None)
    )


def _standing(session: Session, comment: Comment) -> UUID | None:
    """Find the rejection that holds: the last one that was not taken back."""
    undone = select(Decision.undoes_id).where(
        Decision.comment_id == comment.id, Decision.undoes_id.is_not(None)
    )
    return session.scalar(
        select(Decision.id)
        .where(
            Decision.comment_id == comment.id,
            Decision.action == "reject",
            Decision.id.not_in(undone),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
