"""The linear classifier: n-grams of words and letters, one calibrated logistic head an output."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import joblib
import numpy as np
from scipy.special import expit

from moderation.classifier import ATTRIBUTES, Contribution, Score
from moderation.features import Unit, read
from moderation.french import sentences
from moderation.vectoriser import Floats, Group, Vectoriser

OUTPUTS = ("reject", *ATTRIBUTES)
ARTEFACT = "model.joblib"
# A long text is as bad as its worst part: it is read by windows of whole sentences.
WINDOW = 500
# Longer than any site admits; what comes after is not read.
MAX_LENGTH = 20_000


@dataclass(frozen=True)
class LinearClassifier:
    """Score with one row of coefficients an output, in the order of OUTPUTS; calibrated log-odds.

    A text of several windows has, for each output, the highest score among them.
    """

    version: str
    vectoriser: Vectoriser
    coefficients: Floats
    intercepts: Floats

    def score(self, texts: Sequence[str]) -> list[Score]:
        """Answer one score a text, in order."""
        windows = [list(_windows(text)) for text in texts]
        if not windows:
            return []
        units = [
            read(text[a:b]) for text, spans in zip(texts, windows, strict=True) for a, b in spans
        ]
        logits = self.logits(units)
        starts = np.cumsum([0, *map(len, windows[:-1])])
        highest = np.maximum.reduceat(logits, starts, axis=0)
        return [_score(row) for row in expit(highest).tolist()]

    def explain(self, text: str, attribute: str = "reject") -> list[Contribution]:
        """Answer the contribution of each word of the window that gave the score."""
        output = OUTPUTS.index(attribute)
        windows = list(_windows(text))
        units = [read(text[start:end]) for start, end in windows]
        logits = self.logits(units)[:, output]
        best = int(np.argmax(logits))
        others = np.delete(logits, best)
        floor = float(others.max()) if len(others) else -np.inf
        groups = _groups(units[best])
        without = self.vectoriser.logits_without(units[best], groups, self.coefficients[output])
        remaining = np.maximum(without + self.intercepts[output], floor)
        falls = (logits[best] - remaining).tolist()
        return list(_contributions(units[best], groups, falls, windows[best][0]))

    def logits(self, documents: Sequence[Sequence[Unit]]) -> Floats:
        """Answer the log-odds of every output for texts read as units: one row a text."""
        found: Floats = self.vectoriser.transform(documents) @ self.coefficients.T + self.intercepts
        return found


def dump(classifier: LinearClassifier) -> Mapping[str, bytes]:
    """Write a classifier as the files of an artefact."""
    buffer = io.BytesIO()
    parts = (classifier.vectoriser, classifier.coefficients, classifier.intercepts)
    joblib.dump(parts, buffer, compress=("zlib", 6))
    return {ARTEFACT: buffer.getvalue()}


def load(files: Mapping[str, bytes], version: str) -> LinearClassifier:
    """Read a classifier back from the files of an artefact that was verified."""
    vectoriser, coefficients, intercepts = joblib.load(io.BytesIO(files[ARTEFACT]))
    return LinearClassifier(version, vectoriser, coefficients.astype(np.float32), intercepts)


def _score(probabilities: Sequence[float]) -> Score:
    reject, *attributes = probabilities
    return Score(reject, dict(zip(ATTRIBUTES, attributes, strict=True)))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    if len(text) <= WINDOW:
        yield 0, len(text)
        return
    start = end = 0
    for first, last in _bounded(sentences(text[:MAX_LENGTH])):
        if last - start > WINDOW:
            yield start, end
            start = first
        end = last
    yield start, end


def _bounded(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut the sentences that are longer than a window."""
    for start, end in spans:
        for first in range(start, end, WINDOW):
            yield first, min(first + WINDOW, end)


def _groups(units: Sequence[Unit]) -> list[Group]:
    """Group the units that one word of the original gave, leaving out mere punctuation."""
    groups: list[Group] = []
    for index, unit in enumerate(units):
        if groups and groups[-1][1] == index and unit.start < units[index - 1].end:
            groups[-1] = (groups[-1][0], index + 1)
        elif any(sign not in ("exclamation", "question") for sign in unit.signs):
            groups.append((index, index + 1))
    return groups


def _contributions(
    units: Sequence[Unit], groups: Sequence[Group], falls: Sequence[float], offset: int
) -> Iterator[Contribution]:
    for (first, last), fall in zip(groups, falls, strict=True):
        end = max(unit.end for unit in units[first:last])
        yield Contribution(offset + units[first].start, offset + end, fall)
