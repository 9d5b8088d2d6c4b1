"""Severe texts: shown on request, counted, and no more a day than a lead thinks right."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for

from api import cards, login, texts
from api.context import service, today
from api.language import translate as _
from moderation import exposure
from moderation.comments import find
from moderation.errors import InvalidText, NotAllowed, NotFound
from moderation.tables import Moderator

blueprint = Blueprint("wellbeing", __name__)


@blueprint.post("/comments/<uuid:comment_id>/reveal")
@login.needs("moderate")
def reveal(comment_id: UUID) -> Any:
    """Show a severe text to whoever asks for it, and count it; kindly refuse beyond the limit."""
    refused = not _revealed(comment_id)
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    if request.headers.get("HX-Request"):
        with service().database.read() as session:
            text = texts.one(session, comment_id)
            return make_response(render_template("fragments/text.html", text=text), status)
    if not refused:
        return redirect(url_for("console.comment", comment_id=comment_id), HTTPStatus.SEE_OTHER)
    g.refusal = _("Votre limite du jour est atteinte : le texte reste flouté.")
    with service().database.read() as session:
        card = cards.one(session, comment_id, explain=True)
        return make_response(render_template("comment.html", card=card), status)


@blueprint.get("/account/wellbeing")
@login.needs("moderate")
def own() -> str:
    """Show a moderator how much they read today, and let them choose what is blurred."""
    with service().database.read() as session:
        read = exposure.count(session, login.current(), today())
    moderator = login.current()
    return render_template(
        "wellbeing.html", read=read, limit=moderator.severe_limit, blurs=exposure.blurs(moderator)
    )


@blueprint.post("/account/wellbeing")
@login.needs("moderate")
def choose() -> Any:
    """Keep a moderator's choice to have severe texts blurred, or not."""
    with service().database.write() as session:
        moderator = session.get_one(Moderator, login.current().id)
        exposure.set_blur(session, moderator, on=request.form.get("blur") == "1")
    flash(_("Réglage enregistré."), "status")
    return redirect(url_for("wellbeing.own"), HTTPStatus.SEE_OTHER)


@blueprint.get("/wellbeing")
@login.needs("lead")
def team() -> str:
    """Show leads how many severe texts each moderator read, and the limits."""
    return _team()


@blueprint.post("/wellbeing/<uuid:moderator_id>/limit")
@login.needs("lead")
def limit(moderator_id: UUID) -> Any:
    """Set or lift one moderator's daily limit."""
    typed = request.form.get("limit", "").strip()
    try:
        with service().database.write() as session:
            moderator = session.get(Moderator, moderator_id)
            if moderator is None or moderator.disabled_at is not None:
                raise NotFound(f"There is no moderator {moderator_id}.")
            exposure.set_limit(session, login.current(), moderator, _number(typed))
    except InvalidText:
        page = _team(refused=moderator_id, typed=typed)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Limite enregistrée."), "status")
    return redirect(url_for("wellbeing.team"), HTTPStatus.SEE_OTHER)


def _revealed(comment_id: UUID) -> bool:
    try:
        with service().database.write() as session:
            exposure.reveal(session, login.current(), find(session, comment_id), today())
    except NotAllowed:
        return False
    return True


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise InvalidText("A limit is a whole number.")
    return int(typed)


def _team(refused: UUID | None = None, typed: str = "") -> str:
    with service().database.read() as session:
        loads = exposure.loads(session, today())
        return render_template("wellbeing_team.html", loads=loads, refused=refused, typed=typed)
