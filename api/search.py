"""Full-text search over every comment that is not removed."""

from flask import Blueprint, render_template, request

from api import cards, login, narrowing, selection
from api.context import service
from moderation import pending
from moderation.filters import InvalidFilter
from moderation.terms import TERMS_MAX

blueprint = Blueprint("search", __name__)
PAGE = 20
# Beyond, nobody reads them all: counting stops.
COUNTED = 1_000


@blueprint.get("/search")
@login.needs("moderate")
def search() -> str:
    """Show a page of what was found, the newest first."""
    try:
        asked = selection.read_search(request.args)
    except InvalidFilter as error:
        narrowing.refuse(error)
    with service().database.read() as session:
        chosen = asked.conditions(session)
        found = pending.Page([], None)
        if not asked.empty:
            found = pending.waiting(session, chosen, "newest", narrowing.after(), PAGE)
        shown = {"cards": cards.build(session, found.comments), "more": found.more}
        if request.headers.get("HX-Request"):
            return render_template("fragments/cards.html", **shown)
        return render_template(
            "search.html",
            **shown,
            asked=asked,
            filters=asked.filters,
            total=0 if asked.empty else pending.count(session, chosen, COUNTED + 1),
            counted=COUNTED,
            terms_max=TERMS_MAX,
            choices=narrowing.choices(session, asked.filters),
            chosen=selection.written(asked),
        )
