"""The application factory."""

import gc
import threading
from datetime import timedelta
from http import HTTPStatus

from flask import redirect, request
from flask_openapi3 import Info, OpenAPI
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

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
    deliveries,
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
    problems,
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
from api.context import Service
from api.feed import Feed
from moderation.champion import Champion
from moderation.database import Database
from moderation.errors import VigieError
from moderation.explanations import Explanations
from moderation.persons import Persons
from moderation.settings import Settings
from moderation.versions import Versions

MAX_BODY = 8 * 1024 * 1024
RETRY_SECONDS = 2
SITE_KEY = {"type": "http", "scheme": "bearer", "description": "A site's key."}
CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)
# Swagger UI starts from an inline script and styles itself.
DOCS_SECURITY = CONTENT_SECURITY.replace("-src 'self';", "-src 'self' 'unsafe-inline';")


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


def create_app(settings: Settings, champion: Champion | None = None) -> OpenAPI:
    """Build the application; `champion` replaces the models that the database names, for tests."""
    database = Database(settings.database_url)
    champion = champion or Champion(database, settings.models_dir, settings.score_timeout)
    app = OpenAPI(
        "api",
        info=Info(title="Vigie", version="1.0", description="Comment moderation, French first."),
        security_schemes={"site_key": SITE_KEY},
        doc_prefix="/docs",
        validation_error_status=422,
        validation_error_model=problems.Problem,
        validation_error_callback=problems.of_validation,
    )
    versions = Versions(database, settings.models_dir, settings.score_timeout, champion)
    app.extensions["vigie"] = Service(
        settings,
        database,
        champion,
        versions,
        Explanations(champion),
        Persons(),
        Feed(database, settings.live_streams),
    )
    _configure(app, settings)
    _register(app)
    oidc.init_app(app, settings)
    return app


def serve(settings: Settings) -> OpenAPI:
    """Build the application and keep it on the serving model; one call a worker process."""
    app = create_app(settings)
    champion: Champion = app.extensions["vigie"].champion
    champion.refresh()
    watch = threading.Thread(
        target=champion.watch,
        args=(settings.champion_ttl, threading.Event()),
        name="champion",
        daemon=True,
    )
    watch.start()
    # What loads when first needed is loaded before the first caller, who may not wait. Telling
    # languages waits for the first call that asks: 40 MB that most installations never need.
    champion.assess(["Bonjour."])
    # What is loaded stays: looking through it for garbage took a fifth of every page's time.
    gc.collect()
    gc.freeze()
    if settings.embedded_worker:
        deliveries.start(app.extensions["vigie"].database, settings)
    return app


def _configure(app: OpenAPI, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_NAME="vigie",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
        # As long as the session: a queue stays open for a whole shift.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def _register(app: OpenAPI) -> None:
    csrf = CSRFProtect(app)
    for api_blueprint in (comments.blueprint, reports.blueprint, scoring.blueprint):
        csrf.exempt(api_blueprint)
        app.register_api(api_blueprint)
    for facade in FACADES:
        csrf.exempt(facade)
        app.register_blueprint(facade)
    for blueprint in (health.blueprint, *PAGES):
        app.register_blueprint(blueprint)
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
    app.register_error_handler(VigieError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(DataError, _unstorable)
    app.after_request(_secure)


def _for_people() -> bool:
    if request.blueprint is None:
        kinds = ["application/problem+json", "text/html"]
        return request.accept_mimetypes.best_match(kinds) == "text/html"
    return request.blueprint in {page.name for page in PAGES}


def _domain_error(error: VigieError) -> Response | tuple[str, int]:
    if _for_people():
        status = problems.STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
        return console.error_page(status), status
    return problems.answer(problems.of_domain(error))


def _http_error(error: HTTPException) -> Response | tuple[str, int]:
    if error.response is not None:
        return error.response  # type: ignore[return-value] # Werkzeug types it as sansio
    if _for_people():
        return console.error_page(HTTPStatus(error.code or 500)), error.code or 500
    return problems.of_http(error)


def _database_away(_error: OperationalError) -> Response | tuple[str, int]:
    # A lock that lasted, a deadlock, a server restarting: nothing was stored, and it will pass.
    return _http_error(ServiceUnavailable("The database is busy.", retry_after=RETRY_SECONDS))


def _unstorable(_error: DataError) -> Response | tuple[str, int]:
    # A null byte, a number beyond all bounds: PostgreSQL will not even look for them.
    return _http_error(BadRequest("This holds what no database keeps."))


def _secure(response: Response) -> Response:
    docs = request.path.startswith("/docs")
    headers = response.headers
    headers.setdefault("Content-Security-Policy", DOCS_SECURITY if docs else CONTENT_SECURITY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if _for_people():
        headers.setdefault("Cache-Control", "no-store")
    return response
