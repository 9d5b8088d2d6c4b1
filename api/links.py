"""For those who are not in yet: a one-time link's page, and what to do about a lost password."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import NotFound as NoPage

from api import account, login
from api.context import service
from moderation import links
from moderation.errors import Conflict, InvalidText
from moderation.tables import AccountLink

blueprint = Blueprint("links", __name__)


def _unknown(response: Response) -> bool:
    return response.status_code == HTTPStatus.NOT_FOUND


@blueprint.get("/welcome/<key>")
@login.limiter.limit(login.limit, deduct_when=_unknown)
def welcome(key: str) -> Any:
    """Ask for a password, or say kindly that the link is over."""
    return _page(_find(key))


@blueprint.post("/welcome/<key>")
@login.limiter.limit(login.limit, deduct_when=_unknown)
def choose(key: str) -> Any:
    """Keep the password, and log its owner in."""
    link, password = _find(key), request.form.get("password", "")
    if links.state(link) != "open":
        return _page(link)
    try:
        with service().database.write() as session:
            moderator = links.use(session, link, password)
    except InvalidText:
        refusal = account.refusal_of(password, link.moderator)
        return _page(link, refusal)
    except Conflict:
        return _page(_find(key))
    login.admit(moderator)
    return redirect(login.landing(moderator), HTTPStatus.SEE_OTHER)


@blueprint.get("/forgotten")
def forgotten() -> str:
    """Tell whom to ask for a new password."""
    return render_template("forgotten.html")


def _find(key: str) -> AccountLink:
    with service().database.read() as session:
        link = links.find(session, key)
    if link is None:
        raise NoPage
    return link


def _page(link: AccountLink, refusal: str | None = None) -> Any:
    state = links.state(link)
    status = HTTPStatus.OK if state == "open" else HTTPStatus.GONE
    page = render_template("welcome.html", link=link, state=state, refusal=refusal)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if refusal else status
