"""Appeals: an author asks for a second look at what refused their comment."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from moderation import accounts, outbox
from moderation.database import affect
from moderation.errors import Conflict, NotAllowed
from moderation.tables import Appeal, Comment, Decision, Moderator, Refusal, Sanction

MESSAGE_MAX_LENGTH = 2_000


def lodge(session: Session, comment: Comment, message: str) -> Appeal:
    """Store an author's appeal against what refused their comment, and tell the site.

    That is a decision, or a sanction; a moderator answers either. The comment is locked (see
    `intake.get`). Raises Conflict when it is not refused, or was appealed against already.
    """
    if comment.status != "rejected":
        raise Conflict("Only a rejected comment can be appealed against.")
    decision, refusal = _contested(session, comment)
    known = select(Appeal.id).where(
        Appeal.comment_id == comment.id,
        Appeal.decision_id.is_not_distinct_from(decision),
        Appeal.refusal_id.is_not_distinct_from(refusal),
    )
    if session.scalar(known.limit(1)) is not None:
        raise Conflict("This rejection was appealed against already.")
    appeal = Appeal(
        comment_id=comment.id, decision_id=decision, refusal_id=refusal, message=message
    )
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
        .options(
            joinedload(Appeal.decision).joinedload(Decision.moderator),
            joinedload(Appeal.refusal).joinedload(Refusal.sanction).joinedload(Sanction.moderator),
        )
        .order_by(Appeal.id)
    )
    return {appeal.comment_id: appeal for appeal in session.scalars(query)}


def guard(session: Session, moderator: Moderator, comment_id: UUID) -> None:
    """Refuse to let a moderator judge an appeal against themselves while anybody else could."""
    appeal = unsettled(session, [comment_id]).get(comment_id)
    if appeal is None or contested_by(appeal) != moderator.id:
        return
    if session.scalar(accounts.colleagues(moderator).limit(1)) is not None:
        raise NotAllowed("Let a colleague judge the appeal against your own decision or sanction.")


def contested_by(appeal: Appeal) -> UUID | None:
    """Tell who took the decision, or imposed the sanction, that an appeal contests."""
    if appeal.refusal is not None:
        return appeal.refusal.sanction.moderator_id
    return appeal.decision.moderator_id if appeal.decision else None


def settle(session: Session, decision: Decision) -> bool:
    """Let a decision answer its comment's appeal; tell whether there was one."""
    answered = (
        update(Appeal)
        .where(Appeal.comment_id == decision.comment_id, Appeal.settled_at.is_(None))
        .values(settled_at=decision.created_at, answer_id=decision.id)
    )
    return affect(session, answered) > 0


def reopen(session: Session, decision: Decision) -> None:
    """Let the appeal that a decision answered wait again, when it is taken back."""
    session.execute(
        update(Appeal)
        .where(Appeal.answer_id == decision.id)
        .values(settled_at=None, answer_id=None)
    )


def _contested(session: Session, comment: Comment) -> tuple[UUID | None, UUID | None]:
    """Find what refused a comment: a decision, or a sanction that nobody has confirmed since."""
    decision = _standing(session, comment)
    refusal = comment.latest.refusal
    if refusal is None or (decision and decision.revision_id == refusal.revision_id):
        return decision.id if decision else None, None
    return None, refusal.revision_id


def _standing(session: Session, comment: Comment) -> Decision | None:
    """Find the rejection that holds: the last one that was not taken back."""
    undone = select(Decision.undoes_id).where(
        Decision.comment_id == comment.id, Decision.undoes_id.is_not(None)
    )
    return session.scalar(
        select(Decision)
        .where(
            Decision.comment_id == comment.id,
            Decision.action == "reject",
            Decision.id.not_in(undone),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
