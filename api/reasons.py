"""Reasons of rejection: choosing one, and reading beforehand what the author will read."""

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from api import login
from api.context import service
from api.language import translate as _
from moderation import reasons as catalogue
from moderation import review, statements
from moderation.errors import InvalidText, NotFound
from moderation.policy import Policy
from moderation.reasons import Offered
from moderation.tables import Comment, Site

blueprint = Blueprint("reasons", __name__)
# One key a reason, in the site's order; those beyond are reached by the arrows.
KEYS = "1234567890-="


def offered(site: Site | None = None) -> list[Offered]:
    """List the reasons in use on a site, or the catalogue's for what concerns several."""
    chosen = Policy.model_validate(site.policy).reasons if site else ()
    return [reason for reason in catalogue.of_site(chosen) if reason.used]


def refusal(form: MultiDict[str, str]) -> str:
    """Say why the words of a rejection cannot be taken."""
    if form.get("reason") not in catalogue.REASONS:
        return _("Rien n’a été enregistré : un rejet demande un motif.")
    if form.get("reason") == "other" and not form.get("told", "").strip():
        return _(
            "Rien n’a été enregistré : le motif « Autre » demande une précision pour l’auteur."
        )
    return _("Rien n’a été enregistré : un texte est trop long, ou contient un signe interdit.")


@blueprint.post("/comments/<uuid:comment_id>/statement")
@login.needs("moderate")
def preview(comment_id: UUID) -> str:
    """Show what the author would read of a rejection that is being written."""
    form = request.form
    reason, told = form.get("reason"), form.get("told", "")
    if reason not in catalogue.REASONS:
        return render_template("fragments/reasons/preview.html")
    with service().database.read() as session:
        comment = session.get(Comment, comment_id)
        if comment is None or comment.status == "removed":
            raise NotFound(f"There is no comment {comment_id}.")
        try:
            review.check("reject", reason, form.get("note"), told)
        except InvalidText:
            return render_template("fragments/reasons/preview.html", why_none=refusal(form))
        verdict = comment.latest.verdict
        blind = verdict.blind and comment.status == "pending"
        statement = statements.compose(
            Policy.model_validate(comment.site.policy),
            comment,
            reason,
            told.strip(),
            automated=None if blind else statements.detected(verdict),
        )
        return render_template("fragments/reasons/preview.html", statement=statement)
