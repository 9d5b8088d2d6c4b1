"""Texts and questions as folded words: without case, accents, ligatures or signs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moderation.normalise import normalise
from moderation.spellings import fold

WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
# A longer run of letters is noise, and databases bound what an index may hold.
WORD_MAX_LENGTH = 100
# What a question holds beyond this was pasted by mistake.
QUESTION_MAX_LENGTH = 1_000
TERMS_MAX = 20
PIECE = re.compile(r"(-?)(?:[\"“”]([^\"“”]*)[\"“”]?|«([^»]*)»?|(\S+))")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, folded, and its half-open span there."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words to be found one after the other; with `prefix`, the last may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: every term of `wanted`, and none of `unwanted`."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


def read(asked: str) -> Question:
    """Read what somebody typed: words, "phrases", -without, prefix*; nothing in it is an error."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for minus, quoted, guillemets, plain in PIECE.findall(asked[:QUESTION_MAX_LENGTH]):
        folded = tuple(word.folded for word in words(quoted or guillemets or plain))
        if folded and len(wanted) + len(unwanted) < TERMS_MAX:
            term = Term(folded, prefix=plain.endswith("*"))
            (unwanted if minus else wanted).append(term)
    return Question(tuple(wanted), tuple(unwanted))


def words(text: str) -> list[Word]:
    """Cut a text into its words."""
    found = ((_folded(match[0]), *match.span()) for match in WORD.finditer(text))
    return [Word(*word) for word in found if word[0]]


def indexed(text: str) -> list[str]:
    """List the words that find a text: as typed, then as read under their disguise, if any."""
    typed = [word.folded for word in words(text)]
    read_under = [word.folded for word in words(normalise(text).text)]
    return typed if read_under == typed else typed + read_under


def spans(text: str, question: Question) -> list[tuple[int, int]]:
    """Find where a text has what was looked for, under a disguise too; half-open spans."""
    if not question.wanted:
        return []
    normalised = normalise(text)
    found = list(_occurrences(words(text), question.wanted))
    hidden = _occurrences(words(normalised.text), question.wanted)
    return sorted({*found, *(normalised.span(start, end) for start, end in hidden)})


def _occurrences(text: Sequence[Word], terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    for term in terms:
        for index in range(len(text) - len(term.words) + 1):
            here = text[index : index + len(term.words)]
            if _meets([word.folded for word in here], term):
                yield here[0].start, here[-1].end


def _meets(here: Sequence[str], term: Term) -> bool:
    *before, last = term.words
    ends = here[-1].startswith(last) if term.prefix else here[-1] == last
    return ends and list(here[:-1]) == before


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return fold(word.casefold().replace("æ", "ae"))[:WORD_MAX_LENGTH]
