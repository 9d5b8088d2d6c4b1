"""The browsers in which moderators are logged in: opened, seen, listed, ended."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from moderation import journal, keys
from moderation.database import affect
from moderation.errors import NotFound
from moderation.tables import LoginSession, Moderator, now

# Often enough to tell who is at work, and seldom enough that reading a page seldom writes.
SEEN_EVERY = timedelta(minutes=1)


def start(session: Session, moderator: Moderator, agent: str, lifetime: timedelta) -> str:
    """Log a moderator in, in the browser that `agent` names, and answer the key of its cookie.

    What is left of the moderator's sessions that are over is deleted: nobody needs it any more.
    """
    over = or_(LoginSession.ended_at.is_not(None), LoginSession.created_at <= now() - lifetime)
    session.execute(
        delete(LoginSession).where(LoginSession.moderator_id == moderator.id, over),
        execution_options={"synchronize_session": False},
    )
    key = keys.make()
    session.add(LoginSession(digest=keys.digest(key), moderator_id=moderator.id, agent=agent))
    journal.record(session, moderator, "session.open", moderator.id, agent=agent)
    session.flush()
    return key


def find(session: Session, key: str, lifetime: timedelta) -> LoginSession | None:
    """Find a session that goes on, with its moderator; None once the account is disabled."""
    return session.scalar(
        select(LoginSession)
        .join(LoginSession.moderator)
        .where(
            LoginSession.digest == keys.digest(key),
            Moderator.disabled_at.is_(None),
            _going_on(lifetime),
        )
        .options(joinedload(LoginSession.moderator))
    )


def stale(row: LoginSession) -> bool:
    """Tell whether it is time to write down again that a session is in use."""
    return row.seen_at <= now() - SEEN_EVERY


def see(session: Session, row: LoginSession) -> None:
    """Write down that a session is in use."""
    session.execute(update(LoginSession).where(LoginSession.id == row.id).values(seen_at=now()))


def listed(session: Session, moderator: Moderator, lifetime: timedelta) -> Sequence[LoginSession]:
    """List a moderator's sessions that go on, the last seen first."""
    query = (
        select(LoginSession)
        .where(LoginSession.moderator_id == moderator.id, _going_on(lifetime))
        .order_by(LoginSession.seen_at.desc())
    )
    return session.scalars(query).all()


def end(session: Session, moderator: Moderator, session_id: UUID) -> None:
    """End one of a moderator's sessions, or raise NotFound for another's."""
    row = session.get(LoginSession, session_id)
    if row is None or row.moderator_id != moderator.id:
        raise NotFound(f"There is no session {session_id}.")
    if row.ended_at is None:
        row.ended_at = now()
        journal.record(session, moderator, "session.close", moderator.id, agent=row.agent)
        session.flush()


def end_all(session: Session, moderator: Moderator, kept: UUID | None = None) -> int:
    """End a moderator's sessions, save the one to be kept; answer how many ended."""
    others = [LoginSession.moderator_id == moderator.id, LoginSession.ended_at.is_(None)]
    if kept is not None:
        others.append(LoginSession.id != kept)
    return affect(session, update(LoginSession).where(*others).values(ended_at=now()))


def _going_on(lifetime: timedelta) -> ColumnElement[bool]:
    return and_(LoginSession.ended_at.is_(None), LoginSession.created_at > now() - lifetime)
