"""The journal's page: who did what, when; filtered, paged, exported."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api import acts, login, sheets
from api.context import service, zone
from api.language import translate as _
from moderation import journal
from moderation.journal import Sought
from moderation.tables import Article, Author, Comment, LogEntry, Moderator

blueprint = Blueprint("log", __name__, url_prefix="/journal")
PAGE = 50
CHUNK = 1_000
EXPORT_MAX = 100_000
# Days of others are not in the journal, and some have no moment.
YEARS = range(1970, 2900)


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to, as the page names it."""

    label: str
    address: str | None = None


@blueprint.get("", endpoint="log")
@login.needs("lead")
def show() -> str:
    """Show a page of what was done, the latest first."""
    sought = _sought()
    with service().database.read() as session:
        entries = journal.entries(session, sought, _id("after"), PAGE + 1)
        people = session.scalars(select(Moderator).order_by(Moderator.name)).all()
        subjects = _subjects(session, entries[:PAGE], people)
    more = entries[PAGE - 1].id if len(entries) > PAGE else None
    return render_template(
        "log.html",
        entries=entries[:PAGE],
        subjects=subjects,
        people=people,
        names={str(person.id): person.name for person in people},
        more=_address("log.log", after=str(more)) if more else None,
        export=_address("log.export"),
        asked=request.args,
        acts=acts,
    )


@blueprint.get("/export.csv")
@login.needs("lead")
def export() -> Response:
    """Answer the same entries as CSV, the latest first, up to a bound."""
    sought = _sought()
    with service().database.write() as session:
        journal.record(session, login.current(), "journal.export")
    lines = stream_with_context(_lines(sought))
    name = f"journal-{date.today().isoformat()}.csv"  # noqa: DTZ011 - the host's day will do
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=headers)


def _lines(sought: Sought) -> Iterator[str]:
    # Excel takes the file for UTF-8 only after this mark.
    yield "\ufeff" + _line([_("moment"), _("personne"), _("action"), _("objet"), _("détails")])
    after, left = None, EXPORT_MAX
    while left:
        with service().database.read() as session:
            entries = journal.entries(session, sought, after, min(CHUNK, left))
        for entry in entries:
            yield _line(_cells(entry))
        if len(entries) < CHUNK:
            return
        after, left = entries[-1].id, left - len(entries)


def _cells(entry: LogEntry) -> list[str]:
    blind = entry.action in acts.BLIND
    details = json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
    return [
        entry.created_at.isoformat(timespec="seconds"),
        entry.moderator.name if entry.moderator else "",
        "reading" if blind else entry.action,
        entry.subject or "",
        "" if blind else details,
    ]


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(map(sheets.plain, cells))
    return line.getvalue()


def _subjects(
    session: Session, entries: Sequence[LogEntry], people: Sequence[Moderator]
) -> dict[str, Subject]:
    """Name what the entries are about, where it is somebody or something that has a name."""
    found = {str(person.id): Subject(person.name) for person in people}
    ids = {_as_id(entry.subject) for entry in entries} - {None}
    for author in session.scalars(select(Author).where(Author.id.in_(ids))):
        address = url_for("authors.author", author_id=author.id)
        found[str(author.id)] = Subject(author.name, address)
    for comment_id in session.scalars(select(Comment.id).where(Comment.id.in_(ids))):
        address = url_for("console.comment", comment_id=comment_id)
        found[str(comment_id)] = Subject(_("commentaire"), address)
    for article in session.scalars(select(Article).where(Article.id.in_(ids))):
        found[str(article.id)] = Subject(article.title)
    return found


def _sought() -> Sought:
    args = request.args
    who, until = args.get("who", ""), _day("until")
    return Sought(
        moderator_id=None if who == "nobody" else _id("who"),
        nobody=who == "nobody",
        actions=acts.within(args["kind"]) if args.get("kind") else (),
        subject=args.get("subject", "").strip().replace("\0", "")[:64],
        since=_day("since"),
        until=until + timedelta(days=1) if until else None,
    )


def _day(name: str) -> datetime | None:
    asked = request.args.get(name)
    try:
        day = date.fromisoformat(asked) if asked else None
    except ValueError as error:
        raise BadRequest from error
    if day is None:
        return None
    if day.year not in YEARS:
        raise BadRequest
    return datetime.combine(day, time(), zone())


def _id(name: str) -> UUID | None:
    asked = request.args.get(name)
    if not asked:
        return None
    found = _as_id(asked)
    if found is None:
        raise BadRequest
    return found


def _as_id(written: str | None) -> UUID | None:
    try:
        return UUID(written) if written else None
    except ValueError:
        return None


def _address(endpoint: str, **values: Any) -> str:
    kept = {name: value for name, value in request.args.items() if value and name != "after"}
    return f"{url_for(endpoint)}?{urlencode({**kept, **values})}"
