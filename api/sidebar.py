"""What stands beside a queue: the queues and how many wait, one's views, watched articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from sqlalchemy.orm import Session

from api import login
from api.context import service, today
from moderation import queues, views
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
    """Show the ways to other comments, with the number of comments that wait in each queue."""
    with service().database.read() as session:
        return render_template(
            "fragments/sidebar/ways.html",
            sidebar=build(session, counted=True),
            queue=request.args.get("queue"),
        )


@blueprint.app_template_global()
def watches() -> set[str]:
    """Tell which articles are watched, by id; asked for once a page."""
    if "watches" not in g:
        with service().database.read() as session:
            g.watches = {str(each.id) for each in views.watched(session, login.current())}
    found: set[str] = g.watches
    return found
