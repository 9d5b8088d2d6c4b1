"""The words that a text disguises, as the normaliser reads them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from moderation.normalise import PLAIN, Normalised, normalise
from moderation.spellings import fold, guarded

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A disguised spelling, where it stands in the text, and the words it is read as."""

    start: int
    end: int
    written: str
    read: str


def decode(text: str, words: Collection[str] = ()) -> list[Decoded]:
    """List the disguised spellings of a text, in order; `words` are the site's own list.

    Letters that are only stretched, foreign accents and harmless abbreviations are no disguise.
    """
    normalised = normalise(text, words)
    if normalised.text == text:
        return []
    return [found for found in _candidates(text, normalised) if _is_disguise(found)]


def _candidates(text: str, normalised: Normalised) -> Iterator[Decoded]:
    """Pair each run of words with the spelling it came from: « fdp » gives three words."""
    first = last = (0, 0)
    start = end = 0
    for match in _WORD.finditer(normalised.text):
        found = normalised.span(*match.span())
        if found[0] < end:
            last, end = match.span(), max(end, found[1])
            continue
        if end:
            yield _decoded(text, normalised, (first[0], last[1]), (start, end))
        first = last = match.span()
        start, end = found
    if end:
        yield _decoded(text, normalised, (first[0], last[1]), (start, end))


def _decoded(
    text: str, normalised: Normalised, words: tuple[int, int], span: tuple[int, int]
) -> Decoded:
    start, end = span
    while end > start and text[end - 1].isspace():
        end -= 1
    return Decoded(start, end, text[start:end], normalised.text[slice(*words)].strip())


def _is_disguise(found: Decoded) -> bool:
    if sum(letter.isalpha() for letter in found.read) < 2:
        return False
    if _squeezed(found.written) == _squeezed(found.read):
        return False
    plain = found.written.isalpha() and PLAIN.fullmatch(found.written)
    return not plain or any(fold(word) in _guarded() for word in found.read.split())


def _squeezed(word: str) -> str:
    return "".join(letter for letter, _ in groupby(fold(word.replace("’", "'"))))


@cache
def _guarded() -> frozenset[str]:
    return frozenset(map(fold, guarded()))
