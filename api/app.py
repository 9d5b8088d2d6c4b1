"""The application factory."""

import gc
import threading
from datetime import timedelta

from flask import request
from flask_openapi3 import Info, OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from api import blueprints, deliveries, errors, oidc, problems
from api.context import Service
from api.feed import Feed
from moderation.champion import Champion
from moderation.database import Database
from moderation.explanations import Explanations
from moderation.persons import Persons
from moderation.settings import Settings
from moderation.versions import Versions

MAX_BODY = 8 * 1024 * 1024
SITE_KEY = {"type": "http", "scheme": "bearer", "description": "A site's key."}
CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)
# Swagger UI starts from an inline script and styles itself.
DOCS_SECURITY = CONTENT_SECURITY.replace("-src 'self';", "-src 'self' 'unsafe-inline';")


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
    blueprints.init_app(app)
    errors.init_app(app)
    app.after_request(_secure)
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


def _secure(response: Response) -> Response:
    docs = request.path.startswith("/docs")
    headers = response.headers
    headers.setdefault("Content-Security-Policy", DOCS_SECURITY if docs else CONTENT_SECURITY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if blueprints.for_people():
        headers.setdefault("Cache-Control", "no-store")
    return response
