"""Moderators, what they are reading, and their decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now
from moderation.tables.comments import Comment, Revision


class Moderator(Base):
    """A person who works in the console; `role` is one of `accounts.ROLES`.

    Without a `password_hash` nobody can log in by password: the invitation is still open, or the
    account belongs to an OpenID provider, where `subject` (issuer and `sub`) names it.
    `severe_limit` is how many severe texts a day a lead lets them read; None means no limit.
    """

    __tablename__ = "moderator"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    subject: Mapped[str | None] = mapped_column(String(500), unique=True)
    role: Mapped[str] = mapped_column(String(16), default="moderator")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    severe_limit: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class Claim(Base):
    """A lease on a comment: until it expires, one moderator is reading it."""

    __tablename__ = "claim"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    expires_at: Mapped[datetime]

    moderator: Mapped[Moderator] = relationship()


class Decision(Base):
    """A human decision, append-only; `undoes_id` marks one that takes another back.

    `charter`, `legal` and `statement` are what the author was told, as the site's reasons stood on
    that day; `bulk_id` marks a decision taken with many others at once.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index(None, "comment_id", "id"),
        Index(None, "moderator_id", "id"),
        Index(None, "bulk_id"),
        Index(None, "created_at"),
        UniqueConstraint("undoes_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"))
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    action: Mapped[str] = mapped_column(String(16))
    from_status: Mapped[str] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None]
    charter: Mapped[str | None]
    legal: Mapped[str | None]
    statement: Mapped[str | None]
    score_shown: Mapped[bool]
    open_ms: Mapped[int | None]
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))
    bulk_id: Mapped[UUID | None] = mapped_column(ForeignKey("bulk.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    comment: Mapped[Comment] = relationship(back_populates="decisions")
    revision: Mapped[Revision] = relationship()
    moderator: Mapped[Moderator] = relationship()
