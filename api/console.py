"""The moderators' console: the queue, one comment, their decisions."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)

from api import bulk as bulks
from api import cards, dashboard, deciding, login, narrowing, sidebar, texts
from api.context import NO_CONTENT, draw, service, today
from api.language import translate as _
from moderation import bulk, claims, exposure, filters, pending, queues, readings
from moderation.decisions import in_force
from moderation.errors import Conflict, InvalidText, NotAllowed
from moderation.tables import Comment, Decision

blueprint = Blueprint("console", __name__)
PAGE = 20


@blueprint.get("/")
@login.required
def home() -> Any:
    """Lead to where the moderator's day begins."""
    return redirect(login.landing(login.current()))


@blueprint.get("/queue", defaults={"name": "pending"})
@blueprint.get(f"/queue/<any({', '.join(queues.NAMES)}):name>")
@login.needs("moderate")
def queue(name: queues.Name) -> Any:
    """Show a page of a queue's comments, its filters, and the way to the other queues."""
    asked = narrowing.asked()
    if asked.status is not None:
        # Addresses from before there were queues.
        return redirect(narrowing.address(asked.status, asked.query(status=None)))
    order = asked.order or queues.ORDERS[name]
    chosen = [*queues.conditions(name, login.current(), today()), *filters.conditions(asked)]
    with service().database.read() as session:
        found = pending.waiting(session, chosen, order, narrowing.after(), PAGE)
        shown = {"cards": cards.build(session, found.comments), "more": found.more, "queue": name}
        if request.headers.get("HX-Request"):
            return render_template("fragments/cards.html", **shown)
        return render_template(
            "queue.html",
            **shown,
            total=narrowing.total(session, chosen, found) if name in queues.COUNTED else None,
            choices=narrowing.choices(session, asked),
            sidebar=sidebar.build(session),
            filters=asked,
            order=order,
        )


@blueprint.get("/comments/<uuid:comment_id>")
@login.needs("moderate")
def comment(comment_id: UUID) -> str:
    """Show one comment with all that is known of it."""
    with service().database.read() as session:
        return render_template("comment.html", card=cards.one(session, comment_id, explain=True))


@blueprint.get("/comments/<uuid:comment_id>/text")
@login.needs("moderate")
def explained_text(comment_id: UUID) -> str:
    """Show a comment's text with the words that carried its score."""
    with service().database.read() as session:
        return render_template("fragments/text.html", text=texts.one(session, comment_id))


@blueprint.post("/comments/<uuid:comment_id>/decision")
@login.needs("moderate")
def decide(comment_id: UUID) -> Any:
    """Record a decision, and show what became of the card."""
    asked = deciding.asked()
    try:
        with service().database.write() as session:
            decision = readings.decide(
                session,
                login.current(),
                comment_id,
                asked.action,
                asked.shown,
                asked.reason,
                asked.note,
                asked.told,
                draw=draw(),
            )
    except (Conflict, InvalidText, NotAllowed) as error:
        return _refused(comment_id, error)
    if request.headers.get("HX-Request"):
        return render_template("fragments/decided.html", decision=decision)
    said = _("Commentaire approuvé.") if asked.action == "approve" else _("Commentaire rejeté.")
    flash(said, f"undo:{decision.id}")
    return redirect(narrowing.back(), HTTPStatus.SEE_OTHER)


@blueprint.post("/comments/<uuid:comment_id>/claim")
@login.needs("moderate")
def claim(comment_id: UUID) -> Any:
    """Claim a comment while it is read, or tell which colleague has it."""
    with service().database.write() as session:
        holder = claims.holders(session, login.current(), [comment_id]).get(comment_id)
        if holder is not None:
            return _("{name} lit ce commentaire.", name=holder.name), HTTPStatus.CONFLICT
        # A list that was open when a colleague decided: there is nothing left to read here.
        found = session.get(Comment, comment_id)
        if found is not None and found.status != (request.form.get("status") or found.status):
            decision = in_force(session, found)
            if decision is not None and decision.moderator_id == login.current().id:
                # Their own, its answer lost on the way: it is taken again without harm.
                return NO_CONTENT
            return _("Un collègue a déjà décidé."), HTTPStatus.CONFLICT
        # One that comes late, after a first reading, would keep the second reader away.
        if not readings.gave(session, login.current(), comment_id):
            claims.take(session, login.current(), comment_id)
        exposure.opened(session, login.current(), comment_id, today())
    return NO_CONTENT


@blueprint.post("/comments/<uuid:comment_id>/release")
@login.needs("moderate")
def release(comment_id: UUID) -> Any:
    """Give a comment back to the others."""
    with service().database.write() as session:
        claims.release(session, login.current(), comment_id)
    return NO_CONTENT


@blueprint.post("/decisions/<uuid:decision_id>/undo")
@login.needs("moderate")
def undo(decision_id: UUID) -> Any:
    """Take a decision back, and show the card again."""
    with service().database.write() as session:
        undone = readings.undo(session, login.current(), decision_id)
    return _undone(undone)


@blueprint.post("/decisions/last/undo")
@login.needs("moderate")
def undo_last() -> Any:
    """Take one's last standing decision back, if it is recent; 204 when there is none."""
    with service().database.write() as session:
        many = bulk.latest(session, login.current())
        if many is not None:
            bulk.undo(session, login.current(), many.id)
            return bulks.away(many.id)
        last = readings.last(session, login.current())
        undone = readings.undo(session, login.current(), last.id) if last else None
    if undone is None:
        return NO_CONTENT
    return _undone(undone)


@blueprint.get("/decisions")
@login.needs("moderate")
def decisions() -> str:
    """Show the moderator's own latest decisions."""
    with service().database.read() as session:
        rows = readings.history(session, login.current())
        undone = {
            row.undoes_id if isinstance(row, Decision) else row.id
            for row in rows
            if isinstance(row, Decision) or row.withdrawn_at
        }
        return render_template(
            "decisions.html",
            decisions=rows,
            undone=undone,
            unseen=texts.withheld(session, [row.comment for row in rows]),
            own=dashboard.own(session),
        )


def error_page(status: HTTPStatus) -> str:
    """Show an error to a person, in their words."""
    return render_template("error.html", status=status)


def _refused(comment_id: UUID, error: Conflict | InvalidText | NotAllowed) -> Any:
    """Show why a decision was not taken, on the card as it now stands, with the note kept."""
    own = _("Votre propre décision : laissez un collègue la réexaminer.")
    return card_again(comment_id, deciding.refuse(error, own))


def card_again(comment_id: UUID, status: HTTPStatus) -> Any:
    """Show a card as it now stands, with `g.refusal` on it."""
    with service().database.read() as session:
        card = cards.one(session, comment_id, explain=True)
        fragment = bool(request.headers.get("HX-Request"))
        page = "fragments/card.html" if fragment else "comment.html"
        return make_response(render_template(page, card=card), status)


def _undone(undone: readings.Opinion) -> Any:
    if request.headers.get("HX-Request"):
        with service().database.read() as session:
            card = cards.one(session, undone.comment_id)
            return render_template("fragments/card.html", card=card)
    flash(_("Décision annulée : le commentaire attend de nouveau."), "status")
    return redirect(narrowing.back(), HTTPStatus.SEE_OTHER)
