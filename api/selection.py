"""Comments chosen together, by a search, a band of scores or their likeness to one.

Each says them in SQL, in words and in an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from api import labels
from api.language import translate as _
from api.language import translate_plural as _n
from moderation import duplicates, filters, scores, search, terms
from moderation.filters import Filters
from moderation.tables import Comment

# What a first visit shows: the riskiest comments, whose decision is the surest.
LOW, HIGH = 90, scores.HUNDREDTHS


@dataclass(frozen=True, slots=True)
class Search:
    """What a search finds: the comments that have the words, among those that filters keep."""

    asked: str
    filters: Filters

    @property
    def question(self) -> terms.Question:
        """The words, read."""
        return terms.read(self.asked)

    @property
    def empty(self) -> bool:
        """Whether nothing is looked for."""
        return not self.asked and not self.filters.chosen

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """Say in SQL, about `Comment`, what is found."""
        found = [Comment.status != "removed", *filters.conditions(self.filters)]
        return [*found, search.matching(session, self.question)] if self.asked else found

    def query(self) -> dict[str, str]:
        """Answer the arguments of an address that search again."""
        return {"of": "search", "q": self.asked, **self.filters.query(order=None)}

    def words(self) -> str:
        """Tell a person what is looked for."""
        asked = _("Recherche « {asked} »", asked=self.asked) if self.asked else _("Recherche")
        return asked + _filtered(self.filters)

    def address(self) -> str:
        """Lead back to the search."""
        return url_for("search.search", **_without_of(self.query()))


@dataclass(frozen=True, slots=True)
class Band:
    """Comments that wait and score from `low` hundredths to `high`, excluded, on a scale."""

    scale: str
    low: int
    high: int
    filters: Filters

    def conditions(self, _session: Session) -> list[ColumnElement[bool]]:
        """Say in SQL, about `Comment`, what is in the band."""
        band = scores.within(self.scale, self.low, self.high)
        return [*band, *filters.conditions(self.filters)]

    def query(self) -> dict[str, str]:
        """Answer the arguments of an address that show the band again."""
        band = {"scale": self.scale, "low": str(self.low), "high": str(self.high)}
        return {"of": "scores", **band, **self.filters.query(order=None)}

    def words(self) -> str:
        """Tell a person which band it is."""
        scale = _(labels.SCALES[self.scale])
        band = _("{scale} : de {low} à {high} %", scale=scale, low=self.low, high=self.high)
        return band + _filtered(self.filters)

    def address(self) -> str:
        """Lead back to the band."""
        return url_for("scores.scores", **_without_of(self.query()))


@dataclass(frozen=True, slots=True)
class Like:
    """Comments that wait and say nearly the same as one, itself included."""

    comment: UUID

    def conditions(self, _session: Session) -> list[ColumnElement[bool]]:
        """Say in SQL, about `Comment`, what is alike."""
        return [Comment.status == "pending", *duplicates.like(self.comment)]

    def query(self) -> dict[str, str]:
        """Answer the arguments of an address that show them again."""
        return {"of": "similar", "comment": str(self.comment)}

    def words(self) -> str:
        """Tell a person what they are."""
        return _("Textes semblables")

    def address(self) -> str:
        """Lead back to them."""
        return url_for("duplicates.similar", comment_id=self.comment)


Chosen = Search | Band | Like


def read_search(arguments: Mapping[str, str]) -> Search:
    """Read a search from an address's arguments; a senseless filter is an InvalidFilter."""
    asked = arguments.get("q", "").replace("\0", " ").strip()
    return Search(asked[: terms.QUESTION_MAX_LENGTH], filters.parse(arguments))


def read_band(arguments: Mapping[str, str]) -> Band:
    """Read a band from an address's arguments; what makes no sense there is the first visit's."""
    scale = arguments.get("scale", "")
    low, high = sorted((_place(arguments, "low", LOW), _place(arguments, "high", HIGH)))
    low = min(low, scores.HUNDREDTHS - 1)
    narrowed = replace(filters.parse(arguments), status=None)
    return Band(scale if scale in scores.SCALES else "reject", low, max(high, low + 1), narrowed)


def read_like(arguments: Mapping[str, str]) -> Like:
    """Read which comment others are like; without a sensible one, none is."""
    try:
        return Like(UUID(arguments.get("comment", "")))
    except ValueError:
        return Like(UUID(int=0))


def read(query: str) -> Chosen:
    """Read what was chosen back from the query that names it."""
    arguments = dict(parse_qsl(query))
    if arguments.get("of") == "similar":
        return read_like(arguments)
    return read_band(arguments) if arguments.get("of") == "scores" else read_search(arguments)


def written(chosen: Chosen) -> str:
    """Write what was chosen as the query that names it."""
    return urlencode(chosen.query())


def _place(arguments: Mapping[str, str], name: str, default: int) -> int:
    asked = arguments.get(name, "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else default
    return min(number, scores.HUNDREDTHS)


def _filtered(chosen: Filters) -> str:
    return ", " + _n("{n} filtre", "{n} filtres", chosen.chosen) if chosen.chosen else ""


def _without_of(query: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if name != "of"}
