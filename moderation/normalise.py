"""One spelling for every disguise of a word, with the way back to what was typed."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from moderation.disguise import PIECE, SPACED, read_piece, read_spaced, read_stretched
from moderation.spellings import Known, Letter, guarded, pairs

# What the reading of one disguise uncovers may be another: « с.0.n » needs two passes.
MAX_PASSES = 6
# More marks on one letter are noise, and the time to sort them is quadratic.
MAX_MARKS = 8
# A few signs stand for whole phrases, which nobody uses to hide a word: U+FDFA has 18 letters.
MAX_EXPANSION = 4
FRENCH_LETTERS = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ")
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
SAME_SIGN = str.maketrans(dict.fromkeys("’‘ʼ´`′", "'") | dict.fromkeys("\xa0\u202f\u2800", " "))
PLAIN = re.compile(f"[\n\t -~«»€–—°{''.join(sorted(FRENCH_LETTERS))}]*")
WORD = re.compile(r"[^\W_]+")
LETTERS = re.compile(r"[^\W\d_]+")
STRETCHED = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
REPEATED_SIGN = re.compile(r"([^\w\s])\1{3,}")
# Addresses are read as they are. Every repetition is bounded or starts at a run's first character,
# so that no text takes more than linear time.
ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?<!\w)[@#]\w+|\b0x[0-9a-f]+\b"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|fr|org|net|info|be|ch|ca|eu|io|example)"
    r"\b(?:/\S*)?",
    re.IGNORECASE,
)
MARKED = ("LATIN", "GREEK", "CYRILLIC")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; `offsets[i]` is the code point of the original that gave character i.

    Offsets never decrease; `length` is the original's, in code points.
    """

    text: str
    offsets: tuple[int, ...]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Find the half-open span of the original that a non-empty span of the text came from."""
        following = self.offsets[end] if end < len(self.offsets) else self.length
        return self.offsets[start], max(self.offsets[end - 1] + 1, following)


def normalise(text: str, words: Collection[str] = ()) -> Normalised:
    """Undo disguises: look-alike and invisible characters, leet, masks, spacing, stretching, slang.

    Case and French accents stay. `words` are read under a disguise beside those of the lexicon.
    Normalising twice changes nothing; time is linear in the text's length.
    """
    known = _known(frozenset(words))
    draft = _Draft(text, list(range(len(text))))
    for _ in range(MAX_PASSES):
        before = draft.text
        _pass(draft, known)
        if draft.text == before:
            break
    return Normalised(draft.text, tuple(draft.offsets), len(text))


class _Draft:
    """A text being rewritten, with each character's place in the original."""

    def __init__(self, text: str, offsets: list[int]) -> None:
        self.text = text
        self.offsets = offsets

    def part(self, start: int, end: int) -> "_Draft":
        """Copy a part of the draft, to be rewritten by itself."""
        return _Draft(self.text[start:end], self.offsets[start:end])

    def rewrite(
        self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], list[Letter] | None]
    ) -> None:
        """Replace each match by the letters that `read` answers, placed inside the match."""
        pieces: list[str] = []
        offsets: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            letters = read(match)
            if letters is not None:
                pieces += [self.text[done : match.start()], "".join(x for x, _ in letters)]
                offsets += self.offsets[done : match.start()]
                offsets += [self.offsets[match.start() + place] for _, place in letters]
                done = match.end()
        if pieces:
            self.text = "".join([*pieces, self.text[done:]])
            self.offsets = offsets + self.offsets[done:]


def _pass(draft: _Draft, known: Known) -> None:
    draft.rewrite(REPEATED_SIGN, lambda match: [(match[1], place) for place in range(3)])
    _read_characters(draft)
    shouted = draft.text.isupper()
    parts: list[_Draft] = []
    done = 0
    for address in ADDRESS.finditer(draft.text):
        parts.append(_read_words(draft.part(done, address.start()), known, shouted))
        parts.append(draft.part(*address.span()))
        done = address.end()
    parts.append(_read_words(draft.part(done, len(draft.text)), known, shouted))
    draft.text = "".join(part.text for part in parts)
    draft.offsets = [offset for part in parts for offset in part.offsets]


