"""What stands beside a queue: the queues and how many wait, one's views, watched articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from sqlalchemy.orm import Session

from api import login, narrowing
from api.context import service, today
from moderation import filters, queues, views
from moderation.tables import Article, SavedView

blueprint = Blueprint("sidebar", __name__)


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The ways to other comments; without `counts` until they were asked for."""

    watched: Mapping[Article, int]
    views: Sequence[SavedView]
    counts: Mapping[queues.Name, int] | None = None


def build(session: Session, *, counted: bool = False) -> Sidebar:
    """Gather what stands beside a queue for whoever is logged in."""
    moderator = login.current()
    return Sidebar(
        watched=views.watched(session, moderator),
        views=views.visible(session, moderator),
        counts=queues.counts(session, moderator, today()) if counted else None,
    )


@blueprint.get("/queue/counts")
@login.needs("moderate")
def counts() -> str:
    """Show the ways to other comments, how many wait in each queue, and how many on this page."""
    asked, name = narrowing.asked(), request.args.get("queue")
    with service().database.read() as session:
        total = None
        if name in queues.COUNTED:
            chosen = [
                *queues.conditions(name, login.current(), today()),
                *filters.conditions(asked),
            ]
            total = narrowing.total(session, chosen)
        return render_template(
            "fragments/sidebar/counts.html",
            sidebar=build(session, counted=True),
            queue=name,
            total=total,
        )


@blueprint.app_template_global()
def watches() -> set[str]:
    """Tell which articles are watched, by id; asked for once a page."""
    if "watches" not in g:
        with service().database.read() as session:
            g.watches = {str(each.id) for each in views.watched(session, login.current())}
    found: set[str] = g.watches
    return found
