"""An author's drawer and page: their comments, the team's notes, sanctions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api import login, selection, texts
from api.context import service, zone
from api.labels import N_
from api.language import translate as _
from api.selection import Search
from api.texts import Unseen
from moderation import authors, rules, sanctions
from moderation.errors import Conflict, InvalidText, NotAllowed
from moderation.filters import Filters
from moderation.pending import Record
from moderation.tables import Author, AuthorNote, Sanction, Site, now

blueprint = Blueprint("authors", __name__)
PAGE = 20
LASTING = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
REFUSALS: dict[str, dict[type[Exception], str]] = {
    "note": {InvalidText: N_("Rien n’a été enregistré : la note est vide ou trop longue.")},
    "sanction": {
        InvalidText: N_(
            "Rien n’a été enregistré : une sanction demande un motif, et une suspension une "
            "date de fin à venir."
        ),
        NotAllowed: N_(
            "Rien n’a été enregistré : exclure, ou suspendre plus d’une semaine, revient à un "
            "responsable."
        ),
    },
    "lift": {
        Conflict: N_("Rien n’a changé : cette sanction était déjà levée ou finie."),
        NotAllowed: N_("Rien n’a changé : lever cette sanction revient à un responsable."),
    },
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What the drawer shows; `waiting` chooses what still waits of an author who is refused."""

    author: Author
    site: Site
    ever: Record
    recent: Record
    sanctions: list[tuple[Sanction, bool]]
    notes: Sequence[AuthorNote]
    written: list[authors.Written]
    waiting: str | None
    unseen: Unseen
    more: UUID | None


@blueprint.get("/authors/<uuid:author_id>")
@login.needs("moderate")
def author(author_id: UUID) -> str:
    """Show an author on a page of their own."""
    return _show(author_id, "author.html")


@blueprint.get("/authors/<uuid:author_id>/drawer")
@login.needs("moderate")
def drawer(author_id: UUID) -> str:
    """Show an author beside the queue."""
    return _show(author_id, "fragments/author.html")


@blueprint.post("/authors/<uuid:author_id>/notes")
@login.needs("moderate")
def note(author_id: UUID) -> Any:
    """Keep a note on an author."""
    try:
        with service().database.write() as session:
            authors.note(session, login.current(), author_id, request.form["note"])
    except InvalidText as error:
        return _refused(author_id, "note", error)
    return _done(author_id, _("Note ajoutée."))


@blueprint.post("/authors/<uuid:author_id>/sanctions")
@login.needs("moderate")
def impose(author_id: UUID) -> Any:
    """Sanction an author."""
    form = request.form
    try:
        with service().database.write() as session:
            sanctions.impose(
                session,
                login.current(),
                author_id,
                form["kind"],
                form.get("reason"),
                _end(),
                form.get("sanction_note"),
            )
    except (InvalidText, NotAllowed) as error:
        return _refused(author_id, "sanction", error)
    return _done(author_id, _("Sanction enregistrée."), changed=True)


@blueprint.post("/authors/<uuid:author_id>/sanctions/<uuid:sanction_id>/lift")
@login.needs("moderate")
def lift(author_id: UUID, sanction_id: UUID) -> Any:
    """Lift a sanction."""
    try:
        with service().database.write() as session:
            sanctions.lift(session, login.current(), sanction_id)
    except (Conflict, NotAllowed) as error:
        return _refused(author_id, "lift", error)
    return _done(author_id, _("Sanction levée."), changed=True)


def _end() -> datetime | None:
    lasting = request.form.get("lasting", "")
    if lasting in LASTING:
        return now() + LASTING[lasting]
    if lasting != "date":
        return None
    try:
        # That day is the last one: it ends at midnight where the newspaper is.
        ends = date.fromisoformat(request.form.get("until", "")) + timedelta(days=1)
        return datetime.combine(ends, time(), zone()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidText("This is no date.") from error


def _show(author_id: UUID, template: str, **said: str | bool) -> str:
    with service().database.read() as session:
        profile = _profile(session, author_id, _before())
        return render_template(template, profile=profile, lasting=LASTING, **said)


def _profile(session: Session, author_id: UUID, before: UUID | None) -> Profile:
    found, site = authors.find(session, author_id)
    written = authors.written(session, author_id, before, PAGE + 1)
    history = sanctions.history(session, author_id)
    ever = authors.record(session, author_id)
    return Profile(
        author=found,
        site=site,
        ever=ever,
        recent=authors.record(session, author_id, authors.RECENT),
        sanctions=[(row, sanctions.holds(row)) for row in history],
        notes=authors.notes(session, author_id),
        written=written[:PAGE],
        unseen=texts.withheld(session, [row.comment for row in written]),
        waiting=_waiting(author_id, ever, history),
        more=written[PAGE - 1].comment.id if len(written) > PAGE else None,
    )


def _waiting(author_id: UUID, ever: Record, history: Sequence[Sanction]) -> str | None:
    held = [row for row in history if sanctions.holds(row)]
    if not ever.pending or rules.refusing(held) is None:
        return None
    return selection.written(Search("", Filters(status="pending", author_id=author_id)))


def _before() -> UUID | None:
    try:
        return UUID(request.args["before"]) if "before" in request.args else None
    except ValueError as error:
        raise BadRequest from error


def _done(author_id: UUID, said: str, *, changed: bool = False) -> Any:
    if request.headers.get("HX-Request"):
        return _show(author_id, "fragments/author.html", said=said, changed=changed)
    flash(said, "status")
    return redirect(url_for("authors.author", author_id=author_id), HTTPStatus.SEE_OTHER)


def _refused(author_id: UUID, form: str, error: Exception) -> Any:
    """Show the author again, with why nothing was done and all that was typed."""
    fragment = bool(request.headers.get("HX-Request"))
    template = "fragments/author.html" if fragment else "author.html"
    page = _show(author_id, template, refused=form, refusal=_(REFUSALS[form][type(error)]))
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
