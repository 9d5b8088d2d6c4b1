"""What every table shares: UTC moments, ids in order of arrival, names of constraints."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase


class UtcDateTime(TypeDecorator[datetime]):
    """Store moments in UTC, refuse naive ones, and give SQLite's back their time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a moment to UTC; a naive one raises ValueError."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark what SQLite forgot: every stored moment is UTC."""
        return value.replace(tzinfo=UTC) if value and not value.tzinfo else value


def now() -> datetime:
    """Tell the present moment, in UTC."""
    return datetime.now(UTC)


def first_id(moment: datetime) -> UUID:
    """Answer the first id of a moment: UUIDv7 begin with their milliseconds, and are in indexes."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


class Base(DeclarativeBase):
    """Base of every table; ids are UUIDv7, so that their order is the order of arrival."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: Text,
    }
