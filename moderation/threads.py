"""A site's comments as it lists them, and as its readers see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from moderation.comments import whole
from moderation.errors import NotFound
from moderation.tables import Article, Comment, Site

# Deeper replies are shown at this depth: a page cannot be indented for ever.
MAX_DEPTH = 6
# What a card shows around its comment; the rest is on the thread's own page.
ANCESTORS_MAX, ANSWERS_MAX = 5, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a reader's thread; `hidden` keeps the place of a comment that is not shown."""

    comment: Comment
    depth: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The comments that one answers, the oldest first, and its direct answers.

    `cut` says that the first ancestor answers yet another; `answers_left` counts further answers.
    """

    ancestors: Sequence[Comment]
    cut: bool
    answers: Sequence[Comment]
    answers_left: int


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
    kept = _with_shown_answers(session.scalars(query).all())
    return list(_unfold(kept)), more


def around(session: Session, comment: Comment) -> Surroundings:
    """Gather what stands just before and after a comment in its thread, whatever its status."""
    ancestors: list[Comment] = []
    step = _parent(session, comment)
    while step is not None and len(ancestors) < ANCESTORS_MAX:
        ancestors.insert(0, step)
        step = _parent(session, step)
    answering = (
        Comment.site_id == comment.site_id,
        Comment.parent_external_id == comment.external_id,
        Comment.article_id == comment.article_id,
    )
    answers = select(Comment).where(*answering).order_by(Comment.id).limit(ANSWERS_MAX)
    total = session.scalar(select(func.count()).select_from(Comment).where(*answering)) or 0
    found = session.scalars(answers.options(*whole())).all()
    return Surroundings(ancestors, step is not None, found, total - len(found))


def whole_thread(
    session: Session, comment: Comment, after: UUID | None = None, limit: int = 200
) -> tuple[list[Entry], UUID | None]:
    """List a comment's thread, whatever their status, in reading order, and the next page's start.

    An answer to what is on another page stands by itself.
    """
    query = select(Comment).where(Comment.root_id == comment.root_id).order_by(Comment.id)
    if after is not None:
        query = query.where(Comment.id > after)
    comments = session.scalars(query.limit(limit + 1).options(*whole())).all()
    more = comments[limit - 1].id if len(comments) > limit else None
    return list(_unfold(comments[:limit])), more


def by_status(session: Session, article_id: UUID) -> dict[str, int]:
    """Count an article's comments by status."""
    query = (
        select(Comment.status, func.count())
        .where(Comment.article_id == article_id)
        .group_by(Comment.status)
    )
    return dict(session.execute(query).all())


def _parent(session: Session, comment: Comment) -> Comment | None:
    if comment.parent_external_id is None or comment.root_id == comment.id:
        return None
    query = select(Comment).where(
        Comment.site_id == comment.site_id, Comment.external_id == comment.parent_external_id
    )
    return session.scalar(query.options(*whole()))


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
    known = {comment.external_id for comment in comments}
    answers: dict[str, list[Comment]] = {}
    stack: list[tuple[Comment, int]] = []
    for comment in reversed(comments):
        if comment.root_id != comment.id and comment.parent_external_id in known:
            answers.setdefault(comment.parent_external_id or "", []).append(comment)
        else:
            stack.append((comment, 0))
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
