"""A site's comments as it lists them, and as its readers see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from moderation.errors import NotFound
from moderation.tables import Article, Comment, Revision, Site, Verdict

# Deeper replies are shown at this depth: a page cannot be indented for ever.
MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a reader's thread; `hidden` keeps the place of a comment that is not shown."""

    comment: Comment
    depth: int
    hidden: bool


def article(session: Session, site: Site, external_id: str) -> Article:
    """Look up a site's article, or raise NotFound."""
    found = session.scalar(
        select(Article).where(Article.site_id == site.id, Article.external_id == external_id)
    )
    if found is None:
        raise NotFound(f"This site has no article {external_id}.")
    return found


def listing(
    session: Session,
    site: Site,
    *,
    article: str | None = None,
    status: str | None = None,
    external_id: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Comment]:
    """List a site's comments in order of arrival, from `after` (excluded) on."""
    query = select(Comment).where(Comment.site_id == site.id).order_by(Comment.id).limit(limit)
    if article is not None:
        query = query.join(Comment.article).where(Article.external_id == article)
    if status is not None:
        query = query.where(Comment.status == status)
    if external_id is not None:
        query = query.where(Comment.external_id == external_id)
    if after is not None:
        query = query.where(Comment.id > after)
    return session.scalars(query.options(*whole())).all()


def whole() -> tuple[ExecutableOption, ...]:
    """Answer the options that load a comment with its article, author, texts and verdicts."""
    return (
        selectinload(Comment.article),
        selectinload(Comment.author),
        selectinload(Comment.revisions).joinedload(Revision.verdict).selectinload(Verdict.findings),
    )


def visible(
    session: Session, article: Article, after: UUID | None = None, limit: int = 100
) -> tuple[list[Entry], UUID | None]:
    """List what readers may see, thread by thread, the oldest first, and the next page's start.

    A page has at most `limit` threads, each whole. A comment that is not shown but has an answer
    that is keeps its place, without its text.
    """
    roots = _roots(session, article, after, limit + 1)
    more = roots[limit - 1] if len(roots) > limit else None
    query = (
        select(Comment)
        .where(Comment.root_id.in_(roots[:limit]))
        .order_by(Comment.id)
        .options(selectinload(Comment.revisions), selectinload(Comment.author))
    )
    comments = session.scalars(query).all()
    return list(_unfold(comments)), more


def _roots(session: Session, article: Article, after: UUID | None, limit: int) -> Sequence[UUID]:
    query = (
        select(Comment.root_id)
        .where(Comment.article_id == article.id, Comment.status == "approved")
        .distinct()
        .order_by(Comment.root_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Comment.root_id > after)
    return session.scalars(query).all()


def _unfold(comments: Sequence[Comment]) -> Iterator[Entry]:
    """Walk threads parent first, without recursion: a chain of replies has no limit."""
    kept = _with_shown_answers(comments)
    answers: dict[str, list[Comment]] = {}
    for comment in reversed(kept):
        if comment.parent_external_id and comment.root_id != comment.id:
            answers.setdefault(comment.parent_external_id, []).append(comment)
    stack = [(comment, 0) for comment in reversed(kept) if comment.root_id == comment.id]
    while stack:
        comment, depth = stack.pop()
        yield Entry(comment, min(depth, MAX_DEPTH), hidden=comment.status != "approved")
        stack.extend((answer, depth + 1) for answer in answers.get(comment.external_id, ()))


def _with_shown_answers(comments: Sequence[Comment]) -> list[Comment]:
    by_external_id = {comment.external_id: comment for comment in comments}
    kept: set[UUID] = set()
    for comment in comments:
        step: Comment | None = comment if comment.status == "approved" else None
        while step is not None and step.id not in kept:
            kept.add(step.id)
            step = by_external_id.get(step.parent_external_id or "")
    return [comment for comment in comments if comment.id in kept]
