"""Heads over the network and its companion: logistic regressions, calibrated as fitted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from moderation.encoder import EncoderClassifier
from moderation.heads import Heads
from moderation.linear import OUTPUTS
from moderation.vectoriser import Floats
from training.corpora import Example

# So small that each head averages the logits of kindred outputs, which carries over better to other
# communities; the features are standardised first.
REGULARISATION = 0.0003
MIN_POSITIVES = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """Examples with what the network and the companion make of them, a row an example."""

    features: Floats
    examples: Sequence[Example]


def see(classifier: EncoderClassifier, examples: Sequence[Example]) -> Seen:
    """Run the network and the companion; of a long text, the first window."""
    features = classifier.features([example.text for example in examples])
    return Seen(features, examples)


def fit(seen: Seen, settling: frozenset[str], columns: int = 2 * len(OUTPUTS)) -> Heads:
    """Fit one head an output on examples that neither the network nor the companion was taught.

    Corpora that settle no output's probability keep an intercept of their own. With more `columns`
    the heads read the network's mean vector too: for a site that has decisions enough.
    """
    scaler = StandardScaler().fit(seen.features[:, :columns])
    scaled = scaler.transform(seen.features[:, :columns])
    rows = [_fit_one(output, scaled, seen.examples, settling) for output in OUTPUTS]
    weights = np.array([row[:-1] for row in rows]) / scaler.scale_
    intercepts = np.array([row[-1] for row in rows]) - weights @ scaler.mean_
    return Heads(weights.astype(np.float32), intercepts.astype(np.float32))


def _fit_one(
    output: str, scaled: Floats, examples: Sequence[Example], settling: frozenset[str]
) -> Floats:
    """Answer one head's weights, then its intercept."""
    rows = [i for i, example in enumerate(examples) if output in example.labels]
    truth = np.array([examples[i].labels[output] for i in rows], int)
    width = scaled.shape[1]
    if not _tells(truth):
        base = float(logit((truth.sum() + 1) / (len(truth) + 2)))
        return np.array([*[0.0] * width, base], np.float32)
    marks = _marks([examples[i].corpus for i in rows], settling)
    model = LogisticRegression(C=REGULARISATION, max_iter=1_000)
    model.fit(np.hstack([scaled[rows], marks]), truth)
    weights = model.coef_[0][:width]
    # So strong a ridge shrinks the log-odds: they are stretched back where probabilities settle.
    settled = [i for i, row in enumerate(rows) if examples[row].corpus in settling]
    settled = settled if _tells(truth[settled]) else list(range(len(rows)))
    scores = scaled[rows][settled] @ weights
    slope, shift = _platt(scores, truth[settled])
    return np.array([*(slope * weights), shift], np.float32)


def _tells(truth: NDArray[np.int_]) -> bool:
    return bool(min(truth.sum(), (1 - truth).sum()) >= MIN_POSITIVES)


def _platt(scores: Floats, truth: NDArray[np.int_]) -> tuple[float, float]:
    model = LogisticRegression(C=1e6).fit(scores[:, None], truth)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def _marks(corpora: Sequence[str], settling: frozenset[str]) -> Floats:
    names = sorted(set(corpora) - settling) if settling & set(corpora) else []
    return np.array([[3.0 * (corpus == name) for name in names] for corpus in corpora], np.float32)
