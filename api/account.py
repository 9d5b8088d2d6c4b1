"""One's own account: name, password, and the browsers in which one is logged in."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)

from api import login
from api.context import service
from api.labels import N_
from api.language import translate as _
from moderation import accounts, journal, login_sessions
from moderation.errors import InvalidText
from moderation.tables import Moderator

blueprint = Blueprint("account", __name__, url_prefix="/account")
WEAKNESSES = {
    "short": N_("Choisissez un mot de passe d’au moins douze caractères."),
    "own": N_("Ce mot de passe ressemble trop à votre nom ou à votre identifiant."),
    "common": N_("Ce mot de passe est trop courant : il serait vite deviné."),
}


def _account() -> str:
    return f"password:{login.current().id}"


def _refused(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.get("")
@login.required
def account() -> str:
    """Show one's own account."""
    return _page()


@blueprint.post("/name")
@login.required
def rename() -> Any:
    """Change the name that colleagues see."""
    try:
        name = accounts.named(request.form.get("name", ""))
    except InvalidText:
        refusal = _("Un nom compte de 1 à 100 caractères, sans caractère spécial.")
        return _page(name_refusal=refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    with service().database.write() as session:
        moderator = accounts.find(session, login.current().id)
        moderator.name = name
        journal.record(session, moderator, "account.rename", moderator.id)
    flash(_("Votre nom est enregistré."), "status")
    return _back()


@blueprint.post("/password")
@login.required
@login.limiter.limit(login.limit, key_func=_account, deduct_when=_refused)
def change_password() -> Any:
    """Change one's password, and end one's sessions in other browsers."""
    new = request.form.get("new", "")
    refusal = _refusal(login.current(), request.form.get("current", ""), new)
    if refusal:
        return _page(password_refusal=refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    with service().database.write() as session:
        moderator = accounts.find(session, login.current().id)
        accounts.choose_password(moderator, new)
        login_sessions.end_all(session, moderator, login.current_session().id)
        journal.record(session, moderator, "account.password", moderator.id)
    flash(_("Votre mot de passe est changé ; vos autres sessions sont fermées."), "status")
    return _back()


@blueprint.post("/sessions/<uuid:session_id>/end")
@login.required
def end_session(session_id: UUID) -> Any:
    """Log out of another browser."""
    with service().database.write() as session:
        login_sessions.end(session, login.current(), session_id)
    flash(_("Cette session est fermée."), "status")
    return _back()


@blueprint.post("/sessions/end-others")
@login.required
def end_others() -> Any:
    """Log out everywhere else."""
    moderator = login.current()
    with service().database.write() as session:
        login_sessions.end_all(session, moderator, login.current_session().id)
        journal.record(session, moderator, "session.close_others", moderator.id)
    flash(_("Vos autres sessions sont fermées."), "status")
    return _back()


def refusal_of(password: str, moderator: Moderator) -> str | None:
    """Say why a password would not do for an account; None when it does."""
    weak = accounts.weakness(password, moderator.login, moderator.name)
    return _(WEAKNESSES[weak]) if weak else None


def _refusal(moderator: Moderator, old: str, new: str) -> str | None:
    if not accounts.has_password(moderator, old):
        return _("Ce n’est pas votre mot de passe actuel.")
    return refusal_of(new, moderator)


def _page(**refusals: str) -> str:
    with service().database.read() as session:
        sessions = login_sessions.listed(session, login.current(), login.lifetime())
    return render_template(
        "account.html",
        sessions=sessions,
        present=login.current_session().id,
        **refusals,
    )


def _back() -> Any:
    return redirect(url_for("account.account"), HTTPStatus.SEE_OTHER)
