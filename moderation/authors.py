"""An author as moderators know them: what they wrote, how it fared, and the team's notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from moderation import journal
from moderation.comments import whole
from moderation.errors import InvalidText, NotFound
from moderation.pending import Record
from moderation.review import NOTE_MAX_LENGTH
from moderation.tables import Author, AuthorNote, Comment, FindingRow, Moderator, Site, now
from moderation.text import clean

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Written:
    """A comment of the author's; a rejected one with its reason, or the sanction's finding."""

    comment: Comment
    reason: str | None = None
    sanction: FindingRow | None = None


def find(session: Session, author_id: UUID) -> tuple[Author, Site]:
    """Look up an author and their site, or raise NotFound; an erased one is nobody any more."""
    author = session.get(Author, author_id)
    if author is None or author.erased_at is not None:
        raise NotFound(f"There is no author {author_id}.")
    return author, session.get_one(Site, author.site_id)


def record(session: Session, author_id: UUID, within: timedelta | None = None) -> Record:
    """Count an author's comments by what became of them, ever or `within` the time just past."""
    query = (
        select(Comment.status, func.count())
        .where(Comment.author_id == author_id, Comment.status != "removed")
        .group_by(Comment.status)
    )
    if within is not None:
        query = query.where(Comment.received_at > now() - within)
    counts: dict[str, int] = dict(session.execute(query).all())
    return Record(**counts)


def written(
    session: Session, author_id: UUID, before: UUID | None = None, limit: int = 20
) -> list[Written]:
    """List an author's comments, the latest first, from `before` (excluded) on.

    They tell nothing that a machine found in what still waits: a blind card must stay blind.
    """
    query = (
        select(Comment)
        .where(Comment.author_id == author_id)
        .order_by(Comment.id.desc())
        .limit(limit)
        .options(*whole(), selectinload(Comment.decisions))
    )
    if before is not None:
        query = query.where(Comment.id < before)
    return [_outcome(comment) for comment in session.scalars(query)]


def notes(session: Session, author_id: UUID) -> Sequence[AuthorNote]:
    """List the team's notes on an author, the latest first."""
    query = (
        select(AuthorNote)
        .where(AuthorNote.author_id == author_id)
        .order_by(AuthorNote.id.desc())
        .options(joinedload(AuthorNote.moderator))
    )
    return session.scalars(query).all()


def note(session: Session, moderator: Moderator, author_id: UUID, text: str) -> AuthorNote:
    """Write down something about an author, for the team."""
    find(session, author_id)
    text = clean(text)
    if not text or len(text) > NOTE_MAX_LENGTH:
        raise InvalidText(f"A note has 1 to {NOTE_MAX_LENGTH} characters.")
    kept = AuthorNote(author_id=author_id, moderator_id=moderator.id, text=text)
    session.add(kept)
    session.flush()
    journal.record(session, moderator, "author.note", author_id, note=str(kept.id))
    return kept


def _outcome(comment: Comment) -> Written:
    if comment.status != "rejected":
        return Written(comment)
    reason = comment.decisions[-1].reason if comment.decisions else None
    verdict = comment.latest.verdict
    refused = verdict.outcome == "refuse" and reason is None
    return Written(comment, reason, verdict.findings[0] if refused else None)
