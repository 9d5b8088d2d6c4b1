"""How a list of comments is narrowed: what the URL asks, what it could ask, the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode

from flask import abort, make_response, render_template, request, url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from api import labels
from api.language import translate as _
from api.language import translate_plural as _n
from moderation import filters, pending, queues
from moderation.filters import Filters, InvalidFilter
from moderation.tables import WAITING, Article, Author, Comment, SavedView, Site

ARTICLES_MAX = 50
COUNTED_MAX = 1_000
# What leads back to a list; anything else in an address could bend the links of its page.
KEPT = {*filters.NAMES.values(), "queue"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What comments can be filtered by; an article has the number of comments that wait there."""

    sites: Sequence[Site]
    sections: Sequence[str]
    articles: Sequence[tuple[Article, int]]
    author: Author | None


def asked() -> Filters:
    """Read the filters that the URL asks for, or answer 400 with a page that says which is bad."""
    try:
        return filters.parse(request.args)
    except InvalidFilter as error:
        refuse(error)


def after() -> pending.Cursor | None:
    """Read where the page starts, or answer 400."""
    written = request.args.get("after")
    try:
        return pending.cursor(written) if written else None
    except InvalidFilter as error:
        refuse(error)


def refuse(error: InvalidFilter) -> NoReturn:
    """Answer 400 with a page that names the filter."""
    label = _(labels.FILTERS[error.name])
    detail = _("La valeur du filtre « {name} » n’est pas valable : effacez-la.", name=label)
    page = render_template("error.html", status=HTTPStatus.BAD_REQUEST, detail=detail)
    abort(make_response(page, HTTPStatus.BAD_REQUEST))


def choices(session: Session, chosen: Filters) -> Choices:
    """List the sites, their sections, and the articles with most comments waiting."""
    number = func.count()
    waiting = (
        select(Comment.article_id, number.label("waiting"))
        .where(WAITING)
        .group_by(Comment.article_id)
        .order_by(number.desc())
        .limit(ARTICLES_MAX)
        .subquery()
    )
    query = (
        select(Article, func.coalesce(waiting.c.waiting, 0))
        .outerjoin(waiting, waiting.c.article_id == Article.id)
        .where(waiting.c.article_id.is_not(None) | (Article.id == chosen.article_id))
        .order_by(waiting.c.waiting.desc(), Article.id)
    )
    sections = select(Article.section).where(Article.section.is_not(None)).distinct()
    return Choices(
        sites=session.scalars(select(Site).order_by(Site.name)).all(),
        sections=sorted(section for section in session.scalars(sections) if section),
        articles=[(article, waits) for article, waits in session.execute(query)],
        author=session.get(Author, chosen.author_id) if chosen.author_id else None,
    )


def total(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    first: pending.Page | None = None,
) -> str:
    """Say how many comments there are, without counting further than anybody would read."""
    if first is not None and first.more is None and "after" not in request.args:
        number = len(first.comments)
    else:
        number = pending.count(session, conditions, COUNTED_MAX + 1)
    if number > COUNTED_MAX:
        return _("plus de {n} commentaires", n=COUNTED_MAX)
    return _n("{n} commentaire", "{n} commentaires", number)


def here() -> dict[str, str]:
    """Answer the arguments that lead back to the list that is shown, its first page."""
    kept = {name: value for name, value in request.args.items() if name in KEPT}
    name = (request.view_args or {}).get("name")
    return {**kept, "queue": name} if name in queues.NAMES else kept


def following(page: pending.Cursor) -> str:
    """Answer the address of the next page of the list that is shown."""
    return f"{request.path}?{urlencode({**request.args, 'after': str(page)})}"


def back() -> str:
    """Answer the address of the list that a form was sent from."""
    kept = here()
    return address(kept.pop("queue", "pending"), kept)


def address(name: str, arguments: Mapping[str, str]) -> str:
    """Answer a queue's address, narrowed by these arguments; an unknown queue is the first."""
    path = url_for("console.queue", name=name if name in queues.NAMES else "pending")
    return f"{path}?{urlencode(arguments)}" if arguments else path


def view_address(view: SavedView) -> str:
    """Answer the address of the list that a view keeps."""
    kept = dict(parse_qsl(view.query))
    return address(kept.pop("queue", "pending"), kept)
