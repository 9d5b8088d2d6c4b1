"""Personal data: as little as the service needs, and the means to erase it.

E-mail addresses are never stored: a keyed fingerprint is enough to know an author again. Addresses
of machines are not stored at all (RGPD art. 5, minimisation); the site keeps its own.
"""

import hashlib
import hmac
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from moderation import duplicates, outbox, search
from moderation.errors import NotFound
from moderation.tables import (
    Appeal,
    Author,
    AuthorNote,
    Bulk,
    BulkItem,
    Comment,
    Decision,
    Flag,
    Hold,
    Reading,
    Refusal,
    Revision,
    Sanction,
    Site,
    now,
)

ERASED_NAME = "Auteur effacé"
ERASED_TEXT = "[effacé]"


def identity(external_id: str | None, email: str | None, key: bytes) -> str | None:
    """Name an author by the site's own id, else by the e-mail's HMAC-SHA-256, else not at all."""
    if external_id:
        return f"id:{external_id}"
    if email:
        address = email.strip().casefold().encode()
        return "mail:" + hmac.digest(key, address, hashlib.sha256).hex()
    return None


def reporter(site: Site, external_id: str, key: bytes) -> str:
    """Fingerprint a reader who reports a comment, so that one who reports twice counts once."""
    named = f"reporter\n{site.id}\n{external_id}".encode()
    return hmac.digest(key, named, hashlib.sha256).hex()


def remove(session: Session, comment: Comment, *, erase: bool = False) -> None:
    """Withdraw a comment from readers and moderators, and with `erase` blank its texts for good."""
    comment.status = "removed"
    search.forget(session, [comment.id])
    duplicates.forget(session, [comment.id])
    if erase:
        _erase_texts(session, [comment.id])
    session.flush()
    outbox.enqueue(session, comment)


def author(session: Session, site: Site, external_id: str) -> Author:
    """Look up an author by the id their site gave them, or raise NotFound."""
    found = session.scalar(
        select(Author).where(Author.site_id == site.id, Author.identity == f"id:{external_id}")
    )
    if found is None:
        raise NotFound(f"This site has no author {external_id}.")
    return found


def erase_author(session: Session, site: Site, external_id: str) -> int:
    """Erase who an author was and what they wrote; answer the number of comments erased.

    The rows stay, so that counts and decisions keep their sense; names, texts and notes do not, and
    sanctions end, since nobody is left for them to hold.
    """
    found = author(session, site, external_id)
    found.name, found.identity, found.erased_at = ERASED_NAME, None, now()
    ids = list(session.scalars(select(Comment.id).where(Comment.author_id == found.id)))
    session.execute(update(Comment).where(Comment.id.in_(ids)).values(status="removed"))
    search.forget(session, ids)
    duplicates.forget(session, ids)
    _erase_texts(session, ids)
    _erase_standing(session, found)
    for comment in session.scalars(select(Comment).where(Comment.id.in_(ids))):
        outbox.enqueue(session, comment)
    return len(ids)


def _erase_standing(session: Session, author: Author) -> None:
    held = update(Sanction).where(Sanction.author_id == author.id)
    session.execute(held.values(note=None))
    session.execute(held.where(Sanction.lifted_at.is_(None)).values(lifted_at=now()))
    session.execute(delete(AuthorNote).where(AuthorNote.author_id == author.id))


def _erase_texts(session: Session, comments: list[UUID]) -> None:
    texts = update(Revision).where(Revision.comment_id.in_(comments))
    session.execute(texts.values(text=ERASED_TEXT, fingerprint=""))
    session.execute(update(Flag).where(Flag.comment_id.in_(comments)).values(details=None))
    appeals = update(Appeal).where(Appeal.comment_id.in_(comments))
    session.execute(appeals.values(message=ERASED_TEXT))
    session.execute(update(Hold).where(Hold.comment_id.in_(comments)).values(note=None))
    notes = update(Decision).where(Decision.comment_id.in_(comments))
    session.execute(notes.values(note=None, statement=None))
    revisions = select(Revision.id).where(Revision.comment_id.in_(comments))
    refusals = update(Refusal).where(Refusal.revision_id.in_(revisions))
    session.execute(refusals.values(statement=None))
    readings = update(Reading).where(Reading.comment_id.in_(comments))
    session.execute(readings.values(note=None, told=None))
    # A search may have named them, and a note told of them.
    bulks = select(BulkItem.bulk_id).where(BulkItem.comment_id.in_(comments))
    erased = update(Bulk).where(Bulk.id.in_(bulks))
    session.execute(erased.values(described="", note=None, told=None))
    outbox.forget(session, comments)
