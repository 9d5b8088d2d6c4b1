"""Sanctions against authors: who may impose and lift them, and for how long they hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from moderation import accounts, journal, review
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound
from moderation.reasons import REASONS
from moderation.tables import Author, Moderator, Sanction, now
from moderation.text import clean

Kind = Literal["warning", "premoderation", "suspension", "ban"]
KINDS: tuple[Kind, ...] = get_args(Kind)
VERBS: dict[str, str] = {
    "warning": "sanction.warn",
    "premoderation": "sanction.premoderate",
    "suspension": "sanction.suspend",
    "ban": "sanction.ban",
}
# For longer, it takes a lead.
ALONE_AT_MOST = timedelta(days=7)


def impose(
    session: Session,
    moderator: Moderator,
    author_id: UUID,
    kind: str,
    reason: str | None,
    ends_at: datetime | None,
    note: str | None = None,
) -> Sanction:
    """Sanction an author from now on, until `ends_at`, or for good without one.

    Several may hold at once; at intake the one that holds last counts. A suspension has an end.
    Raises InvalidText for what is missing, NotAllowed where it takes a lead (see `needs_lead`).
    """
    author = session.get(Author, author_id)
    if author is None or author.erased_at is not None:
        raise NotFound(f"There is no author {author_id}.")
    _check(kind, reason, ends_at, note)
    sanction = Sanction(
        author_id=author_id,
        kind=kind,
        reason=reason,
        note=clean(note or "") or None,
        moderator_id=moderator.id,
        created_at=now(),
        ends_at=ends_at,
    )
    _check_right(moderator, sanction)
    session.add(sanction)
    session.flush()
    until = ends_at.isoformat() if ends_at else None
    details = {"sanction": str(sanction.id), "reason": reason, "until": until}
    journal.record(session, moderator, VERBS[kind], author_id, **details)
    return sanction


def lift(session: Session, moderator: Moderator, sanction_id: UUID) -> Sanction:
    """End a sanction before its time; whoever may impose it may lift it."""
    sanction = session.get(Sanction, sanction_id, with_for_update=True)
    if sanction is None:
        raise NotFound(f"There is no sanction {sanction_id}.")
    if not holds(sanction):
        raise Conflict("This sanction is over already.")
    _check_right(moderator, sanction)
    sanction.lifted_at, sanction.lifted_by_id = now(), moderator.id
    journal.record(
        session, moderator, "sanction.lift", sanction.author_id, sanction=str(sanction_id)
    )
    return sanction


def history(session: Session, author_id: UUID) -> Sequence[Sanction]:
    """List all of an author's sanctions, the latest first, with who imposed and lifted them."""
    query = (
        select(Sanction)
        .where(Sanction.author_id == author_id)
        .order_by(Sanction.id.desc())
        .options(joinedload(Sanction.moderator), joinedload(Sanction.lifted_by))
    )
    return session.scalars(query).all()


def holds(sanction: Sanction) -> bool:
    """Tell whether a sanction is neither over nor lifted."""
    return sanction.lifted_at is None and (sanction.ends_at is None or sanction.ends_at > now())


def needs_lead(sanction: Sanction) -> bool:
    """Tell whether a sanction is a lead's to impose and to lift: bans, and long suspensions."""
    if sanction.kind != "suspension" or sanction.ends_at is None:
        return sanction.kind == "ban"
    return sanction.ends_at - sanction.created_at > ALONE_AT_MOST


def _check(kind: str, reason: str | None, ends_at: datetime | None, note: str | None) -> None:
    if kind not in KINDS:
        raise InvalidText("Choose a sanction from the list.")
    if reason not in REASONS:
        raise InvalidText("A sanction needs a reason from the list.")
    if ends_at is None and kind == "suspension":
        raise InvalidText("A suspension has an end; without one it is a ban.")
    if ends_at is not None and ends_at <= now():
        raise InvalidText("A sanction ends in the future.")
    if note and len(note) > review.NOTE_MAX_LENGTH:
        raise InvalidText(f"A note has at most {review.NOTE_MAX_LENGTH} characters.")


def _check_right(moderator: Moderator, sanction: Sanction) -> None:
    if needs_lead(sanction) and not accounts.may(moderator, "lead"):
        raise NotAllowed("Bans, and suspensions of more than a week, are a lead's.")
