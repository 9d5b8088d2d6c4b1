"""What takes a comment out of the common queue or brings it back, and how moderators find it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.authors import Refusal
from moderation.tables.base import Base, now
from moderation.tables.comments import Comment
from moderation.tables.people import Decision, Moderator


class Hold(Base):
    """A comment taken out of the common queue: set `aside`, or `escalated` to somebody.

    An escalation goes to a colleague (`to_moderator_id`) or to a role (`to_role`), never to both.
    """

    __tablename__ = "hold"
    __table_args__ = (Index(None, "kind"),)

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    to_moderator_id: Mapped[UUID | None] = mapped_column(ForeignKey("moderator.id"))
    to_role: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    comment: Mapped[Comment] = relationship()
    moderator: Mapped[Moderator] = relationship(foreign_keys=[moderator_id])
    to_moderator: Mapped[Moderator | None] = relationship(foreign_keys=[to_moderator_id])


class Flag(Base):
    """A reader's report of a comment; `reporter` is a keyed fingerprint, one flag a reader.

    `decision_id` is the decision that answered it.
    """

    __tablename__ = "flag"
    __table_args__ = (
        Index(None, "resolved_at", "comment_id"),
        UniqueConstraint("comment_id", "reporter"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    reason: Mapped[str] = mapped_column(String(32))
    details: Mapped[str | None]
    reporter: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    resolved_at: Mapped[datetime | None]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"), index=True)

    comment: Mapped[Comment] = relationship()


class Appeal(Base):
    """An author's appeal against a decision, or against a sanction's refusal (`refusal_id`).

    `answer_id` is the decision that settled it.
    """

    __tablename__ = "appeal"
    __table_args__ = (Index(None, "settled_at", "comment_id"), Index(None, "comment_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))
    refusal_id: Mapped[UUID | None] = mapped_column(ForeignKey("refusal.revision_id"))
    message: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    answer_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"), index=True)

    comment: Mapped[Comment] = relationship()
    decision: Mapped[Decision | None] = relationship(foreign_keys=[decision_id])
    refusal: Mapped[Refusal | None] = relationship()
    answer: Mapped[Decision | None] = relationship(foreign_keys=[answer_id])


class SavedView(Base):
    """Filters that a moderator named; a `shared` one is everybody's. `query` is an URL's query."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("moderator_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"))
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Watch(Base):
    """An article that a moderator keeps an eye on."""

    __tablename__ = "watch"

    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderator.id"), primary_key=True)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
