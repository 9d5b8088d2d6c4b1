"""How much each blog of a site asked through the Akismet facade, month by month."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from moderation.database import insert_missing
from moderation.tables import AkismetUsage, Site

Counter = Literal["api_calls", "spam", "ham", "missed_spam", "false_positives"]
COUNTERS: tuple[Counter, ...] = ("api_calls", "spam", "ham", "missed_spam", "false_positives")
BLOG_MAX_LENGTH = 255


def count(session: Session, site: Site, month: str, blog: str, *counters: Counter) -> None:
    """Add one to counters of a blog's month (`2026-11`)."""
    key = {"site_id": site.id, "month": month, "blog": blog[:BLOG_MAX_LENGTH]}
    zeros = dict.fromkeys(COUNTERS, 0)
    insert_missing(session, AkismetUsage, ("site_id", "month", "blog"), **key, **zeros)
    more = {name: getattr(AkismetUsage, name) + 1 for name in counters}
    session.execute(update(AkismetUsage).filter_by(**key).values(**more))


def calls(session: Session, site: Site, month: str) -> int:
    """Count a site's calls of a month, over all its blogs."""
    query = select(func.sum(AkismetUsage.api_calls)).filter_by(site_id=site.id, month=month)
    return session.scalar(query) or 0


def by_blog(session: Session, site: Site, month: str, like: str = "") -> Sequence[AkismetUsage]:
    """List a month's counts, the busiest blog first; `like` is a part of the blog's address."""
    query = (
        select(AkismetUsage)
        .filter_by(site_id=site.id, month=month)
        .where(AkismetUsage.blog.contains(like, autoescape=True))
        .order_by(AkismetUsage.api_calls.desc(), AkismetUsage.blog)
    )
    return session.scalars(query).all()
