"""The queues: which comments wait in each one, for whom, and how many."""

from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from moderation import accounts, exposure
from moderation.filters import Order
from moderation.tables import (
    Appeal,
    Claim,
    Comment,
    Decision,
    Flag,
    Hold,
    Moderator,
    Reading,
    Revision,
    now,
)

Name = Literal["pending", "flagged", "reexamine", "aside", "escalated", "approved", "rejected"]
NAMES: tuple[Name, ...] = get_args(Name)
# The others are archives: nothing waits there, and counting millions would take its time.
COUNTED: tuple[Name, ...] = ("pending", "flagged", "reexamine", "aside", "escalated")
# How each queue is read unless a moderator asks for another order.
ORDERS: dict[Name, Order] = {
    "pending": "riskiest",
    "flagged": "flagged",
    "reexamine": "oldest",
    "aside": "oldest",
    "escalated": "oldest",
    "approved": "newest",
    "rejected": "newest",
}


def conditions(name: Name, moderator: Moderator) -> list[ColumnElement[bool]]:
    """Say in SQL, about `Comment`, which comments a moderator finds in a queue.

    What a colleague is reading now is in none of the queues that are worked through, and severe
    texts leave the common ones for a moderator who has read their limit of the day.
    """
    if name in ("approved", "rejected"):
        return [Comment.status == name]
    free = Comment.id.not_in(_read_now(moderator))
    bearable = exposure.condition(moderator)
    if name == "pending":
        taken: CompoundSelect[UUID] = union_all(
            select(Hold.comment_id), _read_now(moderator), _read_twice(moderator)
        )
        return [Comment.status == "pending", Comment.id.not_in(taken), bearable]
    if name == "flagged":
        flagged = select(Flag.comment_id).where(Flag.resolved_at.is_(None))
        read = Comment.id.not_in(_read_twice(moderator))
        return [Comment.status != "removed", Comment.id.in_(flagged), free, read, bearable]
    if name == "reexamine":
        again = union_all(_appealed(moderator), _left())
        elsewhere = union_all(select(Hold.comment_id), _read_twice(moderator))
        wanted = [Comment.id.in_(again), Comment.id.not_in(elsewhere)]
        return [Comment.status != "removed", *wanted, free, bearable]
    holds = select(Hold.comment_id).where(Hold.kind == name)
    if name == "escalated" and not accounts.may(moderator, "lead"):
        to_me = or_(Hold.to_moderator_id == moderator.id, Hold.to_role == moderator.role)
        holds = holds.where(to_me)
    return [Comment.status != "removed", Comment.id.in_(holds), free]


def counts(session: Session, moderator: Moderator) -> dict[Name, int]:
    """Count what waits for a moderator in each queue that is worked through."""
    each = (
        select(func.count()).select_from(Comment).where(*conditions(name, moderator))
        for name in COUNTED
    )
    row = session.execute(select(*(query.scalar_subquery() for query in each))).one()
    return dict(zip(COUNTED, row, strict=True))


def _read_now(moderator: Moderator) -> Select[UUID]:
    return select(Claim.comment_id).where(
        Claim.moderator_id != moderator.id, Claim.expires_at > now()
    )


def _read_twice(moderator: Moderator) -> Select[UUID]:
    """What the moderator, or two others, have read already and wait for another's opinion."""
    read = aliased(Comment)
    mine = func.max(case((Reading.moderator_id == moderator.id, 1), else_=0)) == 1
    return (
        select(Reading.comment_id)
        .join(Revision, Revision.id == Reading.revision_id)
        .join(read, (read.id == Reading.comment_id) & (read.revision == Revision.number))
        .where(
            Reading.decision_id.is_(None),
            Reading.withdrawn_at.is_(None),
            read.status == "pending",
        )
        .group_by(Reading.comment_id)
        .having(or_(mine, func.count() > 1))
    )


def _appealed(moderator: Moderator) -> Select[UUID]:
    """Unsettled appeals, without those against the moderator's own decisions if others can."""
    own = (
        select(Decision.id)
        .where(Decision.id == Appeal.decision_id, Decision.moderator_id == moderator.id)
        .exists()
    )
    return select(Appeal.comment_id).where(
        Appeal.settled_at.is_(None), ~own | ~accounts.colleagues(moderator).order_by(None).exists()
    )


def _left() -> Select[UUID]:
    """Comments that somebody opened and neither decided nor gave back."""
    left = aliased(Comment)
    return (
        select(Claim.comment_id)
        .join(left, left.id == Claim.comment_id)
        .where(Claim.expires_at <= now(), left.status == "pending")
    )
