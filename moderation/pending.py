"""A queue's comments as moderators read them, page by page, and what a card tells of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from moderation.comments import judged
from moderation.filters import Filters as Filters  # what a queue is narrowed by belongs with it
from moderation.filters import InvalidFilter, Order
from moderation.tables import Article, Comment, Flag

# How many flags wait on each comment that has any.
_TALLY = (
    select(Flag.comment_id, func.count().label("flags"))
    .where(Flag.resolved_at.is_(None))
    .group_by(Flag.comment_id)
    .subquery()
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends: its last comment, and what placed it there then."""

    value: float
    comment_id: UUID

    def __str__(self) -> str:
        return f"{self.value!r}~{self.comment_id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Comments with all that a card shows, and where the next page starts, if there is one."""

    comments: Sequence[Comment]
    more: Cursor | None


@dataclass(frozen=True, slots=True)
class Record:
    """How an author's comments fared so far."""

    approved: int = 0
    rejected: int = 0
    pending: int = 0


def cursor(written: str) -> Cursor:
    """Read a cursor back, or raise InvalidFilter."""
    value, _, comment_id = written.partition("~")
    try:
        return Cursor(float(value), UUID(comment_id))
    except ValueError as error:
        raise InvalidFilter("after") from error


def waiting(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    order: Order = "riskiest",
    after: Cursor | None = None,
    limit: int = 20,
) -> Page:
    """List the comments that meet `conditions`, in order, from `after` (excluded) on.

    In the order of flags, only those that have any.
    """
    value, descends, newest = _order(order)
    # Found by what an index holds: the rows of those that are shown alone are read.
    query = select(Comment.id, value).where(*conditions).limit(limit + 1)
    if order == "flagged":
        # The few that have flags first, which SQLite would else look up for all that wait.
        query = query.where(Comment.id.in_(select(_TALLY.c.comment_id)))
        query = query.join(_TALLY, _TALLY.c.comment_id == Comment.id)
    if descends:
        query = query.order_by(value.desc(), Comment.id)
        if after is not None:
            tie = and_(value == after.value, Comment.id > after.comment_id)
            query = query.where(value <= after.value, or_(value < after.value, tie))
    else:
        query = query.order_by(Comment.id.desc() if newest else Comment.id)
        if after is not None:
            beyond = after.comment_id
            query = query.where(Comment.id < beyond if newest else Comment.id > beyond)
    rows = session.execute(query).all()
    more = Cursor(rows[limit - 1][1], rows[limit - 1].id) if len(rows) > limit else None
    return Page(_whole(session, [row.id for row in rows[:limit]]), more)


def count(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int | None = None
) -> int:
    """Count the comments that meet `conditions`, and no further than a `limit`."""
    if limit is not None:
        those = select(Comment.id).where(*conditions).limit(limit).subquery()
        return session.scalar(select(func.count()).select_from(those)) or 0
    return session.scalar(select(func.count()).select_from(Comment).where(*conditions)) or 0


def records(session: Session, authors: Sequence[UUID]) -> dict[UUID, Record]:
    """Count each author's approved, rejected and pending comments."""
    query = (
        select(Comment.author_id, Comment.status, func.count())
        .where(Comment.author_id.in_(authors), Comment.status != "removed")
        .group_by(Comment.author_id, Comment.status)
    )
    counts: dict[UUID, dict[str, int]] = {author: {} for author in authors}
    for author, status, number in session.execute(query):
        counts[author][status] = number
    return {author: Record(**by_status) for author, by_status in counts.items()}


def parents(session: Session, comments: Sequence[Comment]) -> dict[UUID, Comment]:
    """Find the comment that each one answers, where we have it; keyed by the answer's id."""
    wanted = {
        (comment.site_id, comment.parent_external_id): comment.id
        for comment in comments
        if comment.parent_external_id
    }
    if not wanted:
        return {}
    query = (
        select(Comment)
        .where(
            Comment.site_id.in_({site for site, _ in wanted}),
            Comment.external_id.in_({external_id for _, external_id in wanted}),
        )
        .options(
            selectinload(Comment.author),
            judged(),
        )
    )
    found = {(parent.site_id, parent.external_id): parent for parent in session.scalars(query)}
    return {
        comment.id: found[key]
        for comment in comments
        if (key := (comment.site_id, comment.parent_external_id or "")) in found
    }


def _whole(session: Session, ids: Sequence[UUID]) -> list[Comment]:
    """Load comments with all that a card shows, in the order of their ids."""
    if not ids:
        return []
    query = (
        select(Comment)
        .join(Comment.article)
        .join(Comment.author)
        .where(Comment.id.in_(ids))
        .options(
            contains_eager(Comment.article).joinedload(Article.site),
            contains_eager(Comment.author),
            judged(),
        )
    )
    found = {comment.id: comment for comment in session.scalars(query)}
    return [found[each] for each in ids]


def _order(order: Order) -> tuple[SQLColumnExpression[Any], bool, bool]:
    """Tell what places a comment, whether the largest comes first, and else the newest."""
    value = _TALLY.c.flags if order == "flagged" else Comment.rank
    return value, order in ("riskiest", "flagged"), order == "newest"
