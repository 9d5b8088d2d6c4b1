"""A comment's text in pieces, each with what a reader should know of it."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from moderation import hidden
from moderation.classifier import Contribution

# Strength of a highlighted word, by its share of the strongest one's weight.
STRONG, MEDIUM, WEAK = 0.66, 0.33, 0.12
# In log-odds: where no word weighs as much, none is marked as if it had carried the score.
HEAVY = 1.2
# What stands for characters that cannot be seen, or that would turn the page around.
SIGNS = {"invisible": "▯", "direction": "⇄"}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; strength 0 (plain) to 3 says how much it carried the score.

    With a `code`, the text is a visible sign in place of hidden characters, the first so named.
    `read` is what a disguised spelling is read as; `carried` is told of whole sentences,
    and `sought` of the words that a search was for.
    """

    text: str
    strength: int = 0
    matched: bool = False
    look_alike: bool = False
    person: bool = False
    link: bool = False
    carried: bool = False
    sought: bool = False
    read: str = ""
    code: str = ""

    @property
    def classes(self) -> str:
        """The classes that a page styles the piece by; none for plain text."""
        found = {
            f"w{self.strength}": self.strength or self.matched,
            "listed": self.matched,
            "look-alike": self.look_alike,
            "disguised": self.read,
            "person": self.person,
            "address": self.link,
            "sought": self.sought,
        }
        return " ".join(name for name, said in found.items() if said)


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces that follow one another, which carried the score as whole sentences, or did not."""

    carried: bool
    pieces: Sequence[Piece]


class Canvas:
    """A text on which spans are painted with what a piece may say, each by its field's name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._layers: dict[str, list[Any]] = {}
        for found in hidden.find(text):
            if found.kind == "look_alike":
                self.paint("look_alike", [(found.start, found.end)], True)
            else:
                self.paint("code", [(found.start, found.end)], (found.code, SIGNS[found.kind]))

    def paint(self, field: str, spans: Iterable[Span], value: Any) -> None:
        """Give spans a field's value; what was painted later is on top."""
        layer = self._layers.setdefault(field, [None] * len(self._text))
        for start, end in spans:
            end = min(end, len(self._text))
            layer[start:end] = [value] * (end - start)

    def paint_words(self, words: Sequence[Contribution]) -> None:
        """Paint the strength of each word, by its share of the strongest one's weight."""
        top = max((word.weight for word in words), default=0.0)
        top = max(top, HEAVY)
        for word in words:
            share = word.weight / top
            strength = (share >= WEAK) + (share >= MEDIUM) + (share >= STRONG)
            self.paint("strength", [(word.start, word.end)], strength)

    def pieces(self) -> list[Piece]:
        """Cut the text wherever something changes."""
        if not self._layers:
            return [Piece(self._text)] if self._text else []
        fields, layers = list(self._layers), list(zip(*self._layers.values(), strict=True))
        pieces = []
        start = 0
        for values, run in groupby(layers):
            end = start + sum(1 for _ in run)
            found = {f: value for f, value in zip(fields, values, strict=True) if value}
            pieces.append(_piece(self._text[start:end], found))
            start = end
        return pieces

    def passages(self) -> list[Passage]:
        """Cut the text into passages of pieces."""
        groups = groupby(self.pieces(), lambda piece: piece.carried)
        return [Passage(carried, list(pieces)) for carried, pieces in groups]


def plain(text: str) -> list[Piece]:
    """Cut a text where it hides something, and say nothing else of it."""
    return Canvas(text).pieces()


def direction(text: str) -> str:
    """Tell which way most of a text's letters run: one foreign word must not turn the rest."""
    kinds = Counter(map(unicodedata.bidirectional, text))
    return "rtl" if kinds["R"] + kinds["AL"] > kinds["L"] else "ltr"


def visible(text: str) -> str:
    """Write a text with signs in place of what it hides."""
    return "".join(piece.text for piece in plain(text))


def _piece(text: str, found: dict[str, Any]) -> Piece:
    if "code" not in found:
        return Piece(text, **found)
    code, sign = found["code"]
    return Piece(sign, carried=found.get("carried", False), code=code)
