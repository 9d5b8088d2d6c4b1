"""Holds: a comment taken out of the common queue, set aside or passed to somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from moderation import accounts, claims, journal
from moderation.accounts import Role
from moderation.errors import Conflict, InvalidText, NotFound
from moderation.tables import Comment, Hold, Moderator, now
from moderation.text import clean

NOTE_MAX_LENGTH = 2_000
# Whom a comment can be passed to without naming anybody.
ESCALATED_TO: tuple[Role, ...] = ("lead", "administrator")


@dataclass(frozen=True, slots=True)
class Seen:
    """How a comment stood when a moderator chose to hold it, or to give it back."""

    revision: int
    status: str
    hold: Literal["aside", "escalated"] | None = None


def set_aside(
    session: Session, moderator: Moderator, comment_id: UUID, seen: Seen, note: str | None = None
) -> Hold:
    """Take a comment out of the queue until somebody comes back to it.

    Raises Conflict, as `escalate` does, when it was decided, edited, or held otherwise since, or
    a colleague is reading it.
    """
    hold = Hold(comment_id=comment_id, kind="aside", moderator_id=moderator.id, note=_note(note))
    _replace(session, moderator, hold, seen)
    journal.record(session, moderator, "hold.aside", comment_id)
    return hold


def escalate(
    session: Session,
    moderator: Moderator,
    comment_id: UUID,
    seen: Seen,
    to: UUID | Role,
    note: str | None = None,
) -> Hold:
    """Pass a comment to a colleague who moderates, or to a role of `ESCALATED_TO`."""
    hold = Hold(
        comment_id=comment_id, kind="escalated", moderator_id=moderator.id, note=_note(note)
    )
    if isinstance(to, UUID):
        if session.scalar(accounts.colleagues(moderator).where(Moderator.id == to)) is None:
            raise InvalidText("A comment is passed to a colleague who moderates.")
        hold.to_moderator_id = to
    elif to in ESCALATED_TO:
        hold.to_role = to
    else:
        raise InvalidText(f"A comment is passed to a colleague or to {', '.join(ESCALATED_TO)}.")
    _replace(session, moderator, hold, seen)
    journal.record(session, moderator, "hold.escalate", comment_id, to=str(to))
    return hold


def give_back(session: Session, moderator: Moderator, comment_id: UUID, seen: Seen) -> None:
    """Put a held comment back where it was."""
    _check(session, moderator, comment_id, seen)
    clear(session, comment_id)
    # The row itself stays as it was: who has the queue open is told that it is there again.
    session.get_one(Comment, comment_id).changed_at = now()
    journal.record(session, moderator, "hold.return", comment_id)


def clear(session: Session, comment_id: UUID) -> None:
    """End a hold, if there is one: a decision does, and taking it back does not hold again."""
    session.execute(delete(Hold).where(Hold.comment_id == comment_id))


def on(session: Session, comments: Sequence[UUID]) -> dict[UUID, Hold]:
    """Find the holds on these comments, with whom they name."""
    query = (
        select(Hold)
        .where(Hold.comment_id.in_(comments))
        .options(joinedload(Hold.moderator), joinedload(Hold.to_moderator))
    )
    return {hold.comment_id: hold for hold in session.scalars(query)}


def _replace(session: Session, moderator: Moderator, hold: Hold, seen: Seen) -> None:
    _check(session, moderator, hold.comment_id, seen)
    clear(session, hold.comment_id)
    hold.created_at = now()
    session.add(hold)
    session.flush()
    claims.release(session, moderator, hold.comment_id)


def _check(session: Session, moderator: Moderator, comment_id: UUID, seen: Seen) -> None:
    # Locked, so that a decision taken at this moment comes wholly before or wholly after.
    comment = session.get(Comment, comment_id, with_for_update=True, populate_existing=True)
    if comment is None or comment.status == "removed":
        raise NotFound(f"There is no comment {comment_id}.")
    holder = claims.holders(session, moderator, [comment_id]).get(comment_id)
    if holder is not None:
        raise Conflict(f"{holder.name} is reading this comment.")
    hold = session.get(Hold, comment_id)
    now_seen = Seen(comment.revision, comment.status, hold and hold.kind)  # type: ignore[arg-type]
    if now_seen != seen:
        raise Conflict("This comment was decided, edited or held since you opened it.")


def _note(note: str | None) -> str | None:
    if len(note or "") > NOTE_MAX_LENGTH:
        raise InvalidText(f"A note has at most {NOTE_MAX_LENGTH} characters.")
    return clean(note or "") or None
