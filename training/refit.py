"""Refitting an encoder's heads on a site's own decisions: seconds, where training takes an hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from moderation import linear, registry
from moderation.encoder import COMPANION, HEADS, NETWORK, TOKENIZER, EncoderClassifier
from moderation.errors import Conflict, ModelUnavailable
from moderation.heads import Heads, read_heads
from moderation.linear import OUTPUTS
from moderation.vectoriser import Floats
from training.candidate import Candidate
from training.corpora import Example
from training.measures import Array
from training.train import threshold_for

STRENGTHS = np.logspace(-5, -1, 5)
# How much larger the head's present answer is written than other features: the ridge spares it.
OWN = 5.0
FOLDS = 5
LIMIT = 0.02
MIN_EACH = 20
BASIS = (
    "the widest at which at most {limit:.0%} of the approved among {rows:,} of the site's own"
    " decisions, cross-fitted, were rejected. Provisional: certify it."
)
NOTE = " Its reject head was refitted on {rows:,} decisions."


@dataclass(frozen=True)
class Learnt:
    """A head's new row and intercept, and cross-fitted probabilities of what it learnt from."""

    row: Floats
    intercept: float
    apart: Array


def refit(folder: Path, digest: str, decided: Sequence[Example], models_dir: Path) -> Candidate:
    """Save a copy of an encoder whose `reject` head has learnt from decisions.

    Only that head changes: its new log-odds are the old ones and a weighted sum of every feature,
    under a ridge that cross-validation chooses. Raises Conflict with under 20 decisions of each
    kind, and ModelUnavailable for an artefact of another kind.
    """
    card = registry.read_card(folder)
    if card.kind != "encoder":
        raise ModelUnavailable(f"{card.version} is no encoder: train a linear candidate instead.")
    registry.load(folder, digest)
    now = datetime.now(UTC)
    version = registry.free_version(models_dir, "encoder", now.date())
    classifier = _read(folder, version)
    truth = np.array([example.labels["reject"] for example in decided], int)
    if min(truth.sum(), len(truth) - truth.sum()) < MIN_EACH:
        raise Conflict(f"Heads need {MIN_EACH} decisions of each kind.")
    weights = np.array([example.weight for example in decided])
    features = classifier.features([example.text for example in decided])
    learnt = _learn(classifier.heads, features, truth, weights)
    classifier.heads = _with_reject(classifier.heads, learnt)
    changed = card.model_copy(
        update={
            "version": version,
            "created_at": now,
            "threshold": threshold_for(learnt.apart, truth.astype(float), LIMIT),
            "threshold_basis": BASIS.format(limit=LIMIT, rows=len(truth)),
            "base_rate": float(np.average(truth, weights=weights)),
            "metrics": {},
            "notes": card.notes + NOTE.format(rows=len(truth)),
        }
    )
    return Candidate(changed, registry.save(classifier, changed, models_dir))


def _read(folder: Path, version: str) -> EncoderClassifier:
    """Read an artefact that was verified, with its files, so that it can be written again."""
    files = {name: (folder / name).read_bytes() for name in (NETWORK, TOKENIZER, COMPANION, HEADS)}
    companion = linear.load({linear.ARTEFACT: files[COMPANION]}, version)
    heads = read_heads(files[HEADS])
    return EncoderClassifier(version, files[NETWORK], files[TOKENIZER], companion, heads)


def _learn(heads: Heads, features: Floats, truth: Array, weights: Array) -> Learnt:
    own = heads(features)[:, :1]
    scaler = StandardScaler().fit(features)
    inputs = np.hstack([OWN * own, scaler.transform(features)])
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(inputs, truth))
    apart = [_out_of_fold(strength, inputs, truth, weights, folds) for strength in STRENGTHS]
    best = int(np.argmin([log_loss(truth, p, sample_weight=weights) for p in apart]))
    model = _model(STRENGTHS[best]).fit(inputs, truth, sample_weight=weights)
    keep, rest = OWN * float(model.coef_[0][0]), model.coef_[0][1:] / scaler.scale_
    row = rest.astype(np.float32)
    row[: heads.weights.shape[1]] += keep * heads.weights[0]
    intercept = float(model.intercept_[0]) - float(rest @ scaler.mean_)
    return Learnt(row, intercept + keep * float(heads.intercepts[0]), apart[best])


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2_000)


def _out_of_fold(
    strength: float,
    inputs: Array,
    truth: Array,
    weights: Array,
    folds: Sequence[tuple[Array, Array]],
) -> Array:
    answers = np.zeros(len(truth))
    for taught, rest in folds:
        model = _model(strength).fit(inputs[taught], truth[taught], sample_weight=weights[taught])
        answers[rest] = model.predict_proba(inputs[rest])[:, 1]
    return answers


def _with_reject(heads: Heads, learnt: Learnt) -> Heads:
    weights = np.zeros((len(OUTPUTS), len(learnt.row)), np.float32)
    weights[:, : heads.weights.shape[1]] = heads.weights
    weights[0] = learnt.row
    intercepts = heads.intercepts.copy()
    intercepts[0] = learnt.intercept
    return Heads(weights, intercepts)
