"""The demo site's page: an article, what readers see under it, and the form to react."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as PageNotFound

from api.batch import submit_all
from api.context import calling_site, service
from api.language import translate as _
from api.problems import Problem
from moderation import sites, threads
from moderation.errors import NotFound

blueprint = Blueprint("demo", __name__)
SLUG = "demo"
ARTICLE = {
    "external_id": "fusion-numelink-clustr",
    "url": "http://localhost:8000/demo",
    "title": "Numélink et Clust’R Numérique préparent leur union",
    "section": "Numérique",
}


@blueprint.before_request
def only_with_demo_site() -> None:
    """Act as the demo site, where there is one."""
    with service().database.read() as session:
        try:
            g.site = sites.by_slug(session, SLUG)
        except NotFound as error:
            raise PageNotFound from error


@blueprint.get("/demo")
def article() -> str:
    """Show the article and its visible comments."""
    return _page()


@blueprint.post("/demo")
def react() -> Any:
    """Take a reader's comment in, as any site would."""
    form = request.form
    comment = {
        "external_id": f"demo-{uuid4()}",
        "article": ARTICLE,
        "author": {"name": form.get("name", ""), "email": form.get("email", "")},
        "text": form.get("text", ""),
    }
    [result] = submit_all([comment])
    if isinstance(result, Problem):
        return _page(refused=True), HTTPStatus.UNPROCESSABLE_ENTITY
    if result[0].status == "approved":
        flash(_("Merci pour votre commentaire. Il est en ligne."))
    else:
        flash(_("Merci pour votre commentaire. Il sera visible prochainement, après validation."))
    return redirect(url_for("demo.article") + "#reagir", HTTPStatus.SEE_OTHER)


def _page(*, refused: bool = False) -> str:
    with service().database.read() as session:
        try:
            found = threads.article(session, calling_site(), ARTICLE["external_id"])
        except NotFound:
            return render_template("demo.html", article=ARTICLE, entries=[], refused=refused)
        entries, _more = threads.visible(session, found, limit=200)
        return render_template("demo.html", article=ARTICLE, entries=entries, refused=refused)
