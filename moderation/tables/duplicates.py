"""Comments that say nearly the same, in groups that each have a leader."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from moderation.tables.base import Base


class Duplicate(Base):
    """A comment's place: beside the `leader_id` that it resembles, its own id without any."""

    __tablename__ = "duplicate"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), index=True)


class DuplicateKey(Base):
    """A key of a leader's text (see `likeness`): a new text with the same one may resemble it."""

    __tablename__ = "duplicate_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own declaration

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, index=True)
