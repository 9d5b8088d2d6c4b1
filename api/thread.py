"""The thread around a comment: beside its card, and whole on a page."""

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.exceptions import BadRequest

from api import login, texts
from api.context import service
from moderation import threads
from moderation.comments import find, whole

blueprint = Blueprint("thread", __name__)


@blueprint.get("/comments/<uuid:comment_id>/around")
@login.needs("moderate")
def around(comment_id: UUID) -> str:
    """Show what a comment answers, and what answers it."""
    with service().database.read() as session:
        comment = find(session, comment_id, *whole())
        around = threads.around(session, comment)
        lines = [*around.ancestors, comment, *around.answers]
        return render_template(
            "fragments/around.html",
            comment=comment,
            around=around,
            unseen=texts.withheld(session, lines),
            counts=threads.by_status(session, comment.article_id),
        )


@blueprint.get("/comments/<uuid:comment_id>/thread")
@login.needs("moderate")
def thread(comment_id: UUID) -> str:
    """Show a comment's whole thread, whatever became of each."""
    with service().database.read() as session:
        comment = find(session, comment_id, *whole())
        entries, more = threads.whole_thread(session, comment, _after())
        return render_template(
            "thread.html",
            comment=comment,
            entries=entries,
            unseen=texts.withheld(session, [entry.comment for entry in entries]),
            more=more,
            counts=threads.by_status(session, comment.article_id),
        )


def _after() -> UUID | None:
    try:
        return UUID(request.args["after"]) if "after" in request.args else None
    except ValueError as error:
        raise BadRequest from error
