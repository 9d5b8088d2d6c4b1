"""What moderators hold against an author, and what they wrote down about one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now
from moderation.tables.comments import Author, Revision
from moderation.tables.people import Moderator


class Sanction(Base):
    """A measure against an author of one site: `warning`, `premoderation`, `suspension` or `ban`.

    It runs until `ends_at`, for good without one, and never after `lifted_at`.
    """

    __tablename__ = "sanction"
    __table_args__ = (Index(None, "author_id", "ends_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("author.id"))
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str | None]
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("moderator.id"))

    author: Mapped[Author] = relationship()
    moderator: Mapped[Moderator] = relationship(foreign_keys=[moderator_id])
    lifted_by: Mapped[Moderator | None] = relationship(foreign_keys=[lifted_by_id])


class Refusal(Base):
    """What the author of a revision was told when a sanction refused it.

    `charter`, `legal` and `statement` are kept as they were told on that day, as a decision's are.
    """

    __tablename__ = "refusal"

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    sanction_id: Mapped[UUID] = mapped_column(ForeignKey("sanction.id"))
    charter: Mapped[str | None]
    legal: Mapped[str | None]
    statement: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    revision: Mapped[Revision] = relationship(back_populates="refusal")
    sanction: Mapped[Sanction] = relationship()


class AuthorNote(Base):
    """A moderator's note on an author, for the team only."""

    __tablename__ = "author_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("author.id"), index=True)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)

    moderator: Mapped[Moderator] = relationship()
