"""Taking comments in: idempotent, routed under the site's policy, stored with their verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from moderation import search
from moderation.champion import Assessment
from moderation.database import insert_missing
from moderation.errors import Conflict, InvalidText, NotFound
from moderation.policy import Policy
from moderation.routing import route
from moderation.tables import Article, Author, Comment, Site, now
from moderation.text import clean, contains_html, from_html


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """The article a comment belongs to, as its site describes it."""

    external_id: str
    url: str
    title: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class AuthorRef:
    """Who wrote a comment; without an `identity` (see `privacy`), nobody we could know again."""

    name: str
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A comment as a site sent it, its text already prepared.

    It was received now, unless `received_at` tells of an archive that is taken over.
    """

    external_id: str
    article: ArticleRef
    author: AuthorRef
    text: str
    parent_external_id: str | None = None
    posted_at: datetime | None = None
    received_at: datetime | None = None


def prepare(text: str, policy: Policy) -> str:
    """Turn what a site sent into the plain text that is scored, stored and shown.

    Raises InvalidText for HTML where the site refuses it, for an empty text, for one longer than
    the site admits, and for characters that nobody types.
    """
    if policy.html == "refuse" and contains_html(text):
        raise InvalidText("This site accepts plain text only, and the text contains HTML.")
    prepared = clean(from_html(clean(text)))
    if not prepared:
        raise InvalidText("The text is empty.")
    if len(prepared) > policy.max_length:
        raise InvalidText(
            f"The text has {len(prepared)} characters; this site accepts {policy.max_length}."
        )
    return prepared


def find(session: Session, site: Site, external_id: str) -> Comment | None:
    """Look up a comment by the id its site gave it."""
    return session.scalar(
        select(Comment).where(Comment.site_id == site.id, Comment.external_id == external_id)
    )


def get(session: Session, site: Site, comment_id: UUID, *, lock: bool = False) -> Comment:
    """Look up a site's comment by our own id, or raise NotFound; `lock` it to change it."""
    comment = session.get(Comment, comment_id, with_for_update=lock, populate_existing=lock)
    if comment is None or comment.site_id != site.id:
        raise NotFound(f"This site has no comment {comment_id}.")
    return comment


def same(comment: Comment, text: str) -> Comment:
    """Answer the stored comment to a repeated submission, or raise Conflict if its text differs."""
    if comment.status != "removed" and all(text != past.text for past in comment.revisions):
        raise Conflict(
            f"Comment {comment.external_id} exists with another text; use PUT to edit it."
        )
    return comment


def submit(
    session: Session, site: Site, submission: Submission, assessment: Assessment, draw: float
) -> tuple[Comment, bool]:
    """Store and route a comment; answer it and whether it is new.

    A repeat of `(site, external_id)` answers what the first one stored, also when two arrive at
    once; with another text it raises Conflict. `draw` is uniform in [0, 1), see `policy.decide`.
    """
    stored = find(session, site, submission.external_id)
    if stored is not None:
        return same(stored, submission.text), False
    comment = _new_comment(session, site, submission)
    try:
        with session.begin_nested():
            session.add(comment)
    except IntegrityError:
        stored = find(session, site, submission.external_id)
        if stored is None:
            raise
        return same(stored, submission.text), False
    _adopt_replies(session, comment)
    route(session, site, comment, submission.text, assessment, draw)
    return comment, True


def revise(
    session: Session,
    site: Site,
    comment_id: UUID,
    text: str,
    assessment: Assessment,
    draw: float,
) -> Comment:
    """Store an edit as a new revision and route the comment again, unless nothing changed."""
    comment = get(session, site, comment_id, lock=True)
    if comment.status == "removed":
        raise Conflict(f"Comment {comment.external_id} was removed; it cannot be edited.")
    if comment.latest.text != text:
        comment.revision += 1
        route(session, site, comment, text, assessment, draw)
    return comment


def _new_comment(session: Session, site: Site, submission: Submission) -> Comment:
    received_at = submission.received_at or now()
    comment = Comment(
        # Ids are in order of arrival: queues and filters read ages from them.
        id=uuid7(nanoseconds=int(received_at.timestamp() * 1e9)),
        site_id=site.id,
        article_id=_article(session, site, submission.article).id,
        author_id=_author(session, site, submission.author).id,
        external_id=submission.external_id,
        parent_external_id=submission.parent_external_id,
        status="pending",
        revision=1,
        rank=1.0,
        posted_at=submission.posted_at or received_at,
        received_at=received_at,
    )
    parent = submission.parent_external_id and find(session, site, submission.parent_external_id)
    same_thread = parent and parent.article_id == comment.article_id
    comment.root_id = parent.root_id if parent and same_thread else comment.id
    return comment


def _article(session: Session, site: Site, ref: ArticleRef) -> Article:
    described = {"url": ref.url, "title": ref.title, "section": ref.section}
    key = {"site_id": site.id, "external_id": ref.external_id}
    article = session.scalar(select(Article).filter_by(**key))
    if article is None:
        row = {"id": uuid7(), "created_at": now(), **key, **described}
        insert_missing(session, Article, ("site_id", "external_id"), **row)
        article = session.scalars(select(Article).filter_by(**key)).one()
    _describe(session, article, described)
    return article


def _author(session: Session, site: Site, ref: AuthorRef) -> Author:
    if ref.identity is None:
        author = Author(site_id=site.id, name=ref.name)
        session.add(author)
        session.flush()
        return author
    key = {"site_id": site.id, "identity": ref.identity}
    author_or_none = session.scalar(select(Author).filter_by(**key))
    if author_or_none is None:
        row = {"id": uuid7(), "created_at": now(), "name": ref.name, **key}
        insert_missing(session, Author, ("site_id", "identity"), **row)
        author_or_none = session.scalars(select(Author).filter_by(**key)).one()
    _describe(session, author_or_none, {"name": ref.name})
    return author_or_none


def _describe(session: Session, row: Article | Author, described: Mapping[str, object]) -> None:
    """Bring what a site says of an article or author up to date, unless another is at it.

    Waiting for each other's rows, in whatever order comments come, is how batches would deadlock.
    """
    changed = {name: value for name, value in described.items() if getattr(row, name) != value}
    if not changed:
        return
    table = type(row)
    free = select(table.id).where(table.id == row.id).with_for_update(skip_locked=True)
    if session.scalar(free) is not None:
        for name, value in changed.items():
            setattr(row, name, value)
        if changed.keys() & {"name", "title"}:
            search.rename(session, row)


def _adopt_replies(session: Session, comment: Comment) -> None:
    # Replies may arrive before what they answer: their threads then move under it.
    orphans = select(Comment.id).where(
        Comment.site_id == comment.site_id,
        Comment.article_id == comment.article_id,
        Comment.parent_external_id == comment.external_id,
        Comment.root_id == Comment.id,
        Comment.id != comment.root_id,
    )
    session.execute(
        update(Comment)
        .where(Comment.root_id.in_(orphans.scalar_subquery()))
        .values(root_id=comment.root_id)
    )
