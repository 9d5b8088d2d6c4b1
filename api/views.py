"""Named filters and watched articles: keeping, renaming, sharing and forgetting them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request

from api import console, login, narrowing
from api.context import service
from api.language import translate as _
from moderation import queues, views
from moderation.errors import InvalidText

blueprint = Blueprint("views", __name__)
blueprint.add_app_template_global(narrowing.here)
blueprint.add_app_template_global(narrowing.following)
blueprint.add_app_template_global(narrowing.view_address)


@blueprint.post("/views")
@login.needs("moderate")
def save() -> Any:
    """Keep the filters that the URL asks for under a name."""
    asked, name = narrowing.asked(), request.form.get("name", "")
    try:
        with service().database.write() as session:
            views.save(session, login.current(), name, _queue(), asked)
    except InvalidText:
        return _refused("new")
    return _done(_("Vue enregistrée."))


@blueprint.post("/views/<uuid:view_id>/rename")
@login.needs("moderate")
def rename(view_id: UUID) -> Any:
    """Give a view another name."""
    try:
        with service().database.write() as session:
            views.rename(session, login.current(), view_id, request.form.get("name", ""))
    except InvalidText:
        return _refused(str(view_id))
    return _done(_("Vue renommée."))


@blueprint.post("/views/<uuid:view_id>/share")
@login.needs("lead")
def share(view_id: UUID) -> Any:
    """Show a view to everybody, or no longer."""
    shared = request.form.get("shared") == "1"
    with service().database.write() as session:
        views.share(session, login.current(), view_id, shared=shared)
    said = _("Vue partagée avec toute l’équipe.") if shared else _("Cette vue n’est plus partagée.")
    return _done(said)


@blueprint.post("/views/<uuid:view_id>/remove")
@login.needs("moderate")
def remove(view_id: UUID) -> Any:
    """Forget a view."""
    with service().database.write() as session:
        views.remove(session, login.current(), view_id)
    return _done(_("Vue supprimée."))


@blueprint.post("/articles/<uuid:article_id>/watch")
@login.needs("moderate")
def watch(article_id: UUID) -> Any:
    """Watch an article, or no longer."""
    watched = request.form.get("watched") == "1"
    with service().database.write() as session:
        change = views.watch if watched else views.unwatch
        change(session, login.current(), article_id)
    if request.headers.get("HX-Request"):
        page = render_template("fragments/watch.html", article_id=article_id)
        return page, {"HX-Trigger": "vigie:counts"}
    return _done(
        _("Vous suivez cet article.") if watched else _("Vous ne suivez plus cet article.")
    )


def _queue() -> queues.Name:
    asked = request.args.get("queue")
    return next((name for name in queues.NAMES if name == asked), "pending")


def _done(said: str) -> Any:
    flash(said, "status")
    return redirect(narrowing.back(), HTTPStatus.SEE_OTHER)


def _refused(form: str) -> Any:
    """Show the list again, with what was typed and why it will not do."""
    g.view_refused = form
    return make_response(console.queue(name=_queue()), HTTPStatus.UNPROCESSABLE_ENTITY)
