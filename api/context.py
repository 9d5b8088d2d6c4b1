"""What every view needs: the running service, and the site that calls."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from random import SystemRandom
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from werkzeug.exceptions import Unauthorized

from api.feed import Feed
from moderation import sites
from moderation.champion import Champion
from moderation.database import Database
from moderation.explanations import Explanations
from moderation.persons import Persons
from moderation.settings import Settings
from moderation.tables import Site, now
from moderation.versions import Versions

_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one running installation."""

    settings: Settings
    database: Database
    champion: Champion
    versions: Versions
    explanations: Explanations
    persons: Persons
    feed: Feed

    @property
    def secret(self) -> bytes:
        """The key of fingerprints."""
        return self.settings.secret_key.get_secret_value().encode()


def service() -> Service:
    """Answer the service behind the current application."""
    found: Service = current_app.extensions["vigie"]
    return found


def zone() -> ZoneInfo:
    """Answer the time zone in which days are counted and moments told."""
    return ZoneInfo(service().settings.timezone)


def today() -> date:
    """Tell the present day in that zone."""
    return now().astimezone(zone()).date()


def draw() -> float:
    """Draw a number uniform in [0, 1) that no caller can foresee."""
    return _chance.random()


def require_site() -> None:
    """Find the calling site by its key, or answer 401; meant to run before each request."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and key:
        with service().database.read() as session:
            found = sites.authenticate(session, key.strip())
    if found is None:
        raise Unauthorized("Send the site's key as « Authorization: Bearer … ».")
    g.site = found


def require_json() -> None:
    """Answer 400 to a body that is not JSON, and 415 to one that does not say that it is."""
    if request.method in {"POST", "PUT"}:
        request.get_json()


def calling_site() -> Site:
    """Answer the site that `require_site` found."""
    found: Site = g.site
    return found


NO_CONTENT = ("", HTTPStatus.NO_CONTENT)
