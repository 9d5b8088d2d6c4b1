"""Texts as sparse vectors: TF-IDF of words and of their letters, and counts of signs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from moderation.features import SIGNS, Unit

Floats = NDArray[np.float32]
# A group of consecutive units that came from one word of the original: first and last + 1.
Group = tuple[int, int]

SHORTEST, LONGEST = 2, 5
# Longer words are addresses and keyboard-mashing: their letters tell nothing more.
MAX_LETTERS = 30
SIGN_WEIGHT = 0.3


def word_grams(units: Sequence[Unit]) -> list[str]:
    """List a text's words and pairs of neighbouring words."""
    forms = [unit.form for unit in units]
    return forms + [f"{first} {second}" for first, second in pairwise(forms)]


def letter_grams(units: Sequence[Unit]) -> list[str]:
    """List the runs of letters of each word of a text, its edges marked by spaces."""
    return [gram for unit in units for gram in _letter_grams(unit.form)]


class Vectoriser:
    """Learn which words and runs of letters matter, and turn texts read as units into vectors."""

    def __init__(self, min_words: int, min_letters: int) -> None:
        self._words = _tfidf(word_grams, min_words)
        self._letters = _tfidf(letter_grams, min_letters)

    @property
    def size(self) -> int:
        """The number of features."""
        return len(self._words.vocabulary_) + len(self._letters.vocabulary_) + len(SIGNS)

    def fit(self, documents: Sequence[Sequence[Unit]]) -> "Vectoriser":
        """Learn the vocabularies and their inverse document frequencies."""
        for part in (self._words, self._letters):
            part.fit(documents)
            # The vectoriser keeps the vocabulary a second time for its own checks.
            part.__dict__.pop("stop_words_", None)
        return self

    def transform(self, documents: Sequence[Sequence[Unit]]) -> sp.csr_matrix:
        """Answer one row a text."""
        signs = np.array([_signs(units) for units in documents], dtype=np.float32)
        parts = [part.transform(documents) for part in (self._words, self._letters)]
        return sp.hstack([*parts, sp.csr_matrix(_weigh_signs(signs))], format="csr")

    def logits_without(
        self, units: Sequence[Unit], groups: Sequence[Group], coefficients: Floats
    ) -> Floats:
        """Answer the text's linear score without each group of units, exactly, intercept aside."""
        words = [word_grams([*units[:first], *units[last:]]) for first, last in groups]
        letters = [[gram for u in units[a:b] for gram in _letter_grams(u.form)] for a, b in groups]
        every_letter = Counter(letter_grams(units))
        split = len(self._words.vocabulary_)
        end = split + len(self._letters.vocabulary_)
        signs = np.array([_signs([*units[:a], *units[b:]]) for a, b in groups], dtype=np.float32)
        without: Floats = (
            _scores(self._words, _counts(self._words, words), coefficients[:split])
            + _scores(
                self._letters,
                _counts(self._letters, letters, less_from=every_letter),
                coefficients[split:end],
            )
            + _weigh_signs(signs) @ coefficients[end:]
        )
        return without


@lru_cache(maxsize=32_768)
def _letter_grams(form: str) -> tuple[str, ...]:
    if form.startswith("<") and len(form) > 1:
        return ()
    word = f" {form[:MAX_LETTERS]} "
    lengths = range(SHORTEST, min(LONGEST, len(word)) + 1)
    return tuple(word[i : i + n] for n in lengths for i in range(len(word) - n + 1))


def _tfidf(analyzer: object, min_df: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=analyzer, min_df=min_df, sublinear_tf=True, dtype=np.float32)


def _signs(units: Iterable[Unit]) -> list[int]:
    counts = Counter(sign for unit in units for sign in unit.signs)
    return [counts[sign] for sign in SIGNS]


def _weigh_signs(counts: Floats) -> Floats:
    return np.asarray(SIGN_WEIGHT * np.log1p(counts), dtype=np.float32)


def _counts(
    part: TfidfVectorizer, grams: Sequence[Sequence[str]], less_from: Counter[str] | None = None
) -> tuple[NDArray[np.intp], Floats]:
    """Count known grams by row, or what is left of `less_from` without each row's.

    Answers the columns of the vocabulary that occur, and a dense matrix of counts over them.
    """
    vocabulary = part.vocabulary_
    seen = less_from if less_from is not None else {gram for row in grams for gram in row}
    columns = {gram: i for i, gram in enumerate(gram for gram in seen if gram in vocabulary)}
    counts = np.zeros((len(grams), len(columns)), dtype=np.float32)
    for row, own in zip(counts, grams, strict=True):
        places = [columns[gram] for gram in own if gram in columns]
        np.add.at(row, places, 1)
    if less_from is not None:
        counts = np.array([less_from[gram] for gram in columns], dtype=np.float32) - counts
    return np.array([vocabulary[gram] for gram in columns], dtype=np.intp), counts


def _scores(
    part: TfidfVectorizer, counted: tuple[NDArray[np.intp], Floats], coefficients: Floats
) -> Floats:
    columns, counts = counted
    frequencies = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0)
    weights = frequencies * part.idf_[columns]
    norms = np.maximum(np.linalg.norm(weights, axis=1), 1e-12)
    return np.asarray((weights @ coefficients[columns]) / norms, dtype=np.float32)
