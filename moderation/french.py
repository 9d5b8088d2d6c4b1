"""French words and sentences, by rules and tables: no trained pipeline."""

import re
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from spacy.lang.fr import French
from spacy.lookups import Table, load_lookups
from spacy.strings import get_string_id


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign; `start` and `end` are code points, half-open; the lemma is lower-case."""

    text: str
    lemma: str
    start: int
    end: int


class _Resources:
    """SpaCy's French tokenizer and lemma table, loaded once, when first needed."""

    def __init__(self) -> None:
        # SpaCy's string store grows with every new word unless a memory zone, which is one for the
        # whole vocabulary, frees them: hostile texts would otherwise fill the memory.
        self.lock = threading.RLock()

    @cached_property
    def language(self) -> French:
        return French()

    @cached_property
    def lemmas(self) -> "_Lemmas":
        return _Lemmas(load_lookups("fr", ["lemma_lookup"]).get_table("lemma_lookup"))


class _Lemmas:
    """SpaCy's lemma table in two arrays: a tenth of the memory of its dictionary of lists."""

    def __init__(self, table: Table) -> None:
        lemmas = sorted({lemmas[0] for lemmas in table.values()})
        number = {lemma: place for place, lemma in enumerate(lemmas)}
        # The table goes by spaCy's 64-bit hashes of words.
        keys = np.fromiter(table.keys(), np.uint64, len(table))
        places = np.fromiter((number[v[0]] for v in table.values()), np.uint32, len(table))
        order = np.argsort(keys)
        self._keys, self._places = keys[order], places[order]
        # In one piece: a string each would keep the whole dictionary's memory from being freed.
        encoded = [lemma.encode() for lemma in lemmas]
        self._letters = b"".join(encoded)
        self._ends = np.cumsum([0, *map(len, encoded)], dtype=np.uint32)

    def get(self, word: str) -> str | None:
        """Answer a word's first lemma, if the table has it."""
        key = np.uint64(get_string_id(word))
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        return self._lemma(int(self._places[place]))

    def __contains__(self, word: str) -> bool:
        """Tell whether a word is known, as a form or, since these have no entry, as a lemma."""
        if self.get(word) is not None:
            return True
        numbers = range(len(self._ends) - 1)
        place = bisect_left(numbers, word, key=self._lemma)
        return place < len(numbers) and self._lemma(place) == word

    def _lemma(self, number: int) -> str:
        start, end = self._ends[number : number + 2]
        return self._letters[start:end].decode()


_resources = _Resources()

# A sentence ends at its signs and whatever closes after them, before a space, or at a line's end.
_END = re.compile(r"(?:[.!?…]+[\"'»”’)\]]*(?:\s[»!?]+)*(?=\s|$))|\n+")
_LONG_RUN = re.compile(r"\S{100}")
_ABBREVIATIONS = frozenset(
    (
        "m mm mme mmes mlle mlles me mgr dr pr st ste av bd no nos art cf ex p pp vol chap éd env "
        "tél apr j-c max min janv févr avr juil sept oct nov déc"
    ).split()
)
# These may end a sentence, and do before a capital.
_ELASTIC = frozenset(["etc", "al", "c-à-d"])
_LAST_WORD = re.compile(r"[\w-]{1,12}$")


def tokens(text: str) -> list[Token]:
    """Cut a text into words and signs, with each one's lemma where the table knows it."""
    found = []
    with _resources.lock, _resources.language.memory_zone():
        for start, piece in _pieces(text):
            for word in _resources.language.tokenizer(piece):
                if not word.is_space:
                    first = start + word.idx
                    found.append(Token(word.text, lemma(word.text), first, first + len(word)))
    return found


def lemma(word: str) -> str:
    """Look a word's lemma up; a word that the table does not know is its own, in lower case."""
    lowered = word.lower()
    with _resources.lock:
        found = _resources.lemmas.get(lowered)
    return found or lowered


def knows(word: str) -> bool:
    """Tell whether the table has a word, in any case: names of people are mostly not in it."""
    with _resources.lock:
        return word.lower() in _resources.lemmas


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences: half-open code-point spans that hold every visible character."""
    spans = []
    start = 0
    for end in (*_ends(text), len(text)):
        stripped = text[start:end].strip()
        if stripped:
            first = text.index(stripped[0], start)
            spans.append((first, first + len(stripped)))
        start = end
    return spans


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    # The tokenizer's time is quadratic in a run without spaces: « »»»»… » for 20 KB takes 20 s.
    start = 0
    for match in _LONG_RUN.finditer(text):
        yield start, text[start : match.end()]
        start = match.end()
    yield start, text[start:]


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if match[0][0] != "." or not _is_abbreviation(text, match):
            yield match.end()


def _is_abbreviation(text: str, match: re.Match[str]) -> bool:
    before = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
    if before is None or match[0] != ".":
        return False
    word = before[0].lower()
    following = text[match.end() : match.end() + 2].strip()
    if word in _ELASTIC:
        return following.islower()
    initial = len(word) == 1 and word.isalpha() and before[0].isupper()
    return initial or word in _ABBREVIATIONS
