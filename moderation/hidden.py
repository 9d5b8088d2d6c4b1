"""Characters that are not what they look like: unseen ones, direction controls, look-alikes."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["invisible", "direction", "look_alike"]

# Embeddings, overrides, isolates and their ends, and the two marks.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d"
    "\u2060-\u2064\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e01ef"
)
_RUN = re.compile(f"(?P<direction>[{_DIRECTION}]+)|(?P<invisible>[{_UNSEEN}]+)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
# They shape emoji and the letters of many scripts; between other characters they only hide.
_JOINERS = re.compile("[\u200c\u200d\ufe0e\ufe0f\U000e0020-\U000e007f]+")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A run of characters of one kind; `code` names its first one, as `U+200B`."""

    start: int
    end: int
    kind: Kind
    code: str


def find(text: str) -> list[Hidden]:
    """Find what a reader cannot see or takes for another letter, in order; quick on plain text."""
    if text.isascii() and text.replace("\n", " ").replace("\t", " ").isprintable():
        return []
    return sorted([*_runs(text), *_look_alikes(text)], key=lambda found: found.start)


def _runs(text: str) -> Iterator[Hidden]:
    for match in _RUN.finditer(text):
        kind: Kind = "direction" if match["direction"] else "invisible"
        if kind == "direction" or not _shapes(text, match):
            yield Hidden(match.start(), match.end(), kind, _code(match[0]))


def _shapes(text: str, match: re.Match[str]) -> bool:
    """Tell whether a joiner or a variation selector does its honest work."""
    if not match.start() or not _JOINERS.fullmatch(match[0]):
        return False
    before = text[match.start() - 1]
    if before.isalpha():
        return _script(before) not in _SCRIPTS
    return unicodedata.category(before)[0] == "S" or before in "0123456789#*"


def _look_alikes(text: str) -> Iterator[Hidden]:
    for word in _WORD.finditer(text):
        if word[0].isascii():
            continue
        scripts = [_script(letter) for letter in word[0]]
        if not {"LATIN"} < set(scripts) <= set(_SCRIPTS):
            continue
        for place, script in enumerate(scripts, word.start()):
            if script != "LATIN":
                yield Hidden(place, place + 1, "look_alike", _code(text[place]))


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _code(run: str) -> str:
    return f"U+{ord(run[0]):04X}"
