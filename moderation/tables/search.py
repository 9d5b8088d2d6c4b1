"""What full-text search looks in: a row of folded words for each comment that is not removed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, ForeignKey, Index, Text, TypeDecorator
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from moderation.tables.base import Base

# SQLite searches in a table of its own that triggers keep in step; it brings helpers along.
FTS = "searched_fts"
FTS_TABLES = frozenset({FTS, *(f"{FTS}_{part}" for part in ("config", "data", "docsize", "idx"))})
# PostgreSQL counts no further, and keeps no more of them for a word.
POSITION_MAX = 16_383


class Words(TypeDecorator[list[str]]):
    """Folded words in their order: a `tsvector` on PostgreSQL, spaced out elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the database's own type."""
        kind = TSVECTOR() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        """Write words, of letters and digits alone, as the database reads them."""
        if dialect.name != "postgresql":
            return " ".join(value or ())
        placed = enumerate(value or (), start=1)
        return " ".join(f"'{word}':{min(place, POSITION_MAX)}" for place, word in placed)


def _index(column: str) -> Index:
    # SQLite has its own index: there this one, of no row, only keeps the two schemas the same.
    return Index(None, column, postgresql_using="gin", sqlite_where=sql("0"))


class Searched(Base):
    """The words that find a comment, folded by `terms`; ids go up as comments arrive."""

    __tablename__ = "searched"
    __table_args__ = (_index("text"), _index("author"), _index("title"))

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), unique=True)
    text: Mapped[list[str]] = mapped_column(Words)
    author: Mapped[list[str]] = mapped_column(Words)
    title: Mapped[list[str]] = mapped_column(Words)


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave SQLite's own search tables out of a comparison of schemas."""
    return kind != "table" or name not in FTS_TABLES
