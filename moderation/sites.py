"""Sites, their policies and their API keys."""

import secrets
from base64 import b32encode
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from moderation import journal, keys
from moderation.errors import NotFound
from moderation.policy import Policy
from moderation.reasons import SiteReason
from moderation.tables import Moderator, Site, SiteKey, now

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


def set_reasons(
    session: Session,
    moderator: Moderator,
    site: Site,
    chosen: Sequence[SiteReason],
    charter_url: str | None,
    appeal_url: str | None,
) -> None:
    """Change a site's reasons of rejection; what was decided keeps what was told."""
    before = Policy.model_validate(site.policy)
    changes = {"reasons": tuple(chosen), "charter_url": charter_url, "appeal_url": appeal_url}
    policy = Policy.model_validate({**site.policy, **changes})
    changed = [reason.code for reason in policy.reasons if reason not in before.reasons]
    site.policy = policy.model_dump(mode="json")
    journal.record(session, moderator, "reasons.change", site.id, codes=" ".join(changed))


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
