"""Which comments a moderator wants to see, and how a URL's query says it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Literal, cast, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, select

from moderation import scores
from moderation.duplicates import SHOWN
from moderation.errors import InvalidText
from moderation.tables import Article, Comment, first_id, now

Order = Literal["riskiest", "oldest", "newest", "flagged"]
ORDERS: tuple[Order, ...] = get_args(Order)
Status = Literal["pending", "approved", "rejected"]
STATUSES: tuple[Status, ...] = get_args(Status)
TEXT_MAX_LENGTH = 255
HOURS_MAX = 24 * 365


class InvalidFilter(InvalidText):
    """A filter's value that makes no sense; `name` is the argument's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The filter {name} has a value that makes no sense.")
        self.name = name


@dataclass(frozen=True, slots=True)
class Filters:
    """What comments must be to be seen, and in which order; None means any.

    Scores are probabilities of rejection, `longer` and `within` ages in hours.
    """

    status: Status | None = None
    site_id: UUID | None = None
    section: str | None = None
    article_id: UUID | None = None
    author_id: UUID | None = None
    rule: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    longer: int | None = None
    within: int | None = None
    order: Order | None = None

    @property
    def chosen(self) -> int:
        """How many filters narrow the list; an order does not."""
        return len(self.query().keys() - {"order"})

    def query(self, **changed: Any) -> dict[str, str]:
        """Answer the arguments of a URL that ask for these filters, with some `changed`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changed
        return {
            NAMES[name]: f"{value:g}" if isinstance(value, float) else str(value)
            for name, value in values.items()
            if value is not None
        }


# A filter's name in a URL, where it is not its own.
_SHORT = {
    "site_id": "site",
    "article_id": "article",
    "author_id": "author",
    "min_score": "min",
    "max_score": "max",
}
NAMES = {field.name: _SHORT.get(field.name, field.name) for field in fields(Filters)}


def parse(arguments: Mapping[str, str]) -> Filters:
    """Read filters from a URL's arguments; an empty one is none, a senseless one InvalidFilter."""
    filters = Filters(
        status=cast("Status | None", _one_of(arguments, "status", STATUSES)),
        site_id=_id(arguments, "site"),
        section=_text(arguments, "section"),
        article_id=_id(arguments, "article"),
        author_id=_id(arguments, "author"),
        rule=_text(arguments, "rule"),
        min_score=_score(arguments, "min"),
        max_score=_score(arguments, "max"),
        longer=_hours(arguments, "longer"),
        within=_hours(arguments, "within"),
        order=cast("Order | None", _one_of(arguments, "order", ORDERS)),
    )
    if (filters.min_score or 0) > (1 if filters.max_score is None else filters.max_score):
        raise InvalidFilter("max")
    return filters


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Say filters in SQL, about `Comment`.

    What a blind card must not tell, its findings and its score, cannot be filtered by either: such
    filters leave it out.
    """
    found: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (Comment.status, filters.status),
            (Comment.site_id, filters.site_id),
            (Comment.article_id, filters.article_id),
            (Comment.author_id, filters.author_id),
        )
        if value is not None
    ]
    if filters.section is not None:
        section = select(Article.id).where(Article.section == filters.section)
        found.append(Comment.article_id.in_(section))
    if filters.longer is not None:
        found.append(Comment.id < first_id(now() - timedelta(hours=filters.longer)))
    if filters.within is not None:
        found.append(Comment.id >= first_id(now() - timedelta(hours=filters.within)))
    if filters.rule is not None:
        found += [Comment.rules.contains(f" {filters.rule} ", autoescape=True), SHOWN]
    if filters.min_score is not None or filters.max_score is not None:
        low = 0.0 if filters.min_score is None else filters.min_score
        high = 1.0 if filters.max_score is None else filters.max_score
        # A card that is neither blind nor without a score is ranked by it.
        found += [Comment.rank.between(low, high), Comment.bands < scores.UNSCORED]
    return found


def _one_of(arguments: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    asked = arguments.get(name) or None
    if asked is not None and asked not in known:
        raise InvalidFilter(name)
    return asked


def _text(arguments: Mapping[str, str], name: str) -> str | None:
    asked = arguments.get(name, "").strip() or None
    if asked is not None and (len(asked) > TEXT_MAX_LENGTH or "\0" in asked):
        raise InvalidFilter(name)
    return asked


def _id(arguments: Mapping[str, str], name: str) -> UUID | None:
    asked = arguments.get(name)
    try:
        return UUID(asked) if asked else None
    except ValueError as error:
        raise InvalidFilter(name) from error


def _score(arguments: Mapping[str, str], name: str) -> float | None:
    asked = arguments.get(name)
    try:
        score = float(asked) if asked else None
    except ValueError as error:
        raise InvalidFilter(name) from error
    if score is not None and not 0 <= score <= 1:
        raise InvalidFilter(name)
    return score


def _hours(arguments: Mapping[str, str], name: str) -> int | None:
    asked = arguments.get(name)
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 6 and int(asked) <= HOURS_MAX):
        raise InvalidFilter(name)
    return int(asked)
