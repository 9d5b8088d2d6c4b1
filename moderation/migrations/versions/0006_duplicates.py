"""Near-duplicates, and an author's comments in their order.

Revision ID: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from moderation import likeness

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STEP = 500
COMPARED_MAX = 10


def upgrade() -> None:
    duplicate = op.create_table(
        "duplicate",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_duplicate_comment_id")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["comment.id"], name=op.f("fk_duplicate_leader_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_duplicate")),
    )
    key = op.create_table(
        "duplicate_key",
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["comment.id"], name=op.f("fk_duplicate_key_leader_id")
        ),
        sa.PrimaryKeyConstraint("key", "leader_id", name=op.f("pk_duplicate_key")),
        sqlite_with_rowid=False,
    )
    _fill(duplicate, key)
    op.create_index(op.f("ix_duplicate_leader_id"), "duplicate", ["leader_id"])
    op.create_index(op.f("ix_duplicate_key_leader_id"), "duplicate_key", ["leader_id"])
    op.create_index(op.f("ix_comment_author_id_id"), "comment", ["author_id", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_comment_author_id_id"), "comment")
    op.drop_table("duplicate_key")
    op.drop_table("duplicate")


def _fill(duplicate: sa.Table, keys: sa.Table) -> None:
    """Place every comment in order of arrival, as `duplicates.place` does each new one."""
    connection = op.get_bind()
    named = sa.column("id", sa.Uuid())
    comment = sa.table("comment", named, *map(sa.column, ("revision", "status")))
    named = sa.column("comment_id", sa.Uuid())
    text = sa.table("revision", named, *map(sa.column, ("number", "text")))
    newest = (text.c.comment_id == comment.c.id) & (text.c.number == comment.c.revision)
    texts = sa.select(comment.c.id, text.c.text).join(text, newest)
    known = texts.where(comment.c.status != "removed").order_by(comment.c.id).limit(STEP)
    rows = connection.execute(known).all()
    while rows:
        for comment_id, said in rows:
            words = likeness.bare(said)
            if not words:
                continue
            own = likeness.keys(words)
            near = connection.scalars(_sharing(keys, own)).all()
            near_texts = dict(connection.execute(texts.where(comment.c.id.in_(near))).all())
            alike = (one for one in near if likeness.alike(likeness.bare(near_texts[one]), words))
            leader = next(alike, comment_id)
            connection.execute(
                duplicate.insert(), {"comment_id": comment_id, "leader_id": leader}
            )
            if leader == comment_id:
                connection.execute(
                    keys.insert(), [{"key": one, "leader_id": leader} for one in own]
                )
        rows = connection.execute(known.where(comment.c.id > rows[-1].id)).all()


def _sharing(keys: sa.Table, own: list[int]) -> sa.Select[Any]:
    return (
        sa.select(keys.c.leader_id)
        .where(keys.c.key.in_(own))
        .group_by(keys.c.leader_id)
        .order_by(sa.func.count().desc(), keys.c.leader_id)
        .limit(COMPARED_MAX)
    )
