"""A text as the network reads it: contacts named, disguises undone, cut into windows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from moderation.features import Unit
from moderation.normalise import normalise

# What the network was pre-trained to find before a text, and the names it knows contacts by.
PREFIX = "query:"
NAMES = {"<link>": "URL", "<email>": "EMAIL", "<handle>": "@USER", "<phone>": "TEL"}
SPACE = re.compile(r"\s+")
# Pieces of text a window, and from one window to the next: an insult is whole in one of them.
ROOM, STEP = 106, 80
# A longer text is read at this many windows, evenly spaced: its time is bounded whatever it holds.
MAX_WINDOWS = 96


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text: its pieces, the place of each in the original, and the units in it."""

    ids: tuple[int, ...]
    places: tuple[int, ...]
    start: int
    end: int
    units: Sequence[Unit]


def shown(text: str, units: Sequence[Unit]) -> tuple[str, Sequence[int]]:
    """Write a text as the network reads it, with each character's place in the original."""
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for unit in (unit for unit in units if unit.form in NAMES):
        name = NAMES[unit.form]
        pieces += [text[done : unit.start], name]
        places += [*range(done, unit.start), *[unit.start] * len(name)]
        done = unit.end
    places += range(done, len(text))
    normalised = normalise("".join([*pieces, text[done:]]))
    return SPACE.sub(_same_length_space, normalised.text), [places[i] for i in normalised.offsets]


def _same_length_space(match: re.Match[str]) -> str:
    return " " * len(match[0])


def spans(count: int) -> Iterator[tuple[int, int]]:
    """Cut pieces into spans of ROOM, STEP apart; one, maybe empty, for a short text."""
    starts = list(range(0, max(count - (ROOM - STEP), 1), STEP))
    if len(starts) > MAX_WINDOWS:
        kept = np.linspace(0, len(starts) - 1, MAX_WINDOWS).astype(int)
        starts = [starts[index] for index in kept]
    for start in starts:
        yield start, min(start + ROOM, count)
