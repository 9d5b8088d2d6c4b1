"""Decisions on many comments at once: asked for, worked through in steps, taken back."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api import login, narrowing, reasons, selection, texts
from api.context import service
from api.language import translate as _
from api.selection import Chosen, Search
from moderation import accounts, bulk, bulk_choice, pending
from moderation.bulk import Order
from moderation.errors import Conflict, InvalidText
from moderation.filters import InvalidFilter
from moderation.review import Action
from moderation.tables import Bulk, Comment

blueprint = Blueprint("bulk", __name__)
EXAMPLES = 5


@blueprint.get("/bulk")
@login.needs("moderate")
def bulks() -> str:
    """Show the moderator's own bulk decisions, those to be gone on with among them."""
    with service().database.read() as session:
        rows = bulk.history(session, login.current())
        described = {row.id: _described(row) for row, _progress in rows}
        return render_template("bulks.html", rows=rows, described=described)


@blueprint.get("/bulk/new")
@login.needs("moderate")
def new() -> str:
    """Show what a decision would bear on, before it is taken."""
    chosen, action = _chosen(request.args), action_of(request.args)
    with service().database.read() as session:
        newest = session.scalar(select(Comment.id).order_by(Comment.id.desc()).limit(1))
    return _confirmation(chosen, action, newest or UUID(int=0))


@blueprint.post("/bulk")
@login.needs("moderate")
def ask() -> Any:
    """Freeze what was chosen, and lead to where it is worked through."""
    form = request.form
    chosen, action = _chosen(form), action_of(form)
    try:
        until = UUID(form.get("until", ""))
    except ValueError as error:
        raise BadRequest from error
    try:
        with service().database.write() as session:
            asked = bulk.ask(
                session,
                login.current(),
                [*chosen.conditions(session), Comment.id <= until],
                order_of(action),
                selection.written(chosen),
                form.get("expected", 0, type=int),
            )
    except InvalidText:
        g.refusal = reasons.refusal(form)
        return _confirmation(chosen, action, until), HTTPStatus.UNPROCESSABLE_ENTITY
    except Conflict:
        g.refusal = _("La sélection a changé : relisez-la, puis confirmez de nouveau.")
        return _confirmation(chosen, action, until), HTTPStatus.CONFLICT
    return redirect(url_for("bulk.one", bulk_id=asked.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/bulk/<uuid:bulk_id>")
@login.needs("moderate")
def one(bulk_id: UUID) -> str:
    """Show how far a bulk has come."""
    with service().database.read() as session:
        found = bulk.find(session, login.current(), bulk_id)
        return render_template("bulk.html", **_shown(session, found))


@blueprint.post("/bulk/<uuid:bulk_id>/step")
@login.needs("moderate")
def step(bulk_id: UUID) -> Any:
    """Take the next step of a bulk, or of its undoing."""
    with service().database.write() as session:
        found = bulk.go_on(session, login.current(), bulk_id)
        shown = _shown(session, found)
    quarter = -(-shown["total"] // 4) or 1
    shown["announced"] = shown["settled"] % quarter < bulk.STEP
    if request.headers.get("HX-Request"):
        return render_template("fragments/bulk.html", **shown, stepped=True)
    return redirect(url_for("bulk.one", bulk_id=bulk_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/bulk/<uuid:bulk_id>/undo")
@login.needs("moderate")
def undo(bulk_id: UUID) -> Any:
    """Begin to take a bulk back, and lead to where that is worked through."""
    with service().database.write() as session:
        bulk.undo(session, login.current(), bulk_id)
    return away(bulk_id)


def away(bulk_id: UUID) -> Any:
    """Lead a browser to a bulk's page, whatever it asked with."""
    page = url_for("bulk.one", bulk_id=bulk_id)
    if request.headers.get("HX-Request"):
        return "", HTTPStatus.OK, {"HX-Redirect": page}
    return redirect(page, HTTPStatus.SEE_OTHER)


def _chosen(arguments: Mapping[str, str]) -> Chosen:
    try:
        chosen = selection.read(arguments.get("chosen", ""))
    except InvalidFilter as error:
        narrowing.refuse(error)
    if isinstance(chosen, Search) and chosen.empty:
        raise BadRequest
    return chosen


def action_of(arguments: Mapping[str, str]) -> Action:
    """Read what is to be done, or answer 400."""
    asked = arguments.get("action")
    if asked == "approve":
        return "approve"
    if asked == "reject":
        return "reject"
    raise BadRequest


def order_of(action: Action) -> Order:
    """Read what is to be done with its words from the form."""
    note = request.form.get("note", "").strip() or None
    if action == "approve":
        return Order(action, note=note)
    reason, told = request.form.get("reason"), request.form.get("told", "").strip() or None
    return Order(action, reason or None, note, told)


def _confirmation(chosen: Chosen, action: Action, until: UUID) -> str:
    moderator = login.current()
    with service().database.read() as session:
        those = [*chosen.conditions(session), Comment.id <= until]
        found = bulk_choice.survey(session, moderator, those, action)
        free = [*those, *bulk_choice.free(moderator, action)]
        examples = pending.waiting(session, free, "newest", limit=EXAMPLES).comments
        unseen = texts.withheld(session, examples)
        return render_template(
            "bulk_new.html",
            chosen=chosen,
            written=selection.written(chosen),
            action=action,
            until=until,
            found=found,
            examples=[texts.quick(comment, unseen) for comment in examples],
            most=bulk_choice.MAX,
            lead_above=None if accounts.may(moderator, "lead") else bulk.LEAD_ABOVE,
        )


def _shown(session: Session, found: Bulk) -> dict[str, Any]:
    progress = bulk.progress(session, [found.id])[found.id]
    undoing = found.undo_asked_at is not None
    settled = progress.undone + progress.kept if undoing else progress.done + progress.left
    total = settled + (progress.done if undoing else progress.waiting)
    return {
        "bulk": found,
        "progress": progress,
        "described": _described(found),
        "back": selection.read(found.described).address() if found.described else None,
        "undoing": undoing,
        "going": (found.undone_at if undoing else found.finished_at) is None,
        "settled": settled,
        "total": total,
    }


def _described(found: Bulk) -> str:
    if not found.described:
        return _("Sélection effacée")
    return selection.read(found.described).words()
