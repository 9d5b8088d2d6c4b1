"""What figures speak of: a period cut in days, weeks or months, of one site or all."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import sqrt
from typing import Any, Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal
from sqlalchemy.orm import InstrumentedAttribute

from moderation.tables import Comment

Unit = Literal["day", "week", "month"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its 95 % Wilson interval; `n` may be an effective size."""

    part: float
    n: float

    @property
    def value(self) -> float | None:
        """The proportion; None of nothing."""
        return self.part / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval (Wilson 1927)."""
        if not self.n:
            return None
        share, square = self.part / self.n, Z * Z / self.n
        middle = (share + square / 2) / (1 + square)
        half = Z * sqrt(share * (1 - share) / self.n + square / 4 / self.n) / (1 + square)
        return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Scope:
    """Moments from the first of `starts` to `end` (excluded), cut at each start."""

    days: tuple[date, ...]
    starts: tuple[datetime, ...]
    end: datetime
    site_id: UUID | None = None

    def within(self, moment: InstrumentedAttribute[datetime]) -> list[ColumnElement[bool]]:
        """Say in SQL that a moment lies in the period."""
        return [moment >= self.starts[0], moment < self.end]

    def narrow(self, query: Any, comment_id: InstrumentedAttribute[UUID]) -> Any:
        """Narrow a query to the site, by the comment its rows bear on; no join where all count."""
        if self.site_id is None:
            return query
        return query.join(Comment, Comment.id == comment_id).where(self.of_site())

    def of_site(self) -> ColumnElement[bool]:
        """Say in SQL that `Comment` is of the site."""
        return literal(True) if self.site_id is None else Comment.site_id == self.site_id

    def bucket(self, moment: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
        """Number in SQL the part of the period in which a moment lies, by halving."""
        return self._halve(moment, 0, len(self.starts))

    def one_if(self, condition: ColumnElement[bool]) -> ColumnElement[int]:
        """Count in SQL what meets a condition."""
        return case((condition, 1), else_=0)

    def _halve(
        self, moment: InstrumentedAttribute[datetime], low: int, high: int
    ) -> ColumnElement[int]:
        if high - low == 1:
            return literal(low)
        middle = (low + high) // 2
        before = self._halve(moment, low, middle)
        return case((moment < self.starts[middle], before), else_=self._halve(moment, middle, high))


def cut(first: date, last: date, unit: Unit, zone: ZoneInfo, site_id: UUID | None = None) -> Scope:
    """Cut the days from `first` to `last` (included) in a time zone; weeks begin on Mondays."""
    days = [first]
    while (following := _next(days[-1], unit)) <= last:
        days.append(following)
    end = _midnight(last + timedelta(days=1), zone)
    return Scope(tuple(days), tuple(_midnight(day, zone) for day in days), end, site_id)


def _next(day: date, unit: Unit) -> date:
    if unit == "day":
        return day + timedelta(days=1)
    if unit == "week":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
