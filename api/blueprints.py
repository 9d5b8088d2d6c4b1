"""Every blueprint of the application, told apart by who reads its answers."""

from flask import redirect, request
from flask_openapi3 import OpenAPI
from flask_wtf import CSRFProtect

from api import (
    account,
    adjudication,
    akismet,
    authors,
    bulk,
    changes,
    comments,
    console,
    coral,
    dashboard,
    demo,
    duplicates,
    health,
    holds,
    language,
    links,
    live,
    log,
    login,
    navigation,
    oidc,
    openai_moderations,
    perspective,
    pieces,
    preferences,
    reasons,
    reports,
    scores,
    scoring,
    search,
    sheets,
    shortcuts,
    sidebar,
    team,
    thread,
    views,
    wellbeing,
    why,
)

APIS = (comments.blueprint, reports.blueprint, scoring.blueprint)
FACADES = (
    perspective.blueprint,
    perspective.discovery,
    akismet.blueprint,
    coral.blueprint,
    openai_moderations.blueprint,
)
# What people read: their errors are pages too.
PAGES = (
    adjudication.blueprint,
    authors.blueprint,
    live.blueprint,
    preferences.blueprint,
    bulk.blueprint,
    login.blueprint,
    account.blueprint,
    links.blueprint,
    oidc.blueprint,
    team.blueprint,
    log.blueprint,
    console.blueprint,
    dashboard.blueprint,
    demo.blueprint,
    duplicates.blueprint,
    holds.blueprint,
    sidebar.blueprint,
    views.blueprint,
    reasons.blueprint,
    scores.blueprint,
    search.blueprint,
    wellbeing.blueprint,
    why.blueprint,
    thread.blueprint,
)


def init_app(app: OpenAPI) -> None:
    """Register every blueprint, and what their templates call."""
    csrf = CSRFProtect(app)
    for api_blueprint in APIS:
        csrf.exempt(api_blueprint)
        app.register_api(api_blueprint)
    for facade in FACADES:
        csrf.exempt(facade)
        app.register_blueprint(facade)
    for blueprint in (health.blueprint, *PAGES):
        app.register_blueprint(blueprint)
    _furnish(app)


def for_people() -> bool:
    """Tell whether this request is a person's, who reads pages, or a program's."""
    if request.blueprint is None:
        kinds = ["application/problem+json", "text/html"]
        return request.accept_mimetypes.best_match(kinds) == "text/html"
    return request.blueprint in {page.name for page in PAGES}


def _furnish(app: OpenAPI) -> None:
    login.limiter.init_app(app)
    language.init_app(app)
    app.jinja_env.filters.update(cell=sheets.written, wait=sheets.wait)
    app.jinja_env.globals.update(menu=navigation.menu, can=login.can, plain_pieces=pieces.plain)
    app.jinja_env.globals.update(changes_of=changes.of)
    app.jinja_env.filters.update(visible=pieces.visible, direction=pieces.direction)
    app.jinja_env.globals.update(reasons_of=reasons.offered, reason_keys=reasons.KEYS)
    shortcuts.init_app(app)
    live.init_app(app)
    app.add_url_rule("/openapi.json", "openapi", lambda: app.api_doc)
    app.add_url_rule("/docs", "docs", lambda: redirect("/docs/swagger"))
