"""How the comments that wait spread over each score: in hundredths, kept beside the comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from moderation.classifier import ATTRIBUTES
from moderation.tables import WAITING, Comment

# What a comment is scored on; each has two digits in `Comment.bands`, in this order.
SCALES = ("reject", *ATTRIBUTES)
HUNDREDTHS = 100
UNSCORED = "xx"


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many comments wait in each hundredth of a scale, and how many are in none of them."""

    counts: tuple[int, ...]
    blind: int
    unscored: int

    def within(self, low: int, high: int) -> int:
        """Count those from `low` hundredths to `high`, excluded."""
        return sum(self.counts[low:high])


def bands(reject: float | None, attributes: Mapping[str, float], *, blind: bool) -> str | None:
    """Write in which hundredth each score falls; None for a blind card, which is in no band."""
    if blind:
        return None
    scores = {**attributes, "reject": reject}
    return "".join(_hundredth(scores.get(scale)) for scale in SCALES)


def histogram(
    session: Session, scale: str, narrowed: Sequence[ColumnElement[bool]] = ()
) -> Histogram:
    """Count the comments that wait by their score on a scale."""
    band = _band(scale)
    query = select(band, func.count()).where(WAITING, *narrowed).group_by(band)
    found: dict[str | None, int] = {row[0]: row[1] for row in session.execute(query)}
    counts = tuple(found.pop(f"{place:02d}", 0) for place in range(HUNDREDTHS))
    blind = found.pop(None, 0)
    return Histogram(counts, blind, sum(found.values()))


def within(scale: str, low: int, high: int) -> list[ColumnElement[bool]]:
    """Say in SQL, about `Comment`: waits, and scores from `low` hundredths to `high`, excluded."""
    return [WAITING, _band(scale).between(f"{low:02d}", f"{high - 1:02d}")]


def sample(
    session: Session, conditions: Sequence[ColumnElement[bool]], size: int = 10
) -> Sequence[UUID]:
    """Draw comments that meet `conditions`, each as likely as any other."""
    query = select(Comment.id).where(*conditions).order_by(func.random()).limit(size)
    return session.scalars(query).all()


def _band(scale: str) -> ColumnElement[str]:
    # Written out, so that PostgreSQL knows what it groups by for what it selects.
    start = 2 * SCALES.index(scale) + 1
    return func.substr(Comment.bands, literal_column(str(start)), literal_column("2"))


def _hundredth(score: float | None) -> str:
    if score is None:
        return UNSCORED
    # A score of 0.29 is 28.999… hundredths to a computer.
    return f"{min(int(score * HUNDREDTHS + 1e-9), HUNDREDTHS - 1):02d}"
