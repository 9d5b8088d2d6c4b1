"""A comment as people read it: found by its id, and loaded with what is shown of it."""

from uuid import UUID

from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.orm.strategy_options import _AbstractLoad as Loading

from moderation.errors import NotFound
from moderation.tables import Comment, Revision, Verdict


def find(session: Session, comment_id: UUID, *options: ORMOption, lock: bool = False) -> Comment:
    """Look up a comment, or raise NotFound for one that was withdrawn too; `lock` it to change it.

    `options` say what is loaded with it.
    """
    comment = session.get(
        Comment, comment_id, options=options, with_for_update=lock, populate_existing=lock
    )
    if comment is None or comment.status == "removed":
        raise NotFound(f"There is no comment {comment_id}.")
    return comment


def judged() -> Loading:
    """Answer the option that loads a comment's texts with the machine's verdicts."""
    return (
        selectinload(Comment.revisions).joinedload(Revision.verdict).selectinload(Verdict.findings)
    )


def whole() -> tuple[Loading, ...]:
    """Answer the options that load a comment with its article, author, texts and verdicts."""
    return selectinload(Comment.article), selectinload(Comment.author), judged()
