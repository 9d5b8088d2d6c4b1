"""Run migrations on the connection that `Database` hands over."""

from typing import Any, Literal

from alembic import context

from moderation.tables import Base, UtcDateTime
from moderation.tables.search import ours


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they are stored in."""
    plain = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if plain else False


connection = context.config.attributes["connection"]
# SQLite alters tables by copying them: batch mode.
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    include_name=ours,
)
with context.begin_transaction():
    context.run_migrations()
