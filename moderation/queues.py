"""The queues: which comments wait in each one, for whom, and how many."""

from datetime import date
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from moderation import accounts, exposure
from moderation.filters import Order
from moderation.tables import (
    WAITING,
    Appeal,
    Claim,
    Comment,
    Decision,
    Flag,
    Hold,
    Moderator,
    Reading,
    Refusal,
    Revision,
    Sanction,
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


def conditions(name: Name, moderator: Moderator, day: date) -> list[ColumnElement[bool]]:
    """Say in SQL, about `Comment`, which comments a moderator finds in a queue.

    What a colleague is reading now is in none of the queues that are worked through, and severe
    texts leave the common ones for a moderator who has read their limit of the `day`.
    """
    if name in ("approved", "rejected"):
        return [Comment.status == name]
    if name == "pending":
        free = [_none(ids) for ids in _elsewhere(moderator)]
        return [WAITING, *free, exposure.condition(moderator, day)]
    return [Comment.status != "removed", *_gathered(name, moderator, day)]


def counts(session: Session, moderator: Moderator, day: date) -> dict[Name, int]:
    """Count what waits for a moderator in each queue that is worked through."""
    queries = [_count(*conditions(name, moderator, day)) for name in COUNTED if name != "pending"]
    # All that wait, less the few that are elsewhere: not one look-up for each that waits.
    waits = [WAITING, exposure.condition(moderator, day)]
    elsewhere = Comment.id.in_(union_all(*_elsewhere(moderator)))
    everything, taken, *others = session.execute(
        select(*(query for query in (_count(*waits), _count(*waits, elsewhere), *queries)))
    ).one()
    return dict(zip(COUNTED, [everything - taken, *others], strict=True))


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Comment).where(*conditions).scalar_subquery()


def _none(ids: Select[UUID]) -> ColumnElement[bool]:
    """Say that a comment is none of those: looked up one by one, as far as a page is long."""
    [column] = ids.selected_columns
    return ~ids.where(column == Comment.id).correlate(Comment).exists()


def _elsewhere(moderator: Moderator) -> list[Select[UUID]]:
    return [select(Hold.comment_id), _read_now(moderator), _read_twice(moderator)]


def _gathered(name: Name, moderator: Moderator, day: date) -> list[ColumnElement[bool]]:
    """Say which comments something other than their status puts into a queue."""
    held, read_now, read_twice = _elsewhere(moderator)
    free, bearable = _none(read_now), exposure.condition(moderator, day)
    if name == "flagged":
        flagged = select(Flag.comment_id).where(Flag.resolved_at.is_(None))
        return [Comment.id.in_(flagged), free, _none(read_twice), bearable]
    if name == "reexamine":
        again = Comment.id.in_(union_all(_appealed(moderator), _left()))
        return [again, _none(held), free, _none(read_twice), bearable]
    held = held.where(Hold.kind == name)
    if name == "escalated" and not accounts.may(moderator, "lead"):
        to_me = or_(Hold.to_moderator_id == moderator.id, Hold.to_role == moderator.role)
        held = held.where(to_me)
    return [Comment.id.in_(held), free]


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
    """Unsettled appeals, without those against the moderator's own acts if others can."""
    decided = (
        select(Decision.id)
        .where(Decision.id == Appeal.decision_id, Decision.moderator_id == moderator.id)
        .exists()
    )
    sanctioned = (
        select(Refusal.revision_id)
        .join(Sanction, Sanction.id == Refusal.sanction_id)
        .where(Refusal.revision_id == Appeal.refusal_id, Sanction.moderator_id == moderator.id)
        .exists()
    )
    own = decided | sanctioned
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
