"""Labelled comments as the network learns from them: read, cut into pieces, in batches."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.features import read
from moderation.linear import OUTPUTS
from moderation.windows import NAMES
from training.corpora import Example, key

Floats = NDArray[np.float32]
# The share of an epoch's draws that a large corpus of little worth is held to.
SHARES: Mapping[str, float] = {"train-paradetox-mt": 0.1, "train-mlma": 0.0, "train-ftr": 0.0}
# Heads and calibration are fitted on what the network has not seen: one row, or block, in so many.
ASIDE = 14
# Rows sorted by length at once: batches waste little padding, and stay random.
POOL = 4_096


@dataclass(frozen=True, slots=True)
class Row:
    """A comment as the network reads it; unknown labels are NaN, in the order of OUTPUTS."""

    text: str
    labels: Floats
    corpus: str
    weight: float


@dataclass(frozen=True, slots=True)
class Batch:
    """The pieces of some texts, and the numbers of their rows."""

    pieces: Sequence[Sequence[int]]
    rows: Sequence[int]


def part(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Part examples into those to train on and those to fit heads and calibration on.

    What was written together stays together; for corpora of found comments each row goes by itself.
    """
    aside = [_is_aside(example) for example in examples]
    kept = [e for e, out in zip(examples, aside, strict=True) if not out]
    return kept, [e for e, out in zip(examples, aside, strict=True) if out]


def rows(examples: Sequence[Example]) -> list[Row]:
    """Read examples as the network will when it serves, disguises left to augmentation."""
    return [Row(shown(e.text), _labels(e.labels), e.corpus, e.weight) for e in examples]


def shown(text: str) -> str:
    """Write a text with its contacts named and its spaces single."""
    pieces: list[str] = []
    done = 0
    for unit in (unit for unit in read(text) if unit.form in NAMES):
        pieces += [text[done : unit.start], NAMES[unit.form]]
        done = unit.end
    return " ".join("".join([*pieces, text[done:]]).split())


def free_intercepts(data: Sequence[Row], settling: frozenset[str]) -> dict[str, Floats]:
    """Tell, for each corpus, the outputs for which it has an intercept of its own.

    A corpus that settles an output's probability has none; nor has one that knows a single answer,
    which an intercept would explain away.
    """
    free = {}
    for corpus in sorted({row.corpus for row in data}):
        labels = np.array([row.labels for row in data if row.corpus == corpus])
        both = (labels == 0).any(axis=0) & (labels == 1).any(axis=0)
        free[corpus] = (both & (corpus not in settling)).astype(np.float32)
    return free


def epoch(
    data: Sequence[Row],
    cut: Callable[[Sequence[str]], Sequence[Sequence[int]]],
    change: Callable[[str], str],
    budget: int,
    draw: random.Random,
) -> Iterator[Batch]:
    """Draw an epoch's batches, of at most `budget` pieces each, padding included."""
    drawn = [i for i, row in enumerate(data) if draw.random() < SHARES.get(row.corpus, 1.0)]
    draw.shuffle(drawn)
    pieces = cut([change(data[i].text) for i in drawn])
    batches: list[Batch] = []
    for start in range(0, len(drawn), POOL):
        places = range(start, min(start + POOL, len(drawn)))
        groups = _grouped(sorted(places, key=lambda i: len(pieces[i])), pieces, budget)
        batches += [Batch([pieces[i] for i in g], [drawn[i] for i in g]) for g in groups]
    draw.shuffle(batches)
    yield from batches


def _grouped(
    places: Sequence[int], pieces: Sequence[Sequence[int]], budget: int
) -> Iterator[list[int]]:
    group: list[int] = []
    for place in places:
        if group and (len(group) + 1) * len(pieces[place]) > budget:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _is_aside(example: Example) -> bool:
    together = example.corpus.startswith("authored-")
    name = example.block if together else key(example.text)
    return crc32(name.encode()) % ASIDE == 0


def _labels(known: Mapping[str, int]) -> Floats:
    return np.array([known.get(output, np.nan) for output in OUTPUTS], np.float32)
