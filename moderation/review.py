"""The moderators' decisions: taking one, taking it back, and reading them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, selectinload

from moderation import claims, outbox
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound
from moderation.tables import Comment, Decision, Moderator, Revision

Action = Literal["approve", "reject"]
Reason = Literal[
    "insult",
    "defamation",
    "hate",
    "threat",
    "vulgarity",
    "spam",
    "advertising",
    "personal_data",
    "off_topic",
    "misinformation",
    "other",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
STATUS_AFTER: dict[Action, str] = {"approve": "approved", "reject": "rejected"}
NOTE_MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a moderator had before them when they decided."""

    revision: int
    status: str
    score: bool
    open_ms: int | None = None


def decide(
    session: Session,
    moderator: Moderator,
    comment_id: UUID,
    action: Action,
    shown: Shown,
    reason: str | None = None,
    note: str | None = None,
) -> Decision:
    """Record a decision on exactly what the moderator saw, or raise Conflict.

    A colleague's decision and an author's edit both count as a change since, and what a colleague
    is reading now is theirs to decide. A rejection needs a
    reason of `REASONS`, and an approval has none; InvalidText otherwise.
    """
    _check_reason(action, reason, note)
    comment = session.get(Comment, comment_id)
    if comment is None:
        raise NotFound(f"There is no comment {comment_id}.")
    holder = claims.holders(session, moderator, [comment_id]).get(comment_id)
    if holder is not None:
        raise Conflict(f"{holder.name} is reading this comment.")
    after = STATUS_AFTER[action]
    _move(session, comment, shown.status, after, shown.revision)
    revision = session.scalars(
        select(Revision).where(Revision.comment_id == comment_id, Revision.number == shown.revision)
    ).one()
    decision = Decision(
        comment_id=comment_id,
        revision_id=revision.id,
        moderator_id=moderator.id,
        action=action,
        from_status=shown.status,
        to_status=after,
        reason=reason,
        note=note or None,
        score_shown=shown.score,
        open_ms=shown.open_ms,
    )
    session.add(decision)
    session.flush()
    claims.release(session, moderator, comment_id)
    outbox.enqueue(session, comment, reason=reason)
    return decision


def undo(session: Session, moderator: Moderator, decision_id: UUID) -> Decision:
    """Take one's own last decision on a comment back, by a new decision that says so.

    Raises Conflict when the comment was decided or edited again since, NotAllowed for a colleague's
    decision.
    """
    undone = session.get(Decision, decision_id)
    if undone is None or undone.action == "undo":
        raise NotFound(f"There is no decision {decision_id} to undo.")
    if undone.moderator_id != moderator.id:
        raise NotAllowed("Only the moderator who took a decision can undo it.")
    comment = session.get_one(Comment, undone.comment_id)
    latest = session.scalar(
        select(Decision.id)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if latest != undone.id:
        raise Conflict("This comment was decided again since.")
    revision = session.get_one(Revision, undone.revision_id)
    _move(session, comment, undone.to_status, undone.from_status, revision.number)
    decision = Decision(
        comment_id=comment.id,
        revision_id=undone.revision_id,
        moderator_id=moderator.id,
        action="undo",
        from_status=undone.to_status,
        to_status=undone.from_status,
        score_shown=undone.score_shown,
        undoes_id=undone.id,
    )
    session.add(decision)
    session.flush()
    outbox.enqueue(session, comment)
    return decision


def history(session: Session, moderator: Moderator, limit: int = 50) -> Sequence[Decision]:
    """List a moderator's decisions, the latest first, with the comments they bore on."""
    query = (
        select(Decision)
        .where(Decision.moderator_id == moderator.id)
        .order_by(Decision.id.desc())
        .limit(limit)
        .options(
            selectinload(Decision.revision),
            selectinload(Decision.comment).joinedload(Comment.article),
            selectinload(Decision.comment).joinedload(Comment.author),
        )
    )
    return session.scalars(query).all()


def _check_reason(action: Action, reason: str | None, note: str | None) -> None:
    if action == "reject" and reason not in REASONS:
        raise InvalidText("A rejection needs a reason from the list.")
    if action == "approve" and reason is not None:
        raise InvalidText("An approval has no reason.")
    if note and len(note) > NOTE_MAX_LENGTH:
        raise InvalidText(f"A note has at most {NOTE_MAX_LENGTH} characters.")


def _move(session: Session, comment: Comment, before: str, after: str, revision: int) -> None:
    moved = session.execute(
        update(Comment)
        .where(Comment.id == comment.id, Comment.status == before, Comment.revision == revision)
        .values(status=after)
    )
    if not isinstance(moved, CursorResult) or moved.rowcount != 1:
        session.refresh(comment)
        if comment.revision != revision:
            raise Conflict("The author has edited this comment since you opened it.")
        raise Conflict("A colleague has decided on this comment since you opened it.")
