"""An encoder candidate, from corpora to its artefact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from moderation import registry
from moderation.encoder import EncoderClassifier
from moderation.heads import Heads
from moderation.linear import OUTPUTS, LinearClassifier
from moderation.registry import Card
from training import candidate
from training import train as linear
from training.candidate import Candidate
from training.corpora import Example
from training.finetune import data, fit, heads, onnx
from training.finetune.network import Network, tokenizer
from training.train import Progress, threshold_for

NOTES = (
    "A small French encoder fine-tuned on the corpora below, quantised to eight bits, and the"
    " linear classifier trained on the same rows, under heads fitted on rows that neither"
    " saw. It knows no context: neither the article nor the comment that is answered. Threat and"
    " sexually_explicit rest on few examples."
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an encoder candidate is made of: a base, how to fit it, how to fit its companion."""

    base: str
    fit: fit.Recipe
    companion: linear.Recipe
    runs: Path


def build(
    examples: Sequence[Example],
    development: Sequence[Example],
    recipe: Recipe,
    models_dir: Path,
    progress: Progress,
) -> Candidate:
    """Fit the network, its companion and the heads, measure them, and save an artefact."""
    taught, aside = data.part(examples)
    settling = frozenset(recipe.companion.settling)
    recipe.runs.mkdir(parents=True, exist_ok=True)
    companion = linear.train(taught, "companion", recipe.companion, progress)
    network = fit.fit(recipe.base, data.rows(taught), settling, recipe.fit, recipe.runs, progress)
    now = datetime.now(UTC)
    version = registry.free_version(models_dir, "encoder", now.date())
    classifier = assemble(version, network, recipe.base, companion, aside, settling)
    held_out = development or aside
    scores = candidate.score(classifier, held_out, progress)
    basis, rows = candidate.threshold_rows(held_out)
    truth = np.array([held_out[row].labels["reject"] for row in rows], float)
    card = Card(
        version=version,
        kind="encoder",
        created_at=now,
        trained_on=candidate.trained_on(taught),
        threshold=threshold_for(scores[rows, 0], truth, candidate.LIMIT),
        threshold_basis=candidate.BASIS.format(limit=candidate.LIMIT, name=basis, rows=len(rows)),
        base_rate=candidate.base_rate(taught, recipe.companion),
        metrics=candidate.metrics(held_out, scores, progress),
        notes=NOTES,
    )
    return Candidate(card, registry.save(classifier, card, models_dir))


def assemble(
    version: str,
    network: Network,
    base: str,
    companion: LinearClassifier,
    aside: Sequence[Example],
    settling: frozenset[str],
) -> EncoderClassifier:
    """Put the parts together, and fit the heads on examples that none of them was taught."""
    written, cutter = onnx.write(network), tokenizer(base)
    cutter.no_truncation()
    cutter.no_padding()
    pieces = cutter.to_str().encode()
    none = Heads(np.zeros((len(OUTPUTS), 1), np.float32), np.zeros(len(OUTPUTS), np.float32))
    bare = EncoderClassifier(version, written, pieces, companion, none)
    fitted = heads.fit(heads.see(bare, aside), settling)
    return EncoderClassifier(version, written, pieces, companion, fitted)
