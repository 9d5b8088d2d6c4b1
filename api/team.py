"""The team: who works here, with which role; inviting, disabling, letting in again."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api import login
from api.context import service
from api.labels import N_
from api.language import translate as _
from moderation import accounts, team
from moderation.accounts import ROLES, Role
from moderation.errors import Conflict, InvalidText
from moderation.tables import Moderator

blueprint = Blueprint("team", __name__, url_prefix="/team")
STATES = {
    "invited": N_("invitation en attente"),
    "active": N_("actif"),
    "disabled": N_("désactivé"),
}
TAKEN = N_("Un compte porte déjà cet identifiant.")
UNFIT = N_("Donnez un nom et un identifiant, sans caractère spécial.")
LAST = N_("Il doit rester un administrateur actif.")


@blueprint.get("", endpoint="team")
@login.needs("lead")
def show() -> str:
    """Show the team."""
    return _page()


@blueprint.post("/invite")
@login.needs("lead")
def invite() -> Any:
    """Create an account, and show once the link that lets its owner in."""
    form = request.form
    try:
        with service().database.write() as session:
            key = team.invite(
                session, login.current(), form.get("login", ""), form.get("name", ""), _role()
            )
    except (Conflict, InvalidText) as error:
        refusal = _(TAKEN) if isinstance(error, Conflict) else _(UNFIT)
        return _page(refusal=refusal, typed=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(link=_link(key), guest=form["name"])


@blueprint.post("/<uuid:account_id>/link")
@login.needs("lead")
def let_in(account_id: UUID) -> Any:
    """Make a link by which someone chooses a password anew, and show it once."""
    with service().database.write() as session:
        account = accounts.find(session, account_id)
        key = team.let_in(session, login.current(), account)
    return _page(link=_link(key), guest=account.name)


@blueprint.post("/<uuid:account_id>/role")
@login.needs("administer")
def change_role(account_id: UUID) -> Any:
    """Give someone another role."""
    role = _role()

    def change(session: Session, by: Moderator, account: Moderator) -> None:
        team.change_role(session, by, account, role)

    return _changed(account_id, change, _("Le rôle est changé."))


@blueprint.post("/<uuid:account_id>/disable")
@login.needs("lead")
def disable(account_id: UUID) -> Any:
    """Keep someone out."""
    return _changed(account_id, team.disable, _("Ce compte est désactivé."))


@blueprint.post("/<uuid:account_id>/enable")
@login.needs("lead")
def enable(account_id: UUID) -> Any:
    """Let someone work again."""
    return _changed(account_id, team.enable, _("Ce compte est de nouveau actif."))


def _changed(
    account_id: UUID, change: Callable[[Session, Moderator, Moderator], None], said: str
) -> Any:
    try:
        with service().database.write() as session:
            change(session, login.current(), accounts.find(session, account_id))
    except Conflict:
        return _page(refusal=_(LAST)), HTTPStatus.CONFLICT
    flash(said, "status")
    return redirect(url_for("team.team"), HTTPStatus.SEE_OTHER)


def _page(**values: Any) -> str:
    by = login.current()
    with service().database.read() as session:
        members = team.members(session, by)
    return render_template(
        "team.html", members=members, grants=team.grants(by), roles=ROLES, states=STATES, **values
    )


def _link(key: str) -> str:
    return url_for("links.welcome", key=key, _external=True)


def _role() -> Role:
    for role in ROLES:
        if request.form.get("role") == role:
            return role
    raise BadRequest
