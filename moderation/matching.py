"""Finding a site's listed words in a text, however they are inflected or disguised."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from moderation.french import lemma
from moderation.normalise import normalise
from moderation.spellings import fold

WORD = re.compile(r"[^\W_]+")
# What may stand between the words of an expression: « fils de pute », « fils-de-pute ».
JOINT = re.compile(r"[\s'’_-]{0,3}")
COMPOUND = re.compile(r"(?<![^\W_])[^\W_]+(?:[-'’][^\W_]+)+")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    forms: frozenset[str]
    in_name: bool


def match_words(text: str, words: Collection[str]) -> list[tuple[int, int, str]]:
    """Find the entries of a list in a text: spans of the original, and the entry that matched.

    An entry meets its inflections (by lemma, and by the marks of gender and number), its disguises,
    and its spelling without accents, but never a part of a longer word or of a place's name.
    Of two entries at one place the longest wins.
    """
    entries = _compiled(frozenset(words))
    if not entries:
        return []
    normalised = normalise(text, words)
    found = list(_words(normalised.text))
    matches = []
    index = 0
    while index < len(found):
        length, entry = _longest(normalised.text, found, index, entries)
        if length:
            span = normalised.span(found[index].start, found[index + length - 1].end)
            matches.append((*span, entry))
        index += length or 1
    return matches


_Entries = dict[str, list[tuple[tuple[str, ...], str]]]


@lru_cache(maxsize=64)
def _compiled(words: frozenset[str]) -> _Entries:
    """Index the entries by their first word, the longest first."""
    entries: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for entry in sorted(words):
        parts = tuple(WORD.findall(fold(normalise(entry).text)))
        if parts:
            entries[parts[0]].append((parts, entry))
    for candidates in entries.values():
        candidates.sort(key=lambda candidate: -len(candidate[0]))
    return dict(entries)


def _words(text: str) -> Iterator[_Word]:
    names = [match.span() for match in COMPOUND.finditer(text) if _is_name(match[0])]
    for match in WORD.finditer(text):
        in_name = any(start <= match.start() < end for start, end in names)
        yield _Word(*match.span(), _forms(match[0]), in_name)


def _is_name(compound: str) -> bool:
    """Tell « Cons-la-Grandville » and « Jean-Marie » from « gros-con » and « ESPÈCE-DE-CON »."""
    parts = re.split(r"[-'’]", compound)
    return parts[0].istitle() and parts[-1].istitle() and "-" in compound


@lru_cache(maxsize=8192)
def _forms(word: str) -> frozenset[str]:
    spelled = fold(word)
    forms = {spelled, fold(lemma(word))}
    if len(spelled) > 3:
        singular = re.sub(r"[sx]$", "", spelled)
        forms |= {singular, re.sub(r"ee$", "e", singular)}
    return frozenset(forms)


def _longest(text: str, words: list[_Word], index: int, entries: _Entries) -> tuple[int, str]:
    candidates = [entry for form in words[index].forms for entry in entries.get(form, ())]
    for parts, entry in sorted(candidates, key=lambda candidate: -len(candidate[0])):
        following = words[index : index + len(parts)]
        if _agree(parts, following) and _are_joined(text, following):
            return len(parts), entry
    return 0, ""


def _agree(parts: tuple[str, ...], words: list[_Word]) -> bool:
    if len(words) < len(parts) or (len(parts) == 1 and words[0].in_name):
        return False
    return all(part in word.forms for part, word in zip(parts, words, strict=True))


def _are_joined(text: str, words: list[_Word]) -> bool:
    return all(JOINT.fullmatch(text, a.end, b.start) for a, b in pairwise(words))
