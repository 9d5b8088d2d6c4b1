"""Comments: who wrote them, every text they had, and what the machine made of each."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now
from moderation.tables.sites import Article, Site

if TYPE_CHECKING:
    from moderation.tables.authors import Refusal
    from moderation.tables.people import Decision

WAITS = text("status = 'pending'")
_WAITING = (
    "status",
    "rank",
    "id",
    "bands",
    "rules",
    "severe",
    "article_id",
    "author_id",
    "site_id",
)


class Author(Base):
    """A reader who comments; `identity` is the site's own id or an e-mail's fingerprint, if any."""

    __tablename__ = "author"
    __table_args__ = (UniqueConstraint("site_id", "identity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    identity: Mapped[str | None] = mapped_column(String(300))
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    erased_at: Mapped[datetime | None]


class Comment(Base):
    """A reader's comment: where it stands now; its texts are in its revisions.

    `rank` is its place in the queue (see `policy.Verdict`), `bands` its scores in hundredths (see
    `scores`), which a blind card has none of, `rules` those that found something in its newest
    text, each between spaces. `root_id` is the comment that opens its thread: its
    own id when it answers none that we know. `changed_at` follows every change of the row.
    """

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("site_id", "external_id"),
        Index(None, "status", "rank", "id"),
        Index(None, "status", "id"),
        Index(None, "site_id", "status", "id"),
        Index(None, "article_id", "status", "root_id"),
        Index(None, "root_id"),
        Index(None, "author_id", "status"),
        Index(None, "author_id", "id"),
        Index(None, "site_id", "parent_external_id"),
        Index(None, "status", "article_id", sqlite_where=WAITS, postgresql_where=WAITS),
        Index(None, "status", "bands", "id", sqlite_where=WAITS, postgresql_where=WAITS),
        # All that a queue is ordered and narrowed by, so that no row is read but those shown.
        Index("ix_comment_waiting", *_WAITING, sqlite_where=WAITS, postgresql_where=WAITS),
        Index(None, "changed_at"),
        Index(None, "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("author.id"))
    external_id: Mapped[str] = mapped_column(String(255))
    parent_external_id: Mapped[str | None] = mapped_column(String(255))
    root_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(default=1)
    rank: Mapped[float]
    severe: Mapped[bool] = mapped_column(default=False)
    bands: Mapped[str | None] = mapped_column(String(32))
    rules: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    site: Mapped[Site] = relationship()
    article: Mapped[Article] = relationship()
    author: Mapped[Author] = relationship()
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="comment", order_by="Revision.number"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="comment", order_by="Decision.id"
    )

    @property
    def latest(self) -> "Revision":
        """The revision that readers and moderators see."""
        return self.revisions[-1]

    @property
    def blind(self) -> bool:
        """Whether moderators must see neither its score nor what was found in it."""
        return self.status == "pending" and self.latest.verdict.blind


# Written out: with a parameter in its place, the indexes of the comments that wait are not used.
WAITING = Comment.status == literal_column("'pending'")


class Revision(Base):
    """One text of a comment; `fingerprint` is the SHA-256 of its normalised spelling."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("comment_id", "number"),
        Index(None, "fingerprint", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"))
    number: Mapped[int]
    text: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)

    comment: Mapped[Comment] = relationship(back_populates="revisions")
    verdict: Mapped["Verdict"] = relationship(back_populates="revision")
    refusal: Mapped["Refusal | None"] = relationship(back_populates="revision")


class Verdict(Base):
    """What the machine made of a revision; a null score means that no model could be had."""

    __tablename__ = "verdict"

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    blind: Mapped[bool]
    reject: Mapped[float | None]
    attributes: Mapped[dict[str, Any]]
    threshold: Mapped[float | None]
    inclusion: Mapped[float]
    model_version: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)

    revision: Mapped[Revision] = relationship(back_populates="verdict")
    findings: Mapped[list["FindingRow"]] = relationship(order_by="FindingRow.position")


class FindingRow(Base):
    """A rule's finding on a revision, kept as it was told."""

    __tablename__ = "finding"
    __table_args__ = (Index(None, "rule", "revision_id"),)

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.revision_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str]
    values: Mapped[dict[str, Any]]
    spans: Mapped[list[Any]]
