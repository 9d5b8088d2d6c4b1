"""Full-text search.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from moderation.tables.search import Words
from moderation.terms import indexed

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = ("text", "author", "title")
STEP = 500
OLD = "INSERT INTO searched_fts (searched_fts, rowid, text, author, title)"
OLD += " VALUES ('delete', old.id, old.text, old.author, old.title);"
NEW = "INSERT INTO searched_fts (rowid, text, author, title)"
NEW += " VALUES (new.id, new.text, new.author, new.title);"
TRIGGERS = {"insert": NEW, "delete": OLD, "update": f"{OLD} {NEW}"}


def upgrade() -> None:
    searched = op.create_table(
        "searched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, Words(), nullable=False) for name in COLUMNS),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_searched_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searched")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_searched_comment_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE searched_fts USING fts5(text, author, title,"
            " content='searched', content_rowid='id', prefix='2 3',"
            " tokenize='unicode61 remove_diacritics 0')"
        )
        for event, work in TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER searched_{event} AFTER {event.upper()} ON searched"
                f" BEGIN {work} END"
            )
    _fill(searched)
    for name in COLUMNS:
        op.create_index(
            op.f(f"ix_searched_{name}"),
            "searched",
            [name],
            postgresql_using="gin",
            sqlite_where=sa.text("0"),
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE searched_fts")
    op.drop_table("searched")


def _fill(searched: sa.Table) -> None:
    connection = op.get_bind()
    names = ("revision", "status", "author_id", "article_id")
    comment = sa.table("comment", sa.column("id", sa.Uuid()), *map(sa.column, names))
    text = sa.table("revision", *map(sa.column, ("comment_id", "number", "text")))
    author = sa.table("author", *map(sa.column, ("id", "name")))
    article = sa.table("article", *map(sa.column, ("id", "title")))
    current = (text.c.comment_id == comment.c.id) & (text.c.number == comment.c.revision)
    known = (
        sa.select(comment.c.id, text.c.text, author.c.name, article.c.title)
        .join(text, current)
        .join(author, author.c.id == comment.c.author_id)
        .join(article, article.c.id == comment.c.article_id)
        .where(comment.c.status != "removed")
        .order_by(comment.c.id)
        .limit(STEP)
    )
    after: object = None
    while True:
        query = known if after is None else known.where(comment.c.id > after)
        rows = connection.execute(query).all()
        if not rows:
            return
        connection.execute(searched.insert(), [_searched(*row) for row in rows])
        after = rows[-1].id


def _searched(comment_id: object, text: str, author: str, title: str) -> dict[str, object]:
    words = {"text": indexed(text), "author": indexed(author), "title": indexed(title)}
    return {"comment_id": comment_id, **words}
