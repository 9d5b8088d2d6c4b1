"""Taking a comment out of the common queue, and putting it back."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request
from werkzeug.exceptions import BadRequest

from api import cards, console, login, narrowing, waits
from api.context import service
from api.language import translate as _
from moderation import holds
from moderation.errors import Conflict, InvalidText
from moderation.holds import Seen
from moderation.tables import Hold

# Makes the counts beside the queue come again.
COUNT = {"HX-Trigger": "vigie:counts"}

blueprint = Blueprint("holds", __name__)
blueprint.add_app_template_global(waits.colleagues)


@blueprint.post("/comments/<uuid:comment_id>/aside")
@login.needs("moderate")
def set_aside(comment_id: UUID) -> Any:
    """Set a comment aside, with a note if there is one to leave."""
    seen, note = _seen(), request.form.get("hold_note")
    try:
        with service().database.write() as session:
            hold = holds.set_aside(session, login.current(), comment_id, seen, note)
    except (Conflict, InvalidText) as error:
        return _refused(comment_id, "aside", error)
    return _held(hold, _("Mis de côté."))


@blueprint.post("/comments/<uuid:comment_id>/escalate")
@login.needs("moderate")
def escalate(comment_id: UUID) -> Any:
    """Pass a comment to a colleague or a role."""
    seen, note = _seen(), request.form.get("hold_note")
    try:
        with service().database.write() as session:
            hold = holds.escalate(session, login.current(), comment_id, seen, _to(), note)
    except (Conflict, InvalidText) as error:
        return _refused(comment_id, "escalated", error)
    return _held(hold, _("Transmis."))


@blueprint.post("/comments/<uuid:comment_id>/return")
@login.needs("moderate")
def give_back(comment_id: UUID) -> Any:
    """Put a held comment back into the queue; show its card again where this takes a hold back."""
    try:
        with service().database.write() as session:
            holds.give_back(session, login.current(), comment_id, _seen())
    except Conflict as error:
        return _refused(comment_id, "return", error)
    if not request.headers.get("HX-Request"):
        flash(_("Remis dans la file."), "status")
        return redirect(narrowing.back(), HTTPStatus.SEE_OTHER)
    if not request.values.get("undo"):
        return render_template("fragments/returned.html"), COUNT
    with service().database.read() as session:
        card = cards.one(session, comment_id)
        return render_template("fragments/card.html", card=card), COUNT


def _held(hold: Hold, said: str) -> Any:
    if request.headers.get("HX-Request"):
        return render_template("fragments/held.html", hold=hold, said=said, seen=_seen()), COUNT
    flash(said, "status")
    return redirect(narrowing.back(), HTTPStatus.SEE_OTHER)


def _refused(comment_id: UUID, kind: str, error: Conflict | InvalidText) -> Any:
    conflict = isinstance(error, Conflict)
    g.holding = kind
    g.refusal = (
        _("Rien n’a été enregistré : ce commentaire a changé, ou un collègue le lit.")
        if conflict
        else _("Rien n’a été enregistré : vérifiez le destinataire et la note.")
    )
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    return console.card_again(comment_id, status)


def _seen() -> Seen:
    # A hold's undo has them in its address: whoever presses it by key sends no form.
    shown = request.values
    try:
        revision = int(shown["revision"])
    except ValueError as error:
        raise BadRequest from error
    held = shown.get("held") or None
    return Seen(revision, shown["status"], held)  # type: ignore[arg-type] # compared, never stored


def _to() -> Any:
    """Read whom a comment is passed to: an account's id, or a role; `holds` judges either."""
    asked = request.form.get("to", "")
    try:
        return UUID(asked)
    except ValueError:
        return asked
