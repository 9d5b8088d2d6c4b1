"""What a site's own decisions add: heads refitted on some of a corpus, measured on the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from moderation.card import Measure
from moderation.linear import OUTPUTS
from training.benchmark.measuring import EVEN, Model, accuracy_at, score
from training.benchmark.samples import Corpus
from training.measures import RANKING, ROUNDS, Array, measure

FOLDS = 5
# Decisions to learn from; None is all that the other folds hold.
SIZES: tuple[int | None, ...] = (100, 300, None)
# Which hundred decisions come first matters: as many draws of them are averaged.
REPEATS = 5
STRENGTHS = np.logspace(-4, -1, 4)
# How much larger the model's own answers are written than other features: the ridge spares them.
OWN = 3.0

# Features and truths of some decisions, to a function from features to probabilities.
Refit = Callable[[Array, Array], Callable[[Array], Array]]


@runtime_checkable
class Featured(Protocol):
    """A classifier that shows what it makes of texts, for heads to be refitted on."""

    def features(self, texts: Sequence[str]) -> NDArray[np.floating]:
        """Answer one row of features a text."""
        ...


@dataclass(frozen=True, slots=True)
class Learnt:
    """How a version does after so many decisions of the community; 0 is as it ships."""

    version: str
    decisions: int
    auc: Measure
    accuracy: Measure


def after_decisions(
    model: Model,
    corpus: Corpus,
    output: str,
    refit: Refit | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> list[Learnt]:
    """Measure a version as it ships, then after learning from some decisions, cross-validated.

    Answers nothing for a version that shows no features.
    """
    if not isinstance(model.classifier, Featured):
        return []
    rows = corpus.known(output)
    texts, truth = [corpus.texts[row] for row in rows], corpus.labels[output][rows]
    answers = score(model.classifier, texts)
    features = _features(model.classifier.features(texts), list(answers.values()))
    available = len(truth) * (FOLDS - 1) // FOLDS
    found = [_learnt(model.name, 0, truth, [answers[output]], rounds)]
    for size in SIZES:
        seeds = range(seed, seed + REPEATS)
        apart = [_out_of_fold(features, truth, size, refit or ridge, one) for one in seeds]
        found.append(_learnt(model.name, size or available, truth, apart, rounds))
    return found


def ridge(features: Array, truth: Array) -> Callable[[Array], Array]:
    """Fit a logistic regression whose strength is cross-validated."""
    scaler = StandardScaler().fit(features)
    spread = np.ones(features.shape[1])
    spread[: len(OUTPUTS)] = OWN
    model = LogisticRegressionCV(
        Cs=STRENGTHS,
        l1_ratios=(0.0,),
        cv=3,
        scoring="neg_log_loss",
        max_iter=1_000,
        use_legacy_attributes=False,
    )
    with threadpool_limits(1):
        model.fit(scaler.transform(features) * spread, truth)

    def answer(unseen: Array) -> Array:
        return np.asarray(model.predict_proba(scaler.transform(unseen) * spread)[:, 1])

    return answer


def _features(shown: NDArray[np.floating], answers: Sequence[Array]) -> Array:
    """Put the model's own log-odds, in the order of OUTPUTS, before what it shows."""
    own = logit(np.clip(np.column_stack(answers), 1e-6, 1 - 1e-6))
    return np.hstack([own, shown]).astype(float)


def _out_of_fold(features: Array, truth: Array, size: int | None, refit: Refit, seed: int) -> Array:
    """Answer each row's probability by heads that learnt from decisions on other rows alone."""
    apart = np.zeros(len(truth))
    random = np.random.default_rng(seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for others, fold in folds.split(features, truth):
        taught = random.permutation(others)[:size]
        apart[fold] = refit(features[taught], truth[taught])(features[fold])
    return apart


def _learnt(
    version: str, decisions: int, truth: Array, answers: Sequence[Array], rounds: int
) -> Learnt:
    """Measure answers, one set a repeat: the mean of the figures, not the figure of their mean."""
    figures = {"auc": RANKING["ROC AUC"], "accuracy": accuracy_at(EVEN)}
    found = [measure(figures, truth, answer, rounds=rounds) for answer in answers]
    mean = {name: _mean([one[name] for one in found]) for name in figures}
    return Learnt(version, decisions, mean["auc"], mean["accuracy"])


def _mean(measures: Sequence[Measure]) -> Measure:
    """Average a figure and the ends of its interval over repeats on the same rows."""
    return Measure(
        value=float(np.mean([one.value for one in measures])),
        low=float(np.mean([one.low for one in measures])),
        high=float(np.mean([one.high for one in measures])),
    )
