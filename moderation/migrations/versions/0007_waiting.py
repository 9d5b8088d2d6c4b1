"""The rules that found something, beside the comment; an index of all that queues go by.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITS = sa.text("status = 'pending'")
WAITING = ["status", "rank", "id", "bands", "rules", "severe", "article_id", "author_id", "site_id"]


def upgrade() -> None:
    op.add_column("comment", sa.Column("rules", sa.Text(), nullable=False, server_default=""))
    comment = sa.table("comment", *map(sa.column, ("id", "revision", "rules")))
    text = sa.table("revision", *map(sa.column, ("id", "comment_id", "number")))
    finding = sa.table("finding", *map(sa.column, ("revision_id", "rule")))
    newest = (text.c.comment_id == comment.c.id) & (text.c.number == comment.c.revision)
    of_newest = newest & (finding.c.revision_id == text.c.id)
    spaced = sa.literal_column("' ' || finding.rule || ' '", sa.Text())
    found = sa.select(sa.func.aggregate_strings(spaced, "")).where(of_newest).correlate(comment)
    some = sa.exists().where(of_newest).correlate(comment)
    op.execute(comment.update().where(some).values(rules=found.scalar_subquery()))
    op.create_index(
        "ix_comment_waiting", "comment", WAITING, sqlite_where=WAITS, postgresql_where=WAITS
    )


def downgrade() -> None:
    op.drop_index("ix_comment_waiting", "comment")
    op.drop_column("comment", "rules")
