"""Decisions that are more than one: taken on many comments at once, or by two readers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now
from moderation.tables.comments import Comment, Revision
from moderation.tables.people import Moderator


class Bulk(Base):
    """One decision on many comments, frozen in its items when it was asked for.

    `described` says how they were selected, as an URL's query. It is worked through in steps:
    `finished_at` is when none was left. Taking it back goes in steps too, from `undo_asked_at` to
    `undone_at`. `told` is what every author reads beside the reason's own words.
    """

    __tablename__ = "bulk"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"), index=True)
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None]
    told: Mapped[str | None]
    described: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    undo_asked_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    moderator: Mapped[Moderator] = relationship()


class BulkItem(Base):
    """A comment of a bulk as it was selected.

    `outcome` is null until its turn, then `done`, or `left`: it had changed, or a colleague was
    reading it. Taken back, it is `undone`, or `kept` where it was decided or edited again since.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (Index(None, "bulk_id", "outcome"),)

    bulk_id: Mapped[UUID] = mapped_column(ForeignKey("bulk.id"), primary_key=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    revision: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))


class Reading(Base):
    """One of two readers' opinions on a comment that was drawn for double reading.

    The comment waits until both are in. `decision_id` is the decision that they led to, by
    agreement or by a lead's adjudication; `withdrawn_at` marks one that its reader took back.
    """

    __tablename__ = "reading"
    __table_args__ = (
        Index(None, "comment_id"),
        Index(None, "moderator_id", "id"),
        Index(None, "decision_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"))
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None]
    told: Mapped[str | None]
    score_shown: Mapped[bool]
    open_ms: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))

    comment: Mapped[Comment] = relationship()
    revision: Mapped[Revision] = relationship()
    moderator: Mapped[Moderator] = relationship()
