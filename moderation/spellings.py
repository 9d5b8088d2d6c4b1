"""The reviewed lexicon, and the words that a disguised spelling may stand for."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

# A letter read in a spelling, and its place there.
Letter = tuple[str, int]


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """Read a file of the lexicon: tab-separated, `#` opens a comment."""
    content = files("moderation").joinpath("lexicon", name).read_text("utf-8")
    for line in content.splitlines():
        if not line.startswith("#"):
            yield tuple(line.split("\t"))


@cache
def pairs(name: str) -> dict[str, str]:
    """Read the first two columns of a file of the lexicon as a mapping."""
    return {row[0]: row[1] for row in rows(name)}


def fold(text: str) -> str:
    """Take away case and accents: « Pédé » and « pede » fold alike; lengths may differ."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class Known:
    """Words that people disguise, found again from a spelling whose letters may be stretched."""

    def __init__(self, words: Iterable[str]) -> None:
        self._spelled: dict[str, str] = {}
        self._squeezed: dict[str, str] = {}
        self._shaped: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in words:
            letters = fold(word)
            if len(letters) > 1 and letters.isalpha():
                shown = word.lower() if len(word) == len(letters) else letters
                self._spelled.setdefault(letters, shown)
                self._squeezed.setdefault("".join(key for key, _ in groupby(letters)), shown)
                self._shaped[letters[0], len(letters)].append(letters)

    def find(self, letters: Sequence[Letter]) -> list[Letter] | None:
        """Answer the known word that these letters spell, each letter with its place, or None."""
        spelled = fold("".join(letter for letter, _ in letters))
        word = self._spelled.get(spelled)
        if word and len(word) == len(letters):
            return [(shown, place) for shown, (_, place) in zip(word, letters, strict=True)]
        runs = [(key, [place for _, place in run]) for key, run in groupby(letters, _folded)]
        word = self._squeezed.get("".join(key for key, _ in runs))
        return list(_align(word, [places for _, places in runs])) if word else None

    def unmask(self, spelling: str, masks: str) -> str | None:
        """Answer the first known word of the same length that agrees with the unmasked letters."""
        folded = fold(spelling)
        for word in self._shaped.get((folded[:1], len(folded)), ()):
            if all(a in (b, *masks) for a, b in zip(folded, word, strict=True)):
                return self._spelled[word]
        return None

    def split(self, letters: Sequence[Letter]) -> list[list[Letter]] | None:
        """Cut letters into known words, the fewest that will do, or answer None.

        Quadratic in the number of letters: meant for a few dozen.
        """
        spelled = [_folded(letter) for letter in letters]
        best: list[list[int] | None] = [[]] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(end):
                before = best[start]
                if before is not None and "".join(spelled[start:end]) in self._spelled:
                    cuts = [*before, start]
                    shortest = best[end]
                    best[end] = cuts if shortest is None or len(cuts) < len(shortest) else shortest
        cuts_or_none = best[-1]
        if not cuts_or_none:
            return None
        ends = [*cuts_or_none[1:], len(letters)]
        return [list(letters[a:b]) for a, b in zip(cuts_or_none, ends, strict=True)]


@cache
def guarded() -> tuple[str, ...]:
    """Read the words that people disguise, from the lexicon."""
    return tuple(row[0] for row in rows("guarded.tsv"))


def _folded(letter: Letter) -> str:
    return fold(letter[0])


def _align(word: str, places: Sequence[Sequence[int]]) -> Iterator[Letter]:
    for (_, run), where in zip(groupby(word, fold), places, strict=True):
        for index, letter in enumerate(run):
            yield letter, where[min(index, len(where) - 1)]
