"""Texts that are nearly the same: keys under which they meet, and the check that they do.

MinHash (Broder 1997): the smallest hash of a text's shingles is the same in two texts with the
probability that a shingle of either is in both. Keys are stored: to change how they are made takes
a migration that makes them anew.
"""

import hashlib
import re

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from moderation.normalise import normalise
from moderation.spellings import fold

# Shorter texts are the same or they are not: one letter turns « pour » into « sour ».
EXACT_BELOW = 30
# Share of letters that two texts have in common, in the same order.
ALIKE = 0.8
SHINGLE = 6
BANDS, ROWS = 12, 4

Hashes = NDArray[np.uint64]

_WORD = re.compile(r"[^\W_]+")
_random = np.random.Generator(np.random.PCG64(20_261_125))
_TIMES = _random.integers(2**64, size=(BANDS * ROWS, 1), dtype=np.uint64) | np.uint64(1)
_PLUS = _random.integers(2**64, size=(BANDS * ROWS, 1), dtype=np.uint64)
_PLACES = _random.integers(2**64, size=SHINGLE, dtype=np.uint64) | np.uint64(1)
_FOLDS = _random.integers(2**64, size=ROWS, dtype=np.uint64) | np.uint64(1)
_BAND = _random.integers(2**64, size=BANDS, dtype=np.uint64)


def bare(text: str) -> str:
    """Reduce a text to its words, without disguise, case, accents or signs."""
    return " ".join(_WORD.findall(fold(normalise(text).text)))


def keys(words: str) -> list[int]:
    """Answer a bare text's keys: near-duplicates share at least one, save by bad luck."""
    if len(words) < EXACT_BELOW:
        return [int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], signed=True)]
    hashes = _mixed(_shingles(words))
    lowest = np.array([(hashes * a + b).min() for a, b in zip(_TIMES, _PLUS, strict=True)])
    bands = _mixed((_mixed(lowest).reshape(BANDS, ROWS) * _FOLDS).sum(axis=1) + _BAND)
    return [int(key) for key in np.unique(bands.view(np.int64))]


def alike(one: str, other: str) -> bool:
    """Tell whether two bare texts are nearly the same."""
    if min(len(one), len(other)) < EXACT_BELOW:
        return one == other
    return Indel.normalized_similarity(one, other, score_cutoff=ALIKE) >= ALIKE


def _shingles(words: str) -> Hashes:
    codes = np.frombuffer(words.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(codes, SHINGLE)
    return np.unique((windows * _PLACES).sum(axis=1, dtype=np.uint64))


def _mixed(values: Hashes) -> Hashes:
    """Spread what differs in few bits over all of them (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
