"""How the comments that wait spread over a score: a histogram, a band of it, a sample to read."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from api import cards, login, narrowing, selection
from api.context import service
from api.selection import Band
from moderation import filters, pending
from moderation import scores as spread
from moderation.filters import InvalidFilter
from moderation.tables import Comment

blueprint = Blueprint("scores", __name__)
SAMPLE = 10


@blueprint.get("/scores")
@login.needs("moderate")
def scores() -> str:
    """Show the histogram and a sample of its band; to htmx, the band and its sample alone."""
    try:
        band = selection.read_band(request.args)
    except InvalidFilter as error:
        narrowing.refuse(error)
    with service().database.read() as session:
        counts = spread.histogram(session, band.scale, filters.conditions(band.filters))
        shown = {
            "band": band,
            "histogram": counts,
            "total": counts.within(band.low, band.high),
            "cards": cards.build(session, _sample(session, band)),
            "chosen": selection.written(band),
        }
        if request.headers.get("HX-Request"):
            return render_template("fragments/band.html", **shown)
        choices = narrowing.choices(session, band.filters)
        return render_template("scores.html", **shown, choices=choices, scales=spread.SCALES)


def _sample(session: Session, band: Band) -> list[Comment]:
    drawn = spread.sample(session, band.conditions(session), SAMPLE)
    found = pending.waiting(session, [Comment.id.in_(drawn)], "riskiest", limit=SAMPLE)
    return list(found.comments)
