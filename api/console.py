"""The moderators' console: the queue, one comment, their decisions."""

from http import HTTPStatus
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from flask import (
    Blueprint,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import BadRequest

from api import cards, login, reasons
from api.context import NO_CONTENT, service
from api.language import translate as _
from moderation import claims, pending, review
from moderation.errors import Conflict, InvalidText, NotFound
from moderation.pending import Filters, Order
from moderation.review import Action, Shown
from moderation.tables import Comment

blueprint = Blueprint("console", __name__)
PAGE = 20
# An open card beyond this was left on a desk, not read.
OPEN_MS_MAX = 3_600_000


@blueprint.get("/")
def home() -> Any:
    """Lead to the queue."""
    return redirect(url_for("console.queue"))


@blueprint.get("/queue")
@login.needs("moderate")
def queue() -> str:
    """Show a page of the comments that wait, and the filters."""
    filters, order = _filters(), _order()
    with service().database.read() as session:
        after = _uuid("after")
        start = session.get(Comment, after) if after else None
        comments = pending.waiting(session, filters, order, start, PAGE + 1)
        page = cards.build(session, comments[:PAGE])
        more = comments[PAGE - 1].id if len(comments) > PAGE else None
        if request.headers.get("HX-Request"):
            return render_template("fragments/cards.html", cards=page, more=more)
        return render_template(
            "queue.html",
            cards=page,
            more=more,
            total=pending.count(session, filters),
            choices=cards.choices(session, filters),
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
        card = cards.one(session, comment_id, explain=True)
        return render_template("fragments/text.html", card=card)


@blueprint.post("/comments/<uuid:comment_id>/decision")
@login.needs("moderate")
def decide(comment_id: UUID) -> Any:
    """Record a decision, and show what became of the card."""
    form = request.form
    action, shown = _action(), _shown()
    try:
        with service().database.write() as session:
            decision = review.decide(
                session,
                login.current(),
                comment_id,
                action,
                shown,
                form.get("reason") or None if action == "reject" else None,
                form.get("note", "").strip() or None,
                form.get("told", "").strip() or None,
            )
    except (Conflict, InvalidText) as error:
        return _refused(comment_id, error)
    if request.headers.get("HX-Request"):
        return render_template("fragments/decided.html", decision=decision)
    said = _("Commentaire approuvé.") if action == "approve" else _("Commentaire rejeté.")
    flash(said, f"undo:{decision.id}")
    return redirect(_back(), HTTPStatus.SEE_OTHER)


@blueprint.post("/comments/<uuid:comment_id>/claim")
@login.needs("moderate")
def claim(comment_id: UUID) -> Any:
    """Claim a comment while it is read, or tell which colleague has it."""
    with service().database.write() as session:
        holder = claims.holders(session, login.current(), [comment_id]).get(comment_id)
        if holder is not None:
            return _("{name} lit ce commentaire.", name=holder.name), HTTPStatus.CONFLICT
        claims.take(session, login.current(), comment_id)
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
        undone = review.undo(session, login.current(), decision_id)
    if request.headers.get("HX-Request"):
        with service().database.read() as session:
            card = cards.one(session, undone.comment_id)
            return render_template("fragments/card.html", card=card)
    flash(_("Décision annulée : le commentaire attend de nouveau."), "status")
    return redirect(_back(), HTTPStatus.SEE_OTHER)


@blueprint.get("/decisions")
@login.needs("moderate")
def decisions() -> str:
    """Show the moderator's own latest decisions."""
    with service().database.read() as session:
        rows = review.history(session, login.current())
        undone = {row.undoes_id for row in rows if row.undoes_id}
        return render_template("decisions.html", decisions=rows, undone=undone)


def error_page(status: HTTPStatus) -> str:
    """Show an error to a person, in their words."""
    return render_template("error.html", status=status)


def _refused(comment_id: UUID, error: Conflict | InvalidText) -> Any:
    """Show why a decision was not taken, on the card as it now stands, with the note kept."""
    conflict = isinstance(error, Conflict)
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    g.refusal = (
        _("Rien n’a été enregistré : ce commentaire a changé, ou un collègue le lit.")
        if conflict
        else reasons.refusal(request.form)
    )
    with service().database.read() as session:
        card = cards.one(session, comment_id, explain=True)
        fragment = bool(request.headers.get("HX-Request"))
        page = "fragments/card.html" if fragment else "comment.html"
        return make_response(render_template(page, card=card), status)


def _filters() -> Filters:
    status = request.args.get("status", "pending")
    if status not in {"pending", "approved", "rejected"}:
        raise BadRequest
    rule = request.args.get("rule") or None
    return Filters(status, _uuid("site"), _uuid("article"), rule, login.current().id)


def _order() -> Order:
    asked = request.args.get("order")
    return "oldest" if asked == "oldest" else "riskiest"


def _uuid(name: str) -> UUID | None:
    asked = request.args.get(name)
    try:
        return UUID(asked) if asked else None
    except ValueError as error:
        raise NotFound(f"{name} is not an id") from error


def _action() -> Action:
    for action in get_args(Action):
        if request.form.get("action") == action:
            chosen: Action = action
            return chosen
    raise BadRequest


def _shown() -> Shown:
    form = request.form
    try:
        revision = int(form["revision"])
    except ValueError as error:
        raise BadRequest from error
    open_ms = form.get("open_ms", type=int)
    if open_ms is not None and not 0 <= open_ms <= OPEN_MS_MAX:
        open_ms = None
    return Shown(revision, form["status"], form.get("score_shown") == "1", open_ms)


def _back() -> str:
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return f"{url_for('console.queue')}?{urlencode(kept)}"
