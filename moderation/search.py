"""Full-text search: the index, kept in the transaction of each change, and its questions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    cast,
    column,
    delete,
    false,
    literal_column,
    not_,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from moderation.database import upsert
from moderation.tables import Article, Author, Comment, Searched
from moderation.tables.search import FTS
from moderation.terms import Question, Term, indexed


def index(session: Session, comment: Comment, text: str) -> None:
    """Make a comment found by its newest text, its author's name and its article's title."""
    upsert(
        session,
        Searched,
        "comment_id",
        comment_id=comment.id,
        text=indexed(text),
        author=indexed(session.get_one(Author, comment.author_id).name),
        title=indexed(session.get_one(Article, comment.article_id).title),
    )


def rename(session: Session, row: Author | Article) -> None:
    """Find an author's or an article's comments by its new name or title from now on."""
    if isinstance(row, Author):
        comments = select(Comment.id).where(Comment.author_id == row.id)
        named = {"author": indexed(row.name)}
    else:
        comments = select(Comment.id).where(Comment.article_id == row.id)
        named = {"title": indexed(row.title)}
    session.execute(update(Searched).where(Searched.comment_id.in_(comments)).values(named))


def forget(session: Session, comments: Sequence[UUID]) -> None:
    """Find removed comments no more."""
    session.execute(delete(Searched).where(Searched.comment_id.in_(comments)))


def matching(session: Session, question: Question) -> ColumnElement[bool]:
    """Answer the condition on `Comment` that a question sets; an empty one is met by none."""
    if not question:
        return false()
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    conditions = _met_on_postgresql(question) if on_postgresql else _met_on_sqlite(question)
    return Comment.id.in_(select(Searched.comment_id).where(*conditions))


def _met_on_postgresql(question: Question) -> list[ColumnElement[bool]]:
    wanted = [_in_any_column(term) for term in question.wanted]
    return [*wanted, *(not_(_in_any_column(term)) for term in question.unwanted)]


def _in_any_column(term: Term) -> ColumnElement[bool]:
    phrase = " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")
    asked = cast(phrase, TSQUERY)
    columns = (Searched.text, Searched.author, Searched.title)
    return or_(*(place.bool_op("@@")(asked) for place in columns))


def _met_on_sqlite(question: Question) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.wanted:
        conditions.append(Searched.id.in_(_rows(" AND ".join(map(_quoted, question.wanted)))))
    if question.unwanted:
        conditions.append(Searched.id.not_in(_rows(" OR ".join(map(_quoted, question.unwanted)))))
    return conditions


def _rows(asked: str) -> Select[tuple[int]]:
    rows = table(FTS, column("rowid", Integer))
    return select(rows.c.rowid).where(literal_column(FTS).bool_op("MATCH")(asked))


def _quoted(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")
