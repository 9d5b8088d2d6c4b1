"""Models and services measured on the same rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from moderation.card import Measure
from moderation.classifier import ATTRIBUTES, Classifier
from training.benchmark.peers import Peer
from training.benchmark.samples import Corpus
from training.measures import (
    FIGURES,
    RANKING,
    ROUNDS,
    Array,
    Bin,
    Figure,
    at_threshold,
    measure,
    reliability,
)

# A calibrated probability above which a comment is rather toxic than not.
EVEN = 0.5
SCORED_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Model:
    """A classifier to measure, and the threshold that its card gives a site's policy."""

    classifier: Classifier
    threshold: float
    # The corpora that its card has figures on, hence that it was not trained on.
    apart: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The version."""
        return self.classifier.version


@dataclass(frozen=True, slots=True)
class Line:
    """How one model or service does on some rows; it lacks the figures it cannot have."""

    name: str
    figures: Mapping[str, Measure]
    scores: Array | None = None
    curve: Sequence[Bin] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The rows that share a functionality, a genre, a group; accuracies at EVEN by version.

    Where none of the rows is toxic, an accuracy is what false positives leave of one.
    """

    aspect: str
    value: str
    rows: int
    positives: int
    accuracy: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Gap:
    """A version's false positives on each identity group, at a threshold."""

    version: str
    threshold: float
    rates: Mapping[str, Measure]

    @property
    def width(self) -> float:
        """The highest rate less the lowest."""
        values = [rate.value for rate in self.rates.values()]
        return max(values) - min(values)


@dataclass(frozen=True, slots=True)
class Table:
    """Every model and service on one output of one corpus."""

    corpus: str
    output: str
    truth: Array
    lines: Sequence[Line]
    parts: Sequence[Part] = ()
    gaps: Sequence[Gap] = ()


def accuracy_at(threshold: float) -> Figure:
    """Make the figure of decisions that are right."""

    def compute(truth: Array, probabilities: Array, weights: Array) -> Array:
        right = (probabilities >= threshold) == (truth == 1)
        return np.asarray(weights @ right / weights.sum(axis=1))

    return compute


def tables(
    corpus: Corpus,
    models: Sequence[Model],
    peers: Sequence[Peer],
    told: Callable[[int, int], None],
    rounds: int = ROUNDS,
) -> list[Table]:
    """Measure every output that a corpus labels; `told` counts the models that have scored it."""
    scores: dict[str, Mapping[str, Array]] = {}
    for done, model in enumerate(models):
        scores[model.name] = score(model.classifier, corpus.texts)
        told(done + 1, len(models))
    return [_table(corpus, output, models, scores, peers, rounds) for output in corpus.labels]


def score(classifier: Classifier, texts: Sequence[str]) -> dict[str, Array]:
    """Answer the probabilities of each output, in the order of the texts."""
    found = [
        one
        for start in range(0, len(texts), SCORED_AT_ONCE)
        for one in classifier.score(texts[start : start + SCORED_AT_ONCE])
    ]
    attributes = {name: np.array([one.attributes[name] for one in found]) for name in ATTRIBUTES}
    return {"reject": np.array([one.reject for one in found]), **attributes}


def _table(
    corpus: Corpus,
    output: str,
    models: Sequence[Model],
    scores: Mapping[str, Mapping[str, Array]],
    peers: Sequence[Peer],
    rounds: int,
) -> Table:
    rows = corpus.known(output)
    truth = corpus.labels[output][rows]
    ours = {model.name: scores[model.name][output][rows] for model in models}
    lines = [_line(model, truth, ours[model.name], rounds) for model in models]
    # The services were asked for toxicity and nothing else.
    lines += [_peer_line(peer, truth, rows, rounds) for peer in peers if output == "toxicity"]
    aspects = {name: [values[row] for row in rows] for name, values in corpus.aspects.items()}
    if output != "reject":
        # A genre is of comments that would all be published, or all refused.
        aspects.pop("genre", None)
    parts = [part for name in aspects for part in _parts(name, aspects[name], truth, ours)]
    gaps = []
    if "target_ident" in aspects:
        for model in models:
            for threshold in (EVEN, model.threshold):
                groups, found = aspects["target_ident"], ours[model.name]
                gaps.append(_gap(model.name, threshold, groups, truth, found))
    return Table(corpus.name, output, truth, lines, parts, gaps)


def _line(model: Model, truth: Array, scores: Array, rounds: int) -> Line:
    figures = {
        **RANKING,
        "F1": at_threshold(model.threshold)["F1"],
        "accuracy": accuracy_at(model.threshold),
        "F1 at 0.5": at_threshold(EVEN)["F1"],
        "accuracy at 0.5": accuracy_at(EVEN),
        "ECE": FIGURES["ECE"],
    }
    measured = measure(figures, truth, scores, rounds=rounds)
    return Line(model.name, measured, scores, reliability(truth, scores, np.ones(len(truth))))


def _peer_line(peer: Peer, truth: Array, rows: NDArray[np.intp], rounds: int) -> Line:
    figures: dict[str, Measure] = {}
    scores = None if peer.scores is None else peer.scores[rows]
    if scores is not None:
        figures |= measure(RANKING, truth, scores, rounds=rounds)
    if peer.decisions is not None:
        own = {"F1": at_threshold(EVEN)["F1"], "accuracy": accuracy_at(EVEN)}
        figures |= measure(own, truth, peer.decisions[rows], rounds=rounds)
    return Line(peer.name, figures, scores)


def _parts(
    aspect: str,
    values: Sequence[str | None],
    truth: Array,
    ours: Mapping[str, Array],
) -> list[Part]:
    found = []
    for value in sorted({value for value in values if value}):
        inside = np.array([other == value for other in values])
        right = {
            name: _share((scores[inside] >= EVEN) == (truth[inside] == 1))
            for name, scores in ours.items()
        }
        rows, positives = int(inside.sum()), int(truth[inside].sum())
        found.append(Part(aspect, value, rows, positives, right))
    return found


def _gap(
    version: str,
    threshold: float,
    groups: Sequence[str | None],
    truth: Array,
    scores: Array,
) -> Gap:
    rates = {}
    for group in sorted({group for group in groups if group}):
        harmless = np.array([other == group for other in groups]) & (truth == 0)
        rates[group] = _share(scores[harmless] >= threshold)
    return Gap(version, threshold, rates)


def _share(marks: NDArray[np.bool_]) -> Measure:
    """Measure how many rows are marked, with Jeffreys' interval.

    The rows may all be marked, or none: no resampling would then tell how sure that is.
    """
    count, marked = len(marks), int(marks.sum())
    low, high = beta.ppf([0.025, 0.975], marked + 0.5, count - marked + 0.5)
    return Measure(
        value=marked / count if count else 0.0,
        low=float(low) if marked else 0.0,
        high=float(high) if marked < count else 1.0,
    )
