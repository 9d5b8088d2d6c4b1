"""A moderator's own shortcuts: other keys, another tool's keys, or none."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from api import login, shortcuts
from api.context import service
from api.language import translate as _
from moderation import journal
from moderation.tables import Moderator

blueprint = Blueprint("preferences", __name__)


@blueprint.get("/account/shortcuts", endpoint="shortcuts")
@login.required
def keys() -> str:
    """Show which key does what, to be changed."""
    return render_template("shortcuts.html", asked=shortcuts.all_keys(), refusals={})


@blueprint.post("/account/shortcuts")
@login.required
def change_keys() -> Any:
    """Keep the keys that were asked for, unless one of them cannot be had."""
    form = request.form
    try:
        asked = {name: form[name].strip().lower() for name in shortcuts.PRESETS["vigie"]}
    except KeyError as error:
        raise BadRequest from error
    refusals = shortcuts.refusals(asked)
    if refusals:
        page = render_template("shortcuts.html", asked=asked, refusals=refusals)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _kept({"keys": asked, "off": "on" not in form})


@blueprint.post("/account/shortcuts/<any(vigie, coral):preset>")
@login.required
def use_preset(preset: str) -> Any:
    """Take the keys of a tool that one is used to."""
    return _kept({"keys": shortcuts.PRESETS[preset], "off": False})


def _kept(chosen: dict[str, Any]) -> Any:
    with service().database.write() as session:
        moderator = session.get_one(Moderator, login.current().id)
        moderator.preferences = {**moderator.preferences, "shortcuts": chosen}
        journal.record(session, moderator, "account.shortcuts", moderator.id)
    flash(_("Raccourcis enregistrés."), "status")
    return redirect(url_for("preferences.shortcuts"), HTTPStatus.SEE_OTHER)
