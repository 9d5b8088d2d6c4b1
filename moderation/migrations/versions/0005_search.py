"""Full-text search, and scores in hundredths.

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from moderation import scores
from moderation.tables.search import Words
from moderation.terms import indexed

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WAITS = sa.text("status = 'pending'")
COLUMNS = ("text", "author", "title")
STEP = 500
OLD = "INSERT INTO searched_fts (searched_fts, rowid, text, author, title)"
OLD += " VALUES ('delete', old.id, old.text, old.author, old.title);"
NEW = "INSERT INTO searched_fts (rowid, text, author, title)"
NEW += " VALUES (new.id, new.text, new.author, new.title);"
TRIGGERS = {"insert": NEW, "delete": OLD, "update": f"{OLD} {NEW}"}


def upgrade() -> None:
    _search()
    op.add_column("comment", sa.Column("bands", sa.String(length=32), nullable=True))
    _band()
    op.create_index(
        op.f("ix_comment_status_bands_id"),
        "comment",
        ["status", "bands", "id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def _search() -> None:
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
    op.drop_index(op.f("ix_comment_status_bands_id"), "comment")
    op.drop_column("comment", "bands")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE searched_fts")
    op.drop_table("searched")


def _fill(searched: sa.Table) -> None:
    comment, revision = _tables()
    author = sa.table("author", *map(sa.column, ("id", "name")))
    article = sa.table("article", *map(sa.column, ("id", "title")))
    known = (
        sa.select(comment.c.id, revision.c.text, author.c.name, article.c.title)
        .join(revision, _current(comment, revision))
        .join(author, author.c.id == comment.c.author_id)
        .join(article, article.c.id == comment.c.article_id)
        .where(comment.c.status != "removed")
    )
    for rows in _in_steps(known, comment):
        op.get_bind().execute(searched.insert(), [_searched(row.id, row.text, row.name, row.title) for row in rows])


def _searched(comment_id: object, text: str, author: str, title: str) -> dict[str, object]:
    words = {"text": indexed(text), "author": indexed(author), "title": indexed(title)}
    return {"comment_id": comment_id, **words}


def _band() -> None:
    comment, revision = _tables()
    names = ("revision_id", "blind", "reject")
    verdict = sa.table("verdict", *map(sa.column, names), sa.column("attributes", sa.JSON()))
    known = (
        sa.select(comment.c.id, verdict.c.reject, verdict.c.attributes)
        .join(revision, _current(comment, revision))
        .join(verdict, verdict.c.revision_id == revision.c.id)
        .where(verdict.c.blind.is_(sa.false()))
    )
    change = comment.update().where(comment.c.id == sa.bindparam("comment"))
    change = change.values(bands=sa.bindparam("found"))
    for rows in _in_steps(known, comment):
        found = [(row.id, scores.bands(row.reject, row.attributes, blind=False)) for row in rows]
        op.get_bind().execute(change, [{"comment": id, "found": bands} for id, bands in found])


def _tables() -> tuple[sa.TableClause, sa.TableClause]:
    names = ("revision", "status", "author_id", "article_id", "bands")
    comment = sa.table("comment", sa.column("id", sa.Uuid()), *map(sa.column, names))
    return comment, sa.table("revision", *map(sa.column, ("id", "comment_id", "number", "text")))


def _current(comment: sa.TableClause, revision: sa.TableClause) -> sa.ColumnElement[bool]:
    same = revision.c.comment_id == comment.c.id
    return same & (revision.c.number == comment.c.revision)


def _in_steps(known: sa.Select[Any], comment: sa.TableClause) -> Iterator[Sequence[sa.Row[Any]]]:
    query = known.order_by(comment.c.id).limit(STEP)
    rows = op.get_bind().execute(query).all()
    while rows:
        yield rows
        rows = op.get_bind().execute(query.where(comment.c.id > rows[-1].id)).all()
