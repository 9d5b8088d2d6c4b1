"""Adjudication: the comments whose two readers differ, for a lead to settle."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from api import cards, deciding, login
from api.context import service
from api.language import translate as _
from moderation import adjudication as disputes
from moderation.errors import Conflict, InvalidText, NotAllowed

blueprint = Blueprint("adjudication", __name__)
PAGE = 10


@blueprint.get("/adjudication")
@login.needs("lead")
def adjudication() -> str:
    """Show the oldest disagreements that the lead may settle, with both readings."""
    with service().database.read() as session:
        found = disputes.disagreements(session, login.current())
        shown = [(cards.one(session, each.comment_id), each) for each in found[:PAGE]]
        return render_template(
            "adjudication.html",
            disputes=shown,
            total=len(found),
            deciding="adjudication.decide",
        )


@blueprint.post("/adjudication/<uuid:comment_id>/decision")
@login.needs("lead")
def decide(comment_id: UUID) -> Any:
    """Settle a disagreement, and show what became of the card."""
    asked = deciding.asked()
    try:
        with service().database.write() as session:
            decision = disputes.adjudicate(
                session,
                login.current(),
                comment_id,
                asked.action,
                asked.shown,
                asked.reason,
                asked.note,
                asked.told,
            )
    except (Conflict, InvalidText, NotAllowed) as error:
        return _refused(comment_id, error)
    if request.headers.get("HX-Request"):
        return render_template("fragments/decided.html", decision=decision)
    flash(_("Désaccord départagé."), f"undo:{decision.id}")
    return redirect(url_for("adjudication.adjudication"), HTTPStatus.SEE_OTHER)


def _refused(comment_id: UUID, error: Conflict | InvalidText | NotAllowed) -> Any:
    """Show why nothing was settled, on the card as it now stands, with the note kept."""
    own = _("Vous avez lu ce commentaire : laissez un autre responsable le départager.")
    status = deciding.refuse(error, own)
    with service().database.read() as session:
        found = disputes.disagreements(session, login.current())
        shown: dict[str, Any] = {"card": cards.one(session, comment_id, explain=True)}
        for disagreement in found:
            if disagreement.comment_id == comment_id:
                shown |= {"disagreement": disagreement, "deciding": "adjudication.decide"}
        page = "fragments/card.html" if request.headers.get("HX-Request") else "comment.html"
        return make_response(render_template(page, **shown), status)
