"""Reasons of rejection: choosing one, and reading beforehand what the author will read."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from api import login, reason_form
from api.context import service
from api.language import translate as _
from moderation import comments, flags, review, sites, statements
from moderation import reasons as catalogue
from moderation.errors import InvalidText, NotFound
from moderation.policy import Policy
from moderation.reasons import Offered
from moderation.tables import Site

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
    return _("Rien n’a été enregistré : un texte est trop long, ou contient un caractère interdit.")


@blueprint.post("/comments/<uuid:comment_id>/statement")
@login.needs("moderate")
def preview(comment_id: UUID) -> str:
    """Show what the author would read of a rejection that is being written."""
    form = request.form
    reason, told = form.get("reason"), form.get("told", "")
    if reason not in catalogue.REASONS:
        return render_template("fragments/reasons/preview.html")
    with service().database.read() as session:
        comment = comments.find(session, comment_id)
        try:
            review.check("reject", reason, form.get("note"), told)
        except InvalidText:
            return render_template("fragments/reasons/preview.html", why_none=refusal(form))
        statement = statements.compose(
            Policy.model_validate(comment.site.policy),
            comment,
            reason,
            told.strip(),
            automated=None if comment.blind else statements.detected(comment.latest.verdict),
            flagged=bool(flags.unresolved(session, [comment_id])),
        )
        return render_template("fragments/reasons/preview.html", statement=statement)


@blueprint.get("/reasons")
@login.needs("lead")
def reasons() -> str:
    """Show a site's reasons of rejection, to be changed."""
    with service().database.read() as session:
        site = _site(session)
        return _page(session, site, reason_form.stored(site) if site else None)


@blueprint.post("/reasons")
@login.needs("lead")
def change() -> Any:
    """Change a site's reasons; `restore` makes one of them what the catalogue says again."""
    restored = request.form.get("restore")
    with service().database.write() as session:
        site = _site(session)
        if site is None:
            raise NotFound("There is no site yet.")
        typed = reason_form.typed(request.form, restored)
        policy, page = reason_form.accepted(typed, site)
        if policy is None:
            return _page(session, site, page), HTTPStatus.UNPROCESSABLE_ENTITY
        sites.set_reasons(
            session, login.current(), site, policy.reasons, policy.charter_url, policy.appeal_url
        )
        flash(_("Motifs enregistrés."), "status")
        return redirect(url_for("reasons.reasons", site=site.slug), HTTPStatus.SEE_OTHER)


def _site(session: Session) -> Site | None:
    slug = request.args.get("site")
    if slug:
        return sites.by_slug(session, slug)
    return session.scalar(select(Site).order_by(Site.name).limit(1))


def _page(session: Session, site: Site | None, page: reason_form.Page | None) -> str:
    every = session.scalars(select(Site).order_by(Site.name)).all()
    return render_template("reasons.html", page=page, site=site, sites=every)
