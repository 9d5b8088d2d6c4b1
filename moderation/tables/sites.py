"""Sites that send comments, their keys, and their articles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now


class Site(Base):
    """A news site that sends its readers' comments, with its policy."""

    __tablename__ = "site"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)


class SiteKey(Base):
    """A site's API key; only the SHA-256 of its 256 random bits is kept."""

    __tablename__ = "site_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()


class Article(Base):
    """A page of a site that carries a thread of comments."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("site_id", "external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    external_id: Mapped[str] = mapped_column(String(255))
    url: Mapped[str]
    title: Mapped[str]
    section: Mapped[str | None] = mapped_column(String(255))
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    site: Mapped[Site] = relationship()
