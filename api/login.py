"""Moderators' sessions: log in, log out, and the guard of every console page."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from api import agents
from api.context import service
from moderation import accounts, journal, login_sessions
from moderation.accounts import Right
from moderation.errors import NotAllowed
from moderation.tables import LoginSession, Moderator

blueprint = Blueprint("login", __name__)
limiter = Limiter(get_remote_address)
# Says in the cookie that its session was opened through the OpenID provider.
BY_PROVIDER = "by_provider"
View = TypeVar("View", bound=Callable[..., Any])


def _account() -> str:
    return "account:" + request.form.get("login", "").strip().casefold()[:254]


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED


def limit() -> str:
    """Tell how many failures are let pass, as flask-limiter writes it."""
    return service().settings.login_limit


@blueprint.get("/login")
def login() -> str:
    """Show the login form."""
    return _form(failed=False)


@blueprint.post("/login")
@limiter.limit(limit, deduct_when=_failed)
@limiter.limit(limit, key_func=_account, deduct_when=_failed)
def log_in() -> Any:
    """Open a session for a moderator, in a fresh cookie."""
    if service().settings.oidc_only:
        abort(HTTPStatus.NOT_FOUND)
    typed, password = request.form.get("login", ""), request.form.get("password", "")
    with service().database.read() as database:
        moderator = accounts.authenticate(database, typed, password)
    if moderator is None:
        _note_failure(typed)
        return _form(failed=True), HTTPStatus.UNAUTHORIZED
    admit(moderator)
    return redirect(own_page(request.form.get("next", ""), moderator))


@blueprint.post("/logout")
def log_out() -> Any:
    """Close the session."""
    current_session = _enter()
    if current_session is not None:
        with service().database.write() as database:
            login_sessions.end(database, current_session.moderator, current_session.id)
    by_provider = session.get(BY_PROVIDER)
    leave()
    return redirect(url_for("oidc.left" if by_provider else "login.login"))


def admit(moderator: Moderator) -> None:
    """Log a moderator in: a session of the server's, whose key a fresh cookie holds."""
    agent, earlier = agents.name(request.user_agent.string), _enter()
    with service().database.write() as database:
        if earlier is not None:
            login_sessions.end(database, earlier.moderator, earlier.id)
        key = login_sessions.start(database, moderator, agent, lifetime())
    leave()
    session.permanent = True
    session["key"] = key


def leave() -> None:
    """Forget all that the cookie holds, save the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def lifetime() -> timedelta:
    """Tell how long a session lasts."""
    return timedelta(hours=service().settings.session_hours)


def required(view: View) -> View:
    """Let only a logged-in moderator, whose account is still active, reach a view."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        entered = _enter()
        if entered is None:
            session.pop("key", None)
            return _to_the_door()
        g.login_session, g.moderator = entered, entered.moderator
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def needs(right: Right) -> Callable[[View], View]:
    """Let only a logged-in moderator whose role carries a right reach a view; 403 for others."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not accounts.may(current(), right):
                raise NotAllowed(f"This needs the right to {right}.")
            return view(*args, **kwargs)

        return required(guarded)  # type: ignore[return-value]

    return guard


def can(right: Right) -> bool:
    """Tell a template whether whoever is logged in, if anybody, has a right."""
    moderator = g.get("moderator")
    return moderator is not None and accounts.may(moderator, right)


def current() -> Moderator:
    """Answer the moderator that `required` let in."""
    moderator: Moderator = g.moderator
    return moderator


def current_session() -> LoginSession:
    """Answer the session through which `required` let the moderator in."""
    found: LoginSession = g.login_session
    return found


def landing(moderator: Moderator) -> str:
    """Tell where a moderator's day begins: those who do not moderate have no queue."""
    if accounts.may(moderator, "moderate"):
        return url_for("console.queue")
    return url_for("dashboard.dashboard" if accounts.may(moderator, "study") else "account.account")


def own_page(address: str, moderator: Moderator) -> str:
    """Tell where to go after logging in: only to a path of ours, else where the day begins."""
    # « //elsewhere », « \\elsewhere » and « https://elsewhere » would lead away.
    parts = urlsplit(address.replace("\\", "/"))
    own = address.startswith("/") and not parts.scheme and not parts.netloc
    return address if own and not address.startswith("//") else landing(moderator)


def _enter() -> LoginSession | None:
    key = session.get("key")
    if not isinstance(key, str):
        return None
    with service().database.read() as database:
        found = login_sessions.find(database, key, lifetime())
    if found is not None and login_sessions.stale(found):
        with service().database.write() as database:
            login_sessions.see(database, found)
    return found


def _to_the_door() -> Any:
    if request.headers.get("HX-Request"):
        # A fragment would swallow the login page: tell htmx to leave instead.
        return "", HTTPStatus.UNAUTHORIZED, {"HX-Redirect": url_for("login.login")}
    wanted = request.full_path if request.method == "GET" else None
    return redirect(url_for("login.login", next=wanted))


def _form(*, failed: bool) -> str:
    only = service().settings.oidc_only
    return render_template("login.html", failed=failed, by_password=not only)


def _note_failure(typed: str) -> None:
    # What was typed is not kept: it may be a password that went into the wrong field.
    with service().database.write() as database:
        meant = accounts.by_login(database, typed)
        journal.record(database, None, "session.refuse", meant.id if meant else None)
