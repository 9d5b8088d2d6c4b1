"""Sites, their policies and their API keys."""

import secrets
from base64 import b32encode

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from moderation import journal, keys
from moderation.errors import NotFound
from moderation.policy import Policy
from moderation.tables import Site, SiteKey, now

KEY_PREFIX = "vigie-"


def create(session: Session, slug: str, name: str, policy: Policy | None = None) -> Site:
    """Create a site with a policy, or the default one."""
    site = Site(slug=slug, name=name, policy=(policy or Policy()).model_dump(mode="json"))
    session.add(site)
    session.flush()
    journal.record(session, None, "site.create", site.slug)
    return site


def by_slug(session: Session, slug: str) -> Site:
    """Look up a site by its short name, or raise NotFound."""
    site = session.scalar(select(Site).where(Site.slug == slug))
    if site is None:
        raise NotFound(f"There is no site {slug}.")
    return site


def new_key(session: Session, site: Site, label: str) -> str:
    """Create an API key and answer it; it cannot be read again, only its digest is kept.

    It is a valid host label: lower-case letters, digits and a hyphen, under 64 characters.
    """
    key = KEY_PREFIX + b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()
    session.add(SiteKey(site_id=site.id, digest=keys.digest(key), label=label))
    journal.record(session, None, "site.key", site.slug)
    session.flush()
    return key


def revoke_key(session: Session, key: str) -> None:
    """Refuse a key from now on, or raise NotFound."""
    row = session.scalar(
        select(SiteKey).where(SiteKey.digest == keys.digest(key)).options(joinedload(SiteKey.site))
    )
    if row is None:
        raise NotFound("There is no such key.")
    row.revoked_at = now()
    journal.record(session, None, "site.revoke_key", row.site.slug)


def authenticate(session: Session, key: str) -> Site | None:
    """Find the site whose key this is; None for an unknown or revoked one."""
    row = session.scalar(
        select(SiteKey)
        .where(SiteKey.digest == keys.digest(key), SiteKey.revoked_at.is_(None))
        .options(joinedload(SiteKey.site))
    )
    return row.site if row else None
