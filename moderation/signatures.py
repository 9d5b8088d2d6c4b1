"""Coral's signing secrets, two at once while one replaces the other."""

import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.errors import InvalidText
from moderation.tables import CoralSecret, Site, now

ACTIVE = 2
SCHEME = "sha256="


def add(session: Session, site: Site, secret: str) -> None:
    """Accept another secret that Coral made; of those before, only the latest stays."""
    if not secret.strip():
        raise InvalidText("The secret is empty.")
    known = _active(session, site)
    if any(row.secret == secret.strip() for row in known):
        return
    for row in known[ACTIVE - 1 :]:
        row.retired_at = now()
    session.add(CoralSecret(site_id=site.id, secret=secret.strip()))
    session.flush()


def verify(session: Session, site: Site, body: bytes, header: str) -> bool:
    """Tell whether any signature of the header is of any active secret.

    Every pair is compared, in constant time: how long it takes tells nothing.
    """
    given = [part.strip() for part in header.split(",")][: 2 * ACTIVE]
    matched = False
    for row in _active(session, site):
        expected = sign(row.secret, body).encode()
        for signature in given:
            matched |= hmac.compare_digest(signature.encode(), expected)
    return matched


def sign(secret: str, body: bytes) -> str:
    """Sign a body as Coral does: the whole secret is the key, prefix included."""
    return SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _active(session: Session, site: Site) -> Sequence[CoralSecret]:
    query = (
        select(CoralSecret)
        .where(CoralSecret.site_id == site.id, CoralSecret.retired_at.is_(None))
        .order_by(CoralSecret.id.desc())
    )
    return session.scalars(query).all()
