"""Moderators' sessions: log in, log out, and the guard of every console page."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from api.context import service
from moderation import accounts
from moderation.accounts import Right
from moderation.errors import NotAllowed
from moderation.tables import Moderator

blueprint = Blueprint("login", __name__)
limiter = Limiter(get_remote_address)
View = TypeVar("View", bound=Callable[..., Any])


def _account() -> str:
    return "account:" + request.form.get("login", "").strip().casefold()[:254]


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED


def _limit() -> str:
    return service().settings.login_limit


@blueprint.get("/login")
def login() -> str:
    """Show the login form."""
    return render_template("login.html", failed=False)


@blueprint.post("/login")
@limiter.limit(_limit, deduct_when=_failed)
@limiter.limit(_limit, key_func=_account, deduct_when=_failed)
def log_in() -> Any:
    """Open a session for a moderator, in a fresh cookie."""
    with service().database.read() as database:
        moderator = accounts.authenticate(
            database, request.form.get("login", ""), request.form.get("password", "")
        )
    if moderator is None:
        return render_template("login.html", failed=True), HTTPStatus.UNAUTHORIZED
    language = session.get("language")
    session.clear()
    session.permanent = True
    session["moderator"] = str(moderator.id)
    if language:
        session["language"] = language
    return redirect(_own_page(request.form.get("next", "")))


@blueprint.post("/logout")
def log_out() -> Any:
    """Close the session."""
    session.clear()
    return redirect(url_for("login.login"))


def required(view: View) -> View:
    """Let only a logged-in moderator, whose account is still active, reach a view."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        moderator = _from_session()
        if moderator is None:
            session.pop("moderator", None)
            if request.headers.get("HX-Request"):
                # A fragment would swallow the login page: tell htmx to leave instead.
                gone = {"HX-Redirect": url_for("login.login")}
                return "", HTTPStatus.UNAUTHORIZED, gone
            return redirect(url_for("login.login", next=request.full_path))
        g.moderator = moderator
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


def _from_session() -> Moderator | None:
    try:
        moderator_id = UUID(session["moderator"])
    except (KeyError, ValueError):
        return None
    with service().database.read() as database:
        return accounts.active(database, moderator_id)


def _own_page(address: str) -> str:
    # Only a path of ours: « //elsewhere » and « https://elsewhere » would lead away.
    parts = urlsplit(address.replace("\\", "/"))
    own = address.startswith("/") and not parts.scheme and not parts.netloc
    return address if own and not address.startswith("//") else url_for("console.queue")
