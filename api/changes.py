"""What an edit changed, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from api.cards import Card
from api.pieces import Piece, plain
from moderation.tables import Revision

_WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
# Words compared at once: beyond, the time would be quadratic.
MAX_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text that the edit changed, or left as it was."""

    changed: bool
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Change:
    """Two revisions side by side, each in parts."""

    before: Revision
    after: Revision
    old: Sequence[Part]
    new: Sequence[Part]


def of(card: Card) -> list[Change]:
    """Compare the revisions of a card's comment; none of a text that is withheld."""
    return [] if card.text.severe else between(card.comment.revisions)


def between(revisions: Sequence[Revision]) -> list[Change]:
    """Compare each revision with the one before it, the latest first."""
    return [_change(before, after) for before, after in reversed(list(pairwise(revisions)))]


def _change(before: Revision, after: Revision) -> Change:
    a, b = _WORD.findall(before.text), _WORD.findall(after.text)
    # What is alike at both ends is not worth comparing, and most edits are small.
    head = _alike(a, b)
    tail = _alike(a[head:][::-1], b[head:][::-1])
    old, new = a[head : len(a) - tail], b[head : len(b) - tail]
    opening, ending = a[:head], a[len(a) - tail :]
    left, right = _compared(old, new)
    return Change(
        before,
        after,
        _parts([(False, opening), *left, (False, ending)]),
        _parts([(False, opening), *right, (False, ending)]),
    )


Words = tuple[bool, Sequence[str]]


def _compared(old: Sequence[str], new: Sequence[str]) -> tuple[list[Words], list[Words]]:
    if max(len(old), len(new)) > MAX_WORDS:
        return [(True, old)], [(True, new)]
    left: list[Words] = []
    right: list[Words] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        left.append((kind != "equal", old[a:b]))
        right.append((kind != "equal", new[c:d]))
    return left, right


def _alike(a: Sequence[str], b: Sequence[str]) -> int:
    for count, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return count
    return min(len(a), len(b))


def _parts(found: Sequence[Words]) -> list[Part]:
    return [Part(changed, plain("".join(words))) for changed, words in found if words]
