"""Figures of merit with their bootstrap intervals, weighted by inclusion weights."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.registry import Measure

Array = NDArray[np.float64]
# Truth and probabilities, of one length, and weights, one row a draw, to a value a draw.
Figure = Callable[[Array, Array, Array], Array]

BINS = 10
ROUNDS = 1_000
# Weights held in memory at once, whatever the number of rows: 32 MB.
AT_ONCE = 4_000_000


def roc_auc(truth: Array, probabilities: Array, weights: Array) -> Array:
    """Probability that a positive scores above a negative, ties counting half."""
    positives, negatives = _by_score(truth, probabilities, weights)
    above = np.cumsum(positives, axis=1) - positives / 2
    area = (above * negatives).sum(axis=1)
    return np.asarray(area / (positives.sum(axis=1) * negatives.sum(axis=1)))


def average_precision(truth: Array, probabilities: Array, weights: Array) -> Array:
    """Mean of the precisions at which each positive is found."""
    positives, negatives = _by_score(truth, probabilities, weights)
    found = np.cumsum(positives, axis=1)
    flagged = found + np.cumsum(negatives, axis=1)
    precision = found / np.where(flagged > 0, flagged, 1)
    return np.asarray((positives * precision).sum(axis=1) / positives.sum(axis=1))


def calibration_error(truth: Array, probabilities: Array, weights: Array) -> Array:
    """Expected calibration error: mean gap between probability and frequency over BINS bins."""
    order, which = _bins(probabilities, weights.mean(axis=0))
    gaps = (weights * (probabilities - truth))[:, order]
    starts = np.flatnonzero(np.diff(which, prepend=-1))
    return np.asarray(
        np.abs(np.add.reduceat(gaps, starts, axis=1)).sum(axis=1) / weights.sum(axis=1)
    )


def at_threshold(threshold: float) -> dict[str, Figure]:
    """Make the figures of a decision at a threshold: precision, recall and F1 of « reject »."""

    def share(of: Callable[[Array, Array, Array], Array]) -> Figure:
        def compute(truth: Array, probabilities: Array, weights: Array) -> Array:
            flagged = weights * (probabilities >= threshold)
            return of(flagged @ truth, flagged.sum(axis=1), weights @ truth)

        return compute

    return {
        "precision": share(lambda caught, flagged, _: _ratio(caught, flagged)),
        "recall": share(lambda caught, _, rejected: _ratio(caught, rejected)),
        "F1": share(lambda caught, flagged, rejected: _ratio(2 * caught, flagged + rejected)),
    }


RANKING: Mapping[str, Figure] = {"ROC AUC": roc_auc, "average precision": average_precision}
FIGURES: Mapping[str, Figure] = {**RANKING, "ECE": calibration_error}


@dataclass(frozen=True, slots=True)
class Bin:
    """A point of a calibration curve: mean probability, observed frequency, weight."""

    predicted: float
    observed: float
    weight: float


def reliability(truth: Array, probabilities: Array, weights: Array) -> list[Bin]:
    """Compute a calibration curve over bins of about equal weight."""
    order, which = _bins(probabilities, weights)
    bins = []
    for index in np.unique(which):
        inside = order[which == index]
        weight = float(weights[inside].sum())
        if weight > 0:
            predicted = np.average(probabilities[inside], weights=weights[inside])
            observed = np.average(truth[inside], weights=weights[inside])
            bins.append(Bin(float(predicted), float(observed), weight))
    return bins


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
    values: dict[str, list[Array]] = {name: [] for name in figures}
    for draws in _draws(truth, weights, seed, rounds):
        for name, figure in figures.items():
            values[name].append(figure(truth, probabilities, draws))
    return {
        name: _interval(
            figure(truth, probabilities, weights[None])[0], np.concatenate(values[name])
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
    paired = {name: _less(figure, ours, theirs) for name, figure in figures.items()}
    return measure(paired, truth, ours, weights, seed=seed, rounds=rounds)


def _less(figure: Figure, ours: Array, theirs: Array) -> Figure:
    return lambda truth, _, draws: figure(truth, ours, draws) - figure(truth, theirs, draws)


def _draws(truth: Array, weights: Array, seed: int, rounds: int) -> Iterator[Array]:
    """Draw weights as a bootstrap would rows, keeping the draws that have both classes."""
    random = np.random.default_rng(seed)
    even = np.full(len(truth), 1 / len(truth))
    step = max(AT_ONCE // len(truth), 1)
    for done in range(0, rounds, step):
        draws = weights * random.multinomial(len(truth), even, size=min(step, rounds - done))
        yield draws[(draws @ truth > 0) & (draws @ (1 - truth) > 0)]


def _interval(value: float, draws: Array) -> Measure:
    low, high = np.percentile(draws, [2.5, 97.5]) if len(draws) else (value, value)
    return Measure(value=float(value), low=float(low), high=float(high))


def _by_score(truth: Array, probabilities: Array, weights: Array) -> tuple[Array, Array]:
    """Sum the weights of positives and negatives at each score, the highest first."""
    order = np.argsort(-probabilities, kind="stable")
    starts = np.flatnonzero(np.diff(probabilities[order], prepend=np.inf))
    ordered = weights[:, order]
    every = np.add.reduceat(ordered, starts, axis=1)
    positives = np.add.reduceat(ordered * truth[order], starts, axis=1)
    return positives, every - positives


def _bins(probabilities: Array, weights: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Order the rows by score, and tell which of BINS bins of about equal weight each falls in."""
    order = np.argsort(probabilities, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    which = np.minimum((BINS * middle / weights.sum()).astype(np.intp), BINS - 1)
    return order, which


def _ratio(part: Array, whole: Array) -> Array:
    return np.asarray(part / np.where(whole > 0, whole, 1))
