"""What ties an installation to others' systems: foreign decisions, secrets, usage, webhooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now
from moderation.tables.sites import Site


class DecisionOrigin(Base):
    """Where a decision taken in another tool came from: its protocol, and what it told of itself.

    `details` holds ids only (client token, community, the tool's comment ids), no personal data.
    """

    __tablename__ = "decision_origin"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, Any]]


class CoralSecret(Base):
    """A signing secret that Coral made for a site's external phase; two may be active at once.

    Kept as it is: a signature cannot be checked against a digest.
    """

    __tablename__ = "coral_secret"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), index=True)
    secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]


class AkismetUsage(Base):
    """What one blog asked through the Akismet facade in a month (`2026-11`), as counts."""

    __tablename__ = "akismet_usage"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    blog: Mapped[str] = mapped_column(String(255), primary_key=True)
    api_calls: Mapped[int] = mapped_column(default=0)
    spam: Mapped[int] = mapped_column(default=0)
    ham: Mapped[int] = mapped_column(default=0)
    missed_spam: Mapped[int] = mapped_column(default=0)
    false_positives: Mapped[int] = mapped_column(default=0)


class Webhook(Base):
    """An address of a site that is told what becomes of its comments.

    `failures` counts the times in a row that it could not be reached; until `retry_at` it is left
    in peace.
    """

    __tablename__ = "webhook"
    __table_args__ = (UniqueConstraint("site_id", "url"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str]
    events: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()


class Delivery(Base):
    """One event to tell one webhook: written with the change, delivered later by a worker.

    `number` is the order of the changes of a comment, since each is made under a lock. `body` is
    what is signed and sent, byte for byte. A row waits while `settled_at` is null; it is settled
    when the receiver took it, or when it was given up at `expires_at`.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "settled_at", "due_at"),
        Index(None, "webhook_id", "comment_id", "number"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    id: Mapped[UUID] = mapped_column(default=uuid7, unique=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    event: Mapped[str] = mapped_column(String(32))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    webhook: Mapped[Webhook] = relationship()
