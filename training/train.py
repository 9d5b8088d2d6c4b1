"""Training a candidate: one logistic head an output, calibrated on what it has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from moderation.features import Unit, read
from moderation.linear import OUTPUTS, LinearClassifier
from moderation.vectoriser import Vectoriser
from training.corpora import Example
from training.measures import Array

Progress = Callable[[str, int, int], None]
# Weight of the feature that tells a corpus: the larger, the freer its intercept.
CORPUS_WEIGHT = 2.0
# With fewer than these to settle an output's probabilities, every corpus is let to.
MIN_SETTLING = 20
# An output seen fewer times, or as good as always, cannot be learnt: it gets its base rate.
MIN_TAUGHT = 10
READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a candidate is trained.

    The first of the `settling` corpora with enough labels says at which probability an output
    stands; the others only tell which words matter.
    """

    settling: Sequence[str]
    regularisation: float = 2.0
    min_words: int = 2
    min_letters: int = 5
    folds: int = 5
    seed: int = 0
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Head:
    """One output's coefficients and intercept, in calibrated log-odds."""

    coefficients: Array
    intercept: float


def train(
    examples: Sequence[Example], version: str, recipe: Recipe, progress: Progress
) -> LinearClassifier:
    """Train a classifier on examples, whose labels may be partly unknown."""
    units = _read_all(examples, recipe, progress)
    progress("vocabulary", 0, 1)
    vectoriser = Vectoriser(recipe.min_words, recipe.min_letters).fit(units)
    matrix = vectoriser.transform(units)
    progress("vocabulary", 1, 1)
    heads = []
    # Threads that share the small products of the solver cost five times what they save.
    with threadpool_limits(1):
        for index, output in enumerate(OUTPUTS):
            progress("heads", index, len(OUTPUTS))
            heads.append(_fit_head(output, examples, matrix, recipe))
    progress("heads", len(OUTPUTS), len(OUTPUTS))
    coefficients = np.stack([head.coefficients for head in heads]).astype(np.float32)
    intercepts = np.array([head.intercept for head in heads], dtype=np.float32)
    return LinearClassifier(version, vectoriser, coefficients, intercepts)


def threshold_for(probabilities: Array, rejected: Array, limit: float) -> float:
    """Find the widest threshold under which at most `limit` of the comments are to be rejected.

    Everything at or above it goes to review; 0, hence everything, when no threshold will do.
    """
    order = np.argsort(probabilities, kind="stable")
    shares = np.cumsum(rejected[order]) / np.arange(1, len(order) + 1)
    ordered = probabilities[order]
    # A threshold cannot part equal scores.
    last_of_its_score = np.append(ordered[1:] > ordered[:-1], True)
    admitted = np.flatnonzero((shares <= limit) & last_of_its_score)
    if not len(admitted):
        return 0.0
    last = int(admitted[-1])
    return float((ordered[last] + ordered[last + 1]) / 2) if last + 1 < len(ordered) else 1.0


def settling_rows(
    known: Sequence[Example], truth: Array, corpora: Sequence[str]
) -> NDArray[np.bool_]:
    """Mark the rows that say at which probability an output stands: one corpus's, or all."""
    for corpus in corpora:
        settling = np.array([example.corpus == corpus for example in known])
        if min(truth[settling].sum(), (1 - truth[settling]).sum()) >= MIN_SETTLING:
            return settling
    return np.ones(len(known), dtype=bool)


def _read_all(examples: Sequence[Example], recipe: Recipe, progress: Progress) -> list[list[Unit]]:
    starts = range(0, len(examples), READ_AT_ONCE)
    parts = (
        delayed(_read_some)([example.text for example in examples[start : start + READ_AT_ONCE]])
        for start in starts
    )
    units: list[list[Unit]] = []
    for part in Parallel(n_jobs=recipe.jobs, return_as="generator")(parts):
        units += part
        progress("reading", len(units), len(examples))
    return units


def _read_some(texts: Sequence[str]) -> list[list[Unit]]:
    return [read(text) for text in texts]


def _fit_head(
    output: str, examples: Sequence[Example], matrix: sp.csr_matrix, recipe: Recipe
) -> Head:
    rows = np.array([i for i, example in enumerate(examples) if output in example.labels], int)
    known = [examples[row] for row in rows]
    truth = np.array([example.labels[output] for example in known], dtype=float)
    weights = np.array([example.weight for example in known])
    if min(truth.sum(), (1 - truth).sum()) < MIN_TAUGHT:
        return _constant(matrix.shape[1], truth)
    settling = settling_rows(known, truth, recipe.settling)
    data = sp.hstack([matrix[rows], _corpora(known, settling)], format="csr")
    apart = _out_of_fold(data, truth, weights, [example.block for example in known], recipe)
    slope, shift = _platt(apart[settling], truth[settling], weights[settling])
    model = _logistic(recipe).fit(data, truth, sample_weight=weights)
    coefficients = model.coef_[0][: matrix.shape[1]]
    return Head(slope * coefficients, slope * float(model.intercept_[0]) + shift)


def _corpora(known: Sequence[Example], settling: NDArray[np.bool_]) -> sp.csr_matrix:
    """Mark the rows of each corpus that settles nothing, to absorb how often it says yes."""
    names = sorted({example.corpus for example in known})
    marks = [[example.corpus == name for name in names] for example in known]
    return sp.csr_matrix(CORPUS_WEIGHT * (np.array(marks) & ~settling[:, None]), dtype=np.float32)


def _out_of_fold(
    data: sp.csr_matrix, truth: Array, weights: Array, blocks: Sequence[str], recipe: Recipe
) -> Array:
    """Compute each row's log-odds by a model that saw no row of its block."""
    splits = min(recipe.folds, len(set(blocks)))
    folds = StratifiedGroupKFold(splits, shuffle=True, random_state=recipe.seed)
    parts = list(folds.split(data, truth, blocks))
    answers = Parallel(n_jobs=recipe.jobs)(
        delayed(_fit_and_apply)(data[seen], truth[seen], weights[seen], data[unseen], recipe)
        for seen, unseen in parts
    )
    logits = np.zeros(len(truth))
    for (_, unseen), answer in zip(parts, answers, strict=True):
        logits[unseen] = answer
    return logits


def _fit_and_apply(
    data: sp.csr_matrix, truth: Array, weights: Array, unseen: sp.csr_matrix, recipe: Recipe
) -> Array:
    if len(np.unique(truth)) < 2:
        return np.full(unseen.shape[0], _constant(0, truth).intercept)
    model = _logistic(recipe).fit(data, truth, sample_weight=weights)
    return np.asarray(model.decision_function(unseen))


def _logistic(recipe: Recipe) -> LogisticRegression:
    # With a tolerance of 1e-3 the solver stops before it has learnt anything of a rare output.
    return LogisticRegression(
        C=recipe.regularisation, max_iter=500, tol=1e-4, random_state=recipe.seed
    )


def _platt(logits: Array, truth: Array, weights: Array) -> tuple[float, float]:
    """Fit the slope and shift that turn log-odds into calibrated ones."""
    model = LogisticRegression(C=1e6).fit(logits[:, None], truth, sample_weight=weights)
    # Noise may turn a hopeless head's slope negative: it then says no more than the base rate.
    slope = float(model.coef_[0][0])
    if slope <= 0:
        return 0.0, _constant(0, truth).intercept
    return slope, float(model.intercept_[0])


def _constant(size: int, truth: Array) -> Head:
    """Answer the base rate, smoothed, whatever the text: all that one class alone can teach."""
    return Head(np.zeros(size), float(logit((truth.sum() + 1) / (len(truth) + 2))))
