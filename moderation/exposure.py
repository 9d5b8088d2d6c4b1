"""Severe texts: which ones they are, who asked to see them, and how many a day is enough.

A `day` is the present one where the newspaper is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from moderation import journal, rules
from moderation.database import insert_missing
from moderation.errors import InvalidText, NotAllowed
from moderation.tables import (
    Comment,
    Exposure,
    Moderator,
    now,
)

LIMIT_MAX = 1_000
DAYS = 7


@dataclass(frozen=True, slots=True)
class Load:
    """How many severe texts a moderator read today, and a day on average over a week."""

    moderator: Moderator
    today: int
    mean: float


def severe(comment: Comment) -> list[str]:
    """List the severe findings of a comment's text; none for a blind card, which it would tell."""
    if comment.blind:
        return []
    findings = comment.latest.verdict.findings
    return [finding.rule for finding in findings if finding.rule in rules.SEVERE]


def condition(moderator: Moderator, day: date) -> ColumnElement[bool]:
    """Say in SQL, about `Comment`, which ones a moderator may still be handed today."""
    limit = moderator.severe_limit
    if limit is None:
        return true()
    read = select(func.count()).where(Exposure.moderator_id == moderator.id, Exposure.day == day)
    return or_(read.scalar_subquery() < limit, Comment.severe.is_(False))


def blurs(moderator: Moderator) -> bool:
    """Tell whether severe texts are withheld from a moderator until they ask."""
    return bool(moderator.preferences.get("blur", True))


def count(session: Session, moderator: Moderator, day: date) -> int:
    """Count the severe texts that a moderator read on a day."""
    query = select(func.count()).where(Exposure.moderator_id == moderator.id, Exposure.day == day)
    return session.scalar(query) or 0


def at_limit(session: Session, moderator: Moderator, day: date) -> bool:
    """Tell whether a moderator read as many severe texts as their lead lets them read in a day."""
    limit = moderator.severe_limit
    return limit is not None and count(session, moderator, day) >= limit


def seen(
    session: Session, moderator: Moderator, comments: Collection[UUID], day: date
) -> set[UUID]:
    """Find which comments a moderator asked to see on a day."""
    if not comments:
        return set()
    query = select(Exposure.comment_id).where(
        Exposure.moderator_id == moderator.id,
        Exposure.day == day,
        Exposure.comment_id.in_(comments),
    )
    return set(session.scalars(query))


def opened(session: Session, moderator: Moderator, comment_id: UUID, day: date) -> None:
    """Count a severe text that a moderator without blur has opened: they read it."""
    if blurs(moderator):
        return
    comment = session.get(Comment, comment_id)
    if comment is not None and not at_limit(session, moderator, day):
        reveal(session, moderator, comment, day)


def reveal(session: Session, moderator: Moderator, comment: Comment, day: date) -> None:
    """Count a severe text as read, once a day; raise NotAllowed beyond the moderator's limit."""
    if not severe(comment) or comment.id in seen(session, moderator, [comment.id], day):
        return
    if at_limit(session, moderator, day):
        raise NotAllowed("This moderator has read as many severe texts as their limit for a day.")
    key = ("moderator_id", "day", "comment_id")
    row = {"moderator_id": moderator.id, "day": day, "comment_id": comment.id}
    insert_missing(session, Exposure, key, **row, created_at=now())
    journal.record(session, moderator, "text.reveal", comment.id)


def loads(session: Session, day: date) -> list[Load]:
    """Tell what each active moderator read on a day and over the week that ends with it."""
    since = day - timedelta(days=DAYS - 1)
    query = (
        select(Exposure.moderator_id, Exposure.day, func.count())
        .where(Exposure.day.between(since, day))
        .group_by(Exposure.moderator_id, Exposure.day)
    )
    counts: dict[UUID, dict[date, int]] = {}
    for moderator_id, on, number in session.execute(query):
        counts.setdefault(moderator_id, {})[on] = number
    return [
        Load(moderator, by_day.get(day, 0), sum(by_day.values()) / DAYS)
        for moderator in _active(session)
        for by_day in [counts.get(moderator.id, {})]
    ]


def set_limit(session: Session, lead: Moderator, moderator: Moderator, limit: int | None) -> None:
    """Set how many severe texts a day a moderator may read; None lifts the limit."""
    if limit is not None and not 0 <= limit <= LIMIT_MAX:
        raise InvalidText(f"A limit is a whole number from 0 to {LIMIT_MAX}.")
    moderator.severe_limit = limit
    journal.record(session, lead, "moderator.severe_limit", moderator.id, limit=limit)


def set_blur(session: Session, moderator: Moderator, *, on: bool) -> None:
    """Withhold severe texts from a moderator until they ask, or show them at once."""
    moderator.preferences = {**moderator.preferences, "blur": on}
    journal.record(session, moderator, "preferences.blur", moderator.id, on=on)


def _active(session: Session) -> Sequence[Moderator]:
    query = select(Moderator).where(Moderator.disabled_at.is_(None)).order_by(Moderator.name)
    return session.scalars(query).all()
