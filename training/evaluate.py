"""A candidate beside the champion, on the same rows that neither has learnt from."""

from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from moderation.classifier import Classifier
from moderation.errors import Conflict
from moderation.registry import Measure
from training import export
from training.export import Row
from training.measures import (
    FIGURES,
    RANKING,
    Array,
    Bin,
    at_threshold,
    difference,
    measure,
    reliability,
)


class Results(BaseModel):
    """How one model does: its figures, its calibration curve, every row's probability."""

    model_config = ConfigDict(frozen=True)

    version: str
    threshold: float
    figures: Mapping[str, Measure]
    curve: Sequence[Bin]


class Comparison(BaseModel):
    """A candidate and the champion it would replace, if there is one, on one frozen split.

    `differences` are the candidate's figures less the champion's, on the same bootstrap draws.
    """

    model_config = ConfigDict(frozen=True)

    split: str
    rows: int
    rejected: int
    candidate: Results
    champion: Results | None = None
    differences: Mapping[str, Measure] = {}

    @property
    def worse(self) -> list[str]:
        """The figures of ranking by which the candidate is worse beyond the interval."""
        return [name for name in RANKING if name in self.differences and self._loses(name)]

    def _loses(self, name: str) -> bool:
        return self.differences[name].high < 0


class Sample:
    """The rows that models are compared on, as arrays; those that no draw chose are left out."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [row for row in rows if row.split == "evaluation" and row.weight > 0]
        self.truth: Array = np.array([row.reject for row in self.rows], dtype=float)
        self.weights: Array = np.array([row.weight for row in self.rows])
        if len(set(self.truth)) < 2:
            raise Conflict("The evaluation split needs both approved and rejected comments.")

    def score(self, classifier: Classifier) -> Array:
        """Answer each row's probability of rejection."""
        return np.array([score.reject for score in classifier.score([r.text for r in self.rows])])


def compare(
    sample: Sample,
    candidate: Classifier,
    champion: Classifier | None,
    thresholds: Mapping[str, float],
    *,
    seed: int = 0,
) -> Comparison:
    """Measure a candidate, beside the champion; `thresholds` go by version."""
    ours = sample.score(candidate)
    results = _results(sample, ours, candidate.version, thresholds, seed)
    known = {
        "split": export.digest(sample.rows),
        "rows": len(sample.rows),
        "rejected": int(sample.truth.sum()),
    }
    if champion is None:
        return Comparison(candidate=results, **known)
    theirs = sample.score(champion)
    return Comparison(
        candidate=results,
        champion=_results(sample, theirs, champion.version, thresholds, seed),
        differences=difference(FIGURES, sample.truth, ours, theirs, sample.weights, seed=seed),
        **known,
    )


def _results(
    sample: Sample, scores: Array, version: str, thresholds: Mapping[str, float], seed: int
) -> Results:
    figures = {**FIGURES, **at_threshold(thresholds[version])}
    return Results(
        version=version,
        threshold=thresholds[version],
        figures=measure(figures, sample.truth, scores, sample.weights, seed=seed),
        curve=reliability(sample.truth, scores, sample.weights),
    )
