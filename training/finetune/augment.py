"""Augmentation: the same comment as another hand, or a hand that evades a filter, would type it."""

import random
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from moderation.normalise import normalise
from moderation.spellings import guarded

LEET = {"a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
LOOK_ALIKE = dict(zip("aeopcixy", "аеорсіху", strict=True))
INVISIBLE = "\u200b\u200d\u00ad"
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
# How often each change is made; texts of both classes undergo them alike.
EVADED, APOSTROPHES_SPACED, APOSTROPHES_LOST, ACCENTS_LOST = 0.10, 0.05, 0.03, 0.07
NORMALISED, LOWER, UPPER, UNPUNCTUATED, UNADDRESSED = 0.75, 0.08, 0.02, 0.10, 0.08
LONGEST_SHOUT = 200
# Half of the evaded texts that hold a guarded word hide that one, the others any word.
AIMED = 0.6
NAMES = frozenset(["URL", "TEL", "EMAIL", "@USER"])

Draw = random.Random


def augment(text: str, draw: Draw) -> str:
    """Change a text at random in ways that leave its labels as they are."""
    text = _respell(text, draw)
    if draw.random() < NORMALISED:
        text = normalise(text).text
    chance = draw.random()
    if chance < LOWER:
        text = text.lower()
    elif chance < LOWER + UPPER and len(text) < LONGEST_SHOUT:
        text = text.upper()
    if draw.random() < UNPUNCTUATED:
        text = text.rstrip(" .!?…")
    if draw.random() < UNADDRESSED:
        text = text.replace("@USER ", "").strip() or text
    return text


def evade(text: str, draw: Draw) -> str:
    """Disguise one to three words of a text: half of the time those that filters look for."""
    words = text.split(" ")
    able = [i for i, word in enumerate(words) if len(word) > 2 and word.isalpha()]
    able = [i for i in able if words[i] not in NAMES]
    if not able:
        return text
    aimed = [i for i in able if words[i].lower() in _guarded_words()]
    if not aimed or draw.random() > AIMED:
        aimed = draw.sample(able, min(len(able), draw.randint(1, 3)))
    disguise = draw.choice(DISGUISES)
    for i in aimed:
        words[i] = disguise(words[i], draw)
    return " ".join(words)


def without_accents(text: str) -> str:
    """Take away the marks on letters."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _respell(text: str, draw: Draw) -> str:
    changes = ("evaded", "spaced", "joined", "bare", "as it is")
    shares = (EVADED, APOSTROPHES_SPACED, APOSTROPHES_LOST, ACCENTS_LOST)
    match draw.choices(changes, (*shares, 1 - sum(shares)))[0]:
        case "evaded":
            return evade(text, draw)
        case "spaced":
            return APOSTROPHE.sub(" ", text)
        case "joined":
            return APOSTROPHE.sub("", text)
        case "bare":
            return without_accents(text)
    return text


@cache
def _guarded_words() -> frozenset[str]:
    return frozenset(guarded())


def _leet(word: str, draw: Draw) -> str:
    return "".join(
        draw.choice(LEET[letter.lower()])
        if letter.lower() in LEET and draw.random() < 0.6
        else letter
        for letter in word
    )


def _look_alike(word: str, draw: Draw) -> str:
    return "".join(LOOK_ALIKE.get(c, c) if draw.random() < 0.6 else c for c in word)


def _spaced(word: str, draw: Draw) -> str:
    return draw.choice(" .-_*").join(word)


def _invisible(word: str, draw: Draw) -> str:
    place = draw.randint(1, len(word) - 1)
    return word[:place] + draw.choice(INVISIBLE) + word[place:]


def _starred(word: str, draw: Draw) -> str:
    place = draw.randint(1, len(word) - 2)
    return word[:place] + draw.choice("*#.-_") + word[place + 1 :]


def _stretched(word: str, draw: Draw) -> str:
    place = draw.randrange(len(word))
    return word[:place] + word[place] * draw.randint(2, 5) + word[place + 1 :]


def _swapped(word: str, draw: Draw) -> str:
    place = draw.randint(0, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _shortened(word: str, draw: Draw) -> str:
    place = draw.randint(1, len(word) - 1)
    return word[:place] + word[place + 1 :]


DISGUISES: tuple[Callable[[str, Draw], str], ...] = (
    _leet,
    _look_alike,
    _spaced,
    _invisible,
    _starred,
    _stretched,
    _swapped,
    _shortened,
)
