"""The team: open sessions, links that let someone in, what was done, what was hard to read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now
from moderation.tables.people import Moderator


class LoginSession(Base):
    """A browser in which a moderator is logged in; `agent` names it (« Firefox, Linux »)."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"), index=True)
    agent: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    moderator: Mapped[Moderator] = relationship()


class AccountLink(Base):
    """A one-time link to choose a password: an `invitation`, or a `reset`; kept as a digest."""

    __tablename__ = "account_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"), index=True)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("moderator.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    moderator: Mapped[Moderator] = relationship(foreign_keys=[moderator_id])


class LogEntry(Base):
    """One action in the console, append-only: who did what to what (see `journal`).

    `details` names things by their ids and codes: no comment's text, no author's name.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        Index(None, "moderator_id", "id"),
        Index(None, "action", "id"),
        Index(None, "subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    moderator_id: Mapped[UUID | None] = mapped_column(ForeignKey("moderator.id"))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)

    moderator: Mapped[Moderator | None] = relationship()


class Exposure(Base):
    """A severe text that a moderator asked to see, once a day and comment."""

    __tablename__ = "exposure"

    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