def _read_characters(draft: _Draft) -> None:
    draft.text = draft.text.translate(SAME_SIGN)
    if PLAIN.fullmatch(draft.text):
        return
    letters = list(_characters(draft.text))
    draft.text = "".join(letter for letter, _ in letters)
    draft.offsets = [draft.offsets[place] for _, place in letters]
    foreign = {_script(c) for c in draft.text if not c.isascii() and c.isalpha()}
    foreign &= {_script(c) for c in draft.text if c.isalpha() and c not in pairs("confusables.tsv")}
    draft.rewrite(WORD, lambda match: _look_alike(match[0], foreign))


def _read_words(draft: _Draft, known: Known, shouted: bool) -> _Draft:
    draft.rewrite(PIECE, lambda match: _cased(match[0], read_piece(match[0], known)))
    draft.rewrite(SPACED, lambda match: _cased(match[0], read_spaced(match[0], known)))
    if STRETCHED.search(draft.text):
        draft.rewrite(LETTERS, lambda match: _stretched(match[0], known))
    draft.rewrite(WORD, lambda match: _slang(match, shouted))
    return draft


def _characters(text: str) -> Iterator[Letter]:
    """Read compatibility forms, emoji names and marks; leave out what cannot be seen."""
    place = 0
    while place < len(text):
        end = place + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if end == place + 1 and text[place].isascii():
            yield text[place], place
        else:
            for letter in _cluster(text[place : min(end, place + 1 + MAX_MARKS)]):
                yield letter, place
        place = end


@lru_cache(maxsize=4096)
def _cluster(cluster: str) -> str:
    if unicodedata.category(cluster[0]) == "Cf" or INVISIBLE.match(cluster):
        return ""
    name = pairs("emoji.tsv").get(cluster[0])
    if name:
        return f" {name} "
    compatible = unicodedata.normalize("NFKC", cluster)
    if len(cluster) == 1 and len(compatible) > MAX_EXPANSION:
        return cluster
    return "".join(map(_french_letter, compatible))


def _french_letter(letter: str) -> str:
    script = _script(letter)
    if unicodedata.combining(letter):
        return letter if script not in ("COMBINING", *MARKED) else ""
    if script != "LATIN" or letter in FRENCH_LETTERS:
        return letter
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _look_alike(word: str, foreign: set[str]) -> list[Letter] | None:
    """Read a word's look-alikes as Latin letters, unless the word truly is of another alphabet."""
    if word.isascii():
        return None
    table = pairs("confusables.tsv")
    others = [c for c in word if c.isalpha() and _script(c) != "LATIN"]
    mixed = len(others) < sum(c.isalpha() for c in word)
    if any(c not in table or (_script(c) in foreign and not mixed) for c in others):
        return None
    letters = [(table.get(c, c), place) for place, c in enumerate(word)]
    return letters if any(c in table for c in word) else None


def _stretched(word: str, known: Known) -> list[Letter] | None:
    return _cased(word, read_stretched(word, known)) if STRETCHED.search(word) else None


def _slang(match: re.Match[str], shouted: bool) -> list[Letter] | None:
    # « FDP » in an ordinary sentence is a party, and « fdp 4,90 » the postage.
    word = match[0]
    meaning = pairs("slang.tsv").get(word.lower())
    if meaning is None or not (word.islower() or shouted):
        return None
    if match.string[match.end() : match.end() + 2].strip()[:1].isdecimal():
        return None
    return _cased(word, [(letter, 0) for letter in meaning])


def _cased(source: str, letters: list[Letter] | None) -> list[Letter] | None:
    if not letters or source.islower():
        return letters
    if source.isupper() and sum(c.isalpha() for c in source) > 1:
        return [(letter.upper(), place) for letter, place in letters]
    first, place = letters[0]
    return [(first.upper() if source[place].isupper() else first, place), *letters[1:]]


@lru_cache(maxsize=64)
def _known(words: frozenset[str]) -> Known:
    return Known([*sorted(words), *guarded()])
