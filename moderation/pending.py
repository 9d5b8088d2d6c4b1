"""The queue as moderators read it: which comments wait, and what a card tells of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from moderation.tables import Article, Claim, Comment, FindingRow, Revision, Verdict, now

Order = Literal["riskiest", "oldest"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which comments a moderator wants to see; None means any.

    With a `reader`, what their colleagues are reading now is left out.
    """

    status: str = "pending"
    site_id: UUID | None = None
    article_id: UUID | None = None
    rule: str | None = None
    reader: UUID | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """How an author's comments fared so far."""

    approved: int = 0
    rejected: int = 0
    pending: int = 0


def waiting(
    session: Session,
    filters: Filters,
    order: Order = "riskiest",
    after: Comment | None = None,
    limit: int = 20,
) -> Sequence[Comment]:
    """List comments with all that a card shows, from `after` (excluded) on.

    A rule filter leaves blind cards out: being listed would tell their findings.
    """
    query = (
        select(Comment)
        .where(*_conditions(filters))
        .join(Comment.article)
        .join(Comment.author)
        .options(
            contains_eager(Comment.article).joinedload(Article.site),
            contains_eager(Comment.author),
            selectinload(Comment.revisions)
            .joinedload(Revision.verdict)
            .selectinload(Verdict.findings),
        )
        .limit(limit)
    )
    if order == "oldest":
        query = query.order_by(Comment.id)
        if after is not None:
            query = query.where(Comment.id > after.id)
    else:
        query = query.order_by(Comment.rank.desc(), Comment.id)
        if after is not None:
            tie = and_(Comment.rank == after.rank, Comment.id > after.id)
            query = query.where(or_(Comment.rank < after.rank, tie))
    return session.scalars(query).all()


def count(session: Session, filters: Filters) -> int:
    """Count the comments that `filters` select."""
    query = select(func.count()).select_from(Comment).where(*_conditions(filters))
    return session.scalar(query) or 0


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
        .options(selectinload(Comment.revisions), selectinload(Comment.author))
    )
    found = {(parent.site_id, parent.external_id): parent for parent in session.scalars(query)}
    return {
        comment.id: found[key]
        for comment in comments
        if (key := (comment.site_id, comment.parent_external_id or "")) in found
    }


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Comment.status == filters.status]
    if filters.site_id:
        conditions.append(Comment.site_id == filters.site_id)
    if filters.article_id:
        conditions.append(Comment.article_id == filters.article_id)
    if filters.reader:
        held = exists().where(
            Claim.comment_id == Comment.id,
            Claim.moderator_id != filters.reader,
            Claim.expires_at > now(),
        )
        conditions.append(~held)
    if filters.rule:
        found = exists().where(
            Revision.comment_id == Comment.id,
            Revision.number == Comment.revision,
            Verdict.revision_id == Revision.id,
            Verdict.blind.is_(False),
            FindingRow.revision_id == Revision.id,
            FindingRow.rule == filters.rule,
        )
        conditions.append(found)
    return conditions
