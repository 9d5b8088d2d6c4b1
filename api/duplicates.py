"""Comments that say nearly the same, read side by side and decided together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api import changes, login, reasons, selection, texts
from api.bulk import action_of, order_of
from api.changes import Part
from api.context import service
from api.language import translate as _
from api.pieces import plain
from api.selection import Like
from moderation import bulk, bulk_choice, duplicates
from moderation.comments import find, whole
from moderation.errors import Conflict, InvalidText
from moderation.tables import Comment

blueprint = Blueprint("duplicates", __name__)
# Longer texts are shown without what changed in them: a page has many.
COMPARED_MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """A comment of the list, with what differs in it; `free` when it may be decided on here."""

    comment: Comment
    parts: Sequence[Part]
    free: bool


@blueprint.get("/comments/<uuid:comment_id>/similar")
@login.needs("moderate")
def similar(comment_id: UUID) -> str:
    """List the comments that resemble one."""
    with service().database.read() as session:
        return _page(session, comment_id)


@blueprint.post("/comments/<uuid:comment_id>/similar")
@login.needs("moderate")
def decide(comment_id: UUID) -> Any:
    """Decide on the comments that were ticked, at once."""
    order = order_of(action_of(request.form))
    ticked = _ticked()
    try:
        with service().database.write() as session:
            group = _group(session, comment_id)
            known = {(comment.id, comment.revision) for comment in group}
            those = tuple_(Comment.id, Comment.revision).in_(known & ticked)
            asked = bulk.ask(
                session,
                login.current(),
                [those, Comment.status == "pending"],
                order,
                selection.written(Like(comment_id)),
                len(ticked),
            )
    except InvalidText:
        return _refused(comment_id, reasons.refusal(request.form), HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict:
        changed = _("Rien n’a été enregistré : aucun des textes cochés n’est à traiter.")
        return _refused(comment_id, changed, HTTPStatus.CONFLICT)
    return redirect(url_for("bulk.one", bulk_id=asked.id), HTTPStatus.SEE_OTHER)


def _group(session: Session, comment_id: UUID) -> list[Comment]:
    comment = find(session, comment_id, *whole())
    return [comment, *duplicates.resembling(session, comment)]


def _page(session: Session, comment_id: UUID, **said: str) -> str:
    comment, *_others = group = _group(session, comment_id)
    unseen = texts.withheld(session, group)
    free = _free(session, group)
    rows = [
        Row(row, [] if row.id in unseen.comments else _parts(comment, row), row.id in free)
        for row in group
    ]
    full = len(rows) > duplicates.COUNTED_MAX
    chosen = selection.written(Like(comment_id)) if full else None
    return render_template("similar.html", comment=comment, rows=rows, chosen=chosen, **said)


def _free(session: Session, group: Sequence[Comment]) -> Collection[UUID]:
    """Find the comments that a bulk decision would bear on."""
    query = select(Comment.id).where(
        Comment.id.in_([comment.id for comment in group]),
        Comment.status == "pending",
        *bulk_choice.free(login.current(), "reject"),
    )
    return set(session.scalars(query))


def _parts(comment: Comment, other: Comment) -> Sequence[Part]:
    text = other.latest.text
    long = max(len(text), len(comment.latest.text)) > COMPARED_MAX_LENGTH
    if other is comment or long:
        return [Part(changed=False, pieces=plain(text))]
    [change] = changes.between([comment.latest, other.latest])
    return change.new


def _ticked() -> set[tuple[UUID, int]]:
    """Read which comments were ticked, each at the revision that was shown."""
    try:
        pairs = [value.split("/") for value in request.form.getlist("comment")]
        return {(UUID(comment), int(revision)) for comment, revision in pairs}
    except ValueError as error:
        raise BadRequest from error


def _refused(comment_id: UUID, refusal: str, status: HTTPStatus) -> Any:
    """Show the list again, with why nothing was decided and all that was typed."""
    with service().database.read() as session:
        return make_response(_page(session, comment_id, refusal=refusal), status)
