"""The journal: every action in the console, in the transaction that does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from moderation.database import affect
from moderation.tables import LogEntry, Moderator, first_id


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are looked for; what is empty does not narrow.

    `nobody` looks for what nobody who was logged in did: commands, refused logins.
    """

    moderator_id: UUID | None = None
    nobody: bool = False
    actions: Sequence[str] = ()
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def record(
    session: Session,
    moderator: Moderator | None,
    action: str,
    subject: UUID | str | None = None,
    **details: str | int | float | bool | None,
) -> None:
    """Write down who did what to what; None is nobody who is logged in.

    `action` is `thing.verb` (`decision.approve`, `sanction.lift`, `session.open`), `subject` the
    id of what it was done to. `details` name things by ids and codes: no text, no author's name.
    """
    session.add(
        LogEntry(
            moderator_id=moderator.id if moderator else None,
            action=action,
            subject=str(subject) if subject is not None else None,
            details=details,
        )
    )


def entries(
    session: Session, sought: Sought, after: UUID | None = None, limit: int = 50
) -> Sequence[LogEntry]:
    """List what was done, the latest first; `after` is the last entry of the page before.

    Each action is read along its own index and the answers merged: however many entries there
    are, no more are read than shown, unless a person or a subject narrows further.
    """
    found = [_of(session, sought, action, after, limit) for action in sought.actions or (None,)]
    return list(islice(merge(*found, key=lambda entry: entry.id, reverse=True), limit))


def purge(session: Session, before: datetime) -> int:
    """Forget what was done before a moment; answer how many entries there were."""
    old = delete(LogEntry).where(LogEntry.id < first_id(before))
    return affect(session, old.execution_options(synchronize_session=False))


def _of(
    session: Session, sought: Sought, action: str | None, after: UUID | None, limit: int
) -> Sequence[LogEntry]:
    query = select(LogEntry).order_by(LogEntry.id.desc()).limit(limit)
    query = query.options(joinedload(LogEntry.moderator))
    if action is not None:
        query = query.where(LogEntry.action == action)
    if sought.moderator_id is not None or sought.nobody:
        query = query.where(LogEntry.moderator_id == sought.moderator_id)
    if sought.subject:
        query = query.where(LogEntry.subject == sought.subject)
    if sought.since is not None:
        query = query.where(LogEntry.id >= first_id(sought.since))
    if sought.until is not None:
        query = query.where(LogEntry.id < first_id(sought.until))
    if after is not None:
        query = query.where(LogEntry.id < after)
    return session.scalars(query).all()
