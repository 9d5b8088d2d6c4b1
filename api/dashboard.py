"""The dashboard: a period's figures, drawn, in tables, and as CSV."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from babel.dates import format_date
from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from api import charts, login, sheets
from api import figures as tables
from api.context import service, today, zone
from api.language import current
from moderation import agreement, figures, works
from moderation.scope import UNITS, Scope, Unit, cut
from moderation.tables import Moderator, Site

blueprint = Blueprint("dashboard", __name__)
# How far back a period begins, unless asked otherwise.
SPAN: dict[Unit, int] = {"day": 29, "week": 83, "month": 364}
DAYS_MAX = 1_100
PARTS_MAX = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """The period and the site that the URL asks for."""

    unit: Unit
    first: date
    last: date
    site_id: UUID | None
    scope: Scope

    def query(self, **changed: str) -> dict[str, str]:
        """Answer the arguments that ask for it again, with some `changed`."""
        kept = {"by": self.unit, "from": self.first.isoformat(), "to": self.last.isoformat()}
        return {**kept, **({"site": str(self.site_id)} if self.site_id else {}), **changed}


@blueprint.get("/dashboard")
@login.needs("study")
def dashboard() -> str:
    """Show a period's figures."""
    asked = _asked()
    with service().database.read() as session:
        found = figures.gather(session, asked.scope)
        agreed = agreement.measure(session, asked.scope)
        parts = found.parts
        marks = [_label(day, asked.unit) for day in asked.scope.days]
        unread = [part.received - part.by_machine - part.refused for part in parts]
        by_machine, refused = [p.by_machine for p in parts], [p.refused for p in parts]
        hours = [[_hours(part.median) for part in parts], [_hours(part.p90) for part in parts]]
        return render_template(
            "dashboard.html",
            asked=asked,
            found=found,
            agreed=agreed,
            sites=session.scalars(select(Site).order_by(Site.name)).all(),
            sheets=tables.build(asked.scope.days, found, agreed, _names(session)),
            inflow=charts.stacked(marks, [by_machine, unread, refused]),
            decided=charts.stacked(
                marks, [[p.approved for p in parts], [p.rejected for p in parts]]
            ),
            waits=charts.lines(marks, hours),
        )


@blueprint.get("/dashboard/export/<name>.csv")
@login.needs("study")
def export(name: str) -> Response:
    """Answer one of the tables as CSV."""
    asked = _asked()
    with service().database.read() as session:
        found = figures.gather(session, asked.scope)
        agreed = agreement.measure(session, asked.scope)
        known = tables.build(asked.scope.days, found, agreed, _names(session))
    if name not in known:
        raise NotFound
    filename = f"vigie-{name}-{asked.first}-{asked.last}.csv"
    return Response(
        sheets.as_csv(known[name]),
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def own(session: Session) -> tuple[int, int]:
    """Count what whoever is logged in decided today, and since Monday."""
    day, person = today(), login.current()
    monday = day - timedelta(days=day.weekday())
    moments = [cut(start, day, "day", zone()).starts[0] for start in (day, monday)]
    done, this_week = (works.own(session, person, moment) for moment in moments)
    return done, this_week


def _asked() -> Asked:
    """Read what the URL asks for; what makes no sense is answered 400."""
    args = request.args
    unit: Unit = next((known for known in UNITS if known == args.get("by")), "day")
    try:
        last = date.fromisoformat(args["to"]) if args.get("to") else today()
        back = timedelta(days=SPAN[unit])
        first = date.fromisoformat(args["from"]) if args.get("from") else last - back
        site_id = UUID(args["site"]) if args.get("site") else None
        if not timedelta() <= last - first <= timedelta(days=DAYS_MAX):
            raise ValueError("a period that ends before it begins, or is too long")
        scope = cut(first, last, unit, zone(), site_id)
    except (ValueError, OverflowError):
        abort(400)
    if len(scope.starts) > PARTS_MAX:
        abort(400)
    return Asked(unit, first, last, site_id, scope)


def _names(session: Session) -> dict[UUID, str]:
    return {person.id: person.name for person in session.scalars(select(Moderator))}


def _label(day: date, unit: Unit) -> str:
    patterns = ("MMM yyyy", "MMM yyyy") if unit == "month" else ("d MMM", "MMM d")
    return format_date(day, patterns[current() == "en"], locale=current())


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3600
