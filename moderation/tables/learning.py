"""Model versions, how they were measured, and which one was put to serve."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from moderation.tables.base import Base, now


class ModelVersion(Base):
    """An artefact known to this installation; at most one is the champion."""

    __tablename__ = "model_version"
    __table_args__ = (
        Index(
            "uq_model_version_champion",
            "state",
            unique=True,
            sqlite_where=text("state = 'champion'"),
            postgresql_where=text("state = 'champion'"),
        ),
    )

    version: Mapped[str] = mapped_column(String(100), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    card: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Evaluation(Base):
    """A candidate measured beside a champion on one frozen split."""

    __tablename__ = "evaluation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    version: Mapped[str] = mapped_column(ForeignKey("model_version.version"))
    against: Mapped[str | None] = mapped_column(ForeignKey("model_version.version"))
    split_digest: Mapped[str] = mapped_column(String(64))
    metrics: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Promotion(Base):
    """A change of champion: who made it, on which evidence, and why if it was forced."""

    __tablename__ = "promotion"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    version: Mapped[str] = mapped_column(ForeignKey("model_version.version"))
    previous: Mapped[str | None] = mapped_column(ForeignKey("model_version.version"))
    kind: Mapped[str] = mapped_column(String(16))
    forced: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str | None]
    by: Mapped[str]
    evaluation_id: Mapped[UUID | None] = mapped_column(ForeignKey("evaluation.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
