"""Claims: a lease on one comment, so that two moderators do not read the same one at once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from moderation.database import insert_missing
from moderation.errors import Conflict, NotFound
from moderation.tables import Claim, Comment, Moderator, now

# Renewed while the card is in view; a moderator who goes away gives it back by doing nothing.
LEASE = timedelta(minutes=2)


def take(session: Session, moderator: Moderator, comment_id: UUID) -> Claim:
    """Claim a comment for two minutes, or renew one's claim; raises Conflict if a colleague has it.

    Of two who claim at once, the database lets one insert.
    """
    if session.get(Comment, comment_id) is None:
        raise NotFound(f"There is no comment {comment_id}.")
    moment = now()
    mine_or_free = (Claim.moderator_id == moderator.id) | (Claim.expires_at <= moment)
    session.execute(
        update(Claim)
        .where(Claim.comment_id == comment_id, mine_or_free)
        .values(moderator_id=moderator.id, expires_at=moment + LEASE)
    )
    insert_missing(
        session,
        Claim,
        ("comment_id",),
        comment_id=comment_id,
        moderator_id=moderator.id,
        expires_at=moment + LEASE,
    )
    claim = session.get_one(Claim, comment_id, populate_existing=True)
    if claim.moderator_id != moderator.id:
        raise Conflict(f"{claim.moderator.name} is reading this comment.")
    return claim


def release(session: Session, moderator: Moderator, comment_id: UUID) -> None:
    """Give a comment back; somebody else's claim stays."""
    session.execute(
        delete(Claim).where(Claim.comment_id == comment_id, Claim.moderator_id == moderator.id)
    )


def check(session: Session, moderator: Moderator, comment_id: UUID) -> None:
    """Raise Conflict while a colleague is reading a comment."""
    holder = holders(session, moderator, [comment_id]).get(comment_id)
    if holder is not None:
        raise Conflict(f"{holder.name} is reading this comment.")


def holders(
    session: Session, moderator: Moderator, comments: Sequence[UUID]
) -> dict[UUID, Moderator]:
    """Tell which of these comments colleagues are reading now, and who they are."""
    query = (
        select(Claim.comment_id, Moderator)
        .join(Moderator, Claim.moderator_id == Moderator.id)
        .where(
            Claim.comment_id.in_(comments),
            Claim.moderator_id != moderator.id,
            Claim.expires_at > now(),
        )
    )
    found = session.execute(query).all()
    return {row.comment_id: row.Moderator for row in found}


def left(session: Session, comments: Sequence[UUID]) -> dict[UUID, Claim]:
    """Find which of these comments somebody opened, then left without giving them back."""
    query = (
        select(Claim)
        .where(Claim.comment_id.in_(comments), Claim.expires_at <= now())
        .options(joinedload(Claim.moderator))
    )
    return {claim.comment_id: claim for claim in session.scalars(query)}
