"""Figures of merit with their bootstrap intervals, weighted by inclusion weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from moderation.registry import Measure

Array = NDArray[np.float64]
# Truth, probabilities and weights, of one length, to a figure.
Figure = Callable[[Array, Array, Array], float]

BINS = 10
ROUNDS = 1_000


def roc_auc(truth: Array, probabilities: Array, weights: Array) -> float:
    """Probability that a positive scores above a negative."""
    return float(roc_auc_score(truth, probabilities, sample_weight=weights))


def average_precision(truth: Array, probabilities: Array, weights: Array) -> float:
    """Mean precision over the recalls."""
    return float(average_precision_score(truth, probabilities, sample_weight=weights))


def calibration_error(truth: Array, probabilities: Array, weights: Array) -> float:
    """Expected calibration error: mean gap between probability and frequency over BINS bins."""
    bins = reliability(truth, probabilities, weights)
    total = weights.sum()
    return float(sum(bin_.weight * abs(bin_.predicted - bin_.observed) for bin_ in bins) / total)


@dataclass(frozen=True, slots=True)
class Bin:
    """A point of a calibration curve: mean probability, observed frequency, weight."""

    predicted: float
    observed: float
    weight: float


def reliability(truth: Array, probabilities: Array, weights: Array) -> list[Bin]:
    """Compute a calibration curve over bins of equal weight."""
    order = np.argsort(probabilities, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    which = np.minimum((BINS * middle / weights.sum()).astype(int), BINS - 1)
    bins = []
    for index in range(BINS):
        inside = order[which == index]
        weight = weights[inside].sum()
        if weight > 0:
            predicted = np.average(probabilities[inside], weights=weights[inside])
            observed = np.average(truth[inside], weights=weights[inside])
            bins.append(Bin(float(predicted), float(observed), float(weight)))
    return bins


def at_threshold(threshold: float) -> dict[str, Figure]:
    """Make the figures of a decision at a threshold: precision, recall and F1 of « reject »."""

    def share(of: Callable[[float, float, float], float]) -> Figure:
        def compute(truth: Array, probabilities: Array, weights: Array) -> float:
            flagged = weights * (probabilities >= threshold)
            return of(float(flagged @ truth), float(flagged.sum()), float(weights @ truth))

        return compute

    return {
        "precision": share(lambda caught, flagged, _: caught / flagged if flagged else 0.0),
        "recall": share(lambda caught, _, rejected: caught / rejected if rejected else 0.0),
        "F1": share(lambda caught, flagged, rejected: 2 * caught / ((flagged + rejected) or 1.0)),
    }


RANKING: Mapping[str, Figure] = {"ROC AUC": roc_auc, "average precision": average_precision}
FIGURES: Mapping[str, Figure] = {**RANKING, "ECE": calibration_error}


def measure(
    figures: Mapping[str, Figure],
    truth: Array,
    probabilities: Array,
    weights: Array | None = None,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
) -> dict[str, Measure]:
    """Compute figures, each with the 95 % interval of a bootstrap over the rows."""
    weights = np.ones(len(truth)) if weights is None else weights
    resampled = _resampled(truth, weights, seed, rounds)
    return {
        name: _interval(
            figure(truth, probabilities, weights),
            [figure(truth, probabilities, draw) for draw in resampled],
        )
        for name, figure in figures.items()
    }


def difference(
    figures: Mapping[str, Figure],
    truth: Array,
    ours: Array,
    theirs: Array,
    weights: Array,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
) -> dict[str, Measure]:
    """Compute ours minus theirs, each with the 95 % interval of a bootstrap of the same rows."""
    resampled = _resampled(truth, weights, seed, rounds)
    return {
        name: _interval(
            figure(truth, ours, weights) - figure(truth, theirs, weights),
            [figure(truth, ours, draw) - figure(truth, theirs, draw) for draw in resampled],
        )
        for name, figure in figures.items()
    }


def _resampled(truth: Array, weights: Array, seed: int, rounds: int) -> list[Array]:
    """Draw weights as a bootstrap would rows, keeping the draws that have both classes."""
    random = np.random.default_rng(seed)
    even = np.full(len(truth), 1 / len(truth))
    draws = (weights * random.multinomial(len(truth), even) for _ in range(rounds))
    return [draw for draw in draws if draw @ truth > 0 and draw @ (1 - truth) > 0]


def _interval(value: float, draws: list[float]) -> Measure:
    low, high = np.percentile(draws, [2.5, 97.5]) if draws else (value, value)
    return Measure(value=value, low=float(low), high=float(high))
