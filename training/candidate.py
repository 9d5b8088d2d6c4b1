"""A candidate, from corpora to its card: trained, given a threshold, measured, saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import numpy as np

from moderation import registry
from moderation.classifier import ATTRIBUTES, Classifier
from moderation.linear import OUTPUTS
from moderation.registry import Card, Corpus, Measure
from training import corpora
from training.corpora import Example
from training.measures import FIGURES, Array, measure
from training.train import Progress, Recipe, settling_rows, threshold_for, train

# The share of comments to be rejected that the threshold may let among the approved.
LIMIT = 0.02
ASIDE = 0.15
# Intervals over fewer positives say nothing.
MIN_POSITIVES = 10
BASIS = (
    "the widest at which at most {limit:.0%} of the approved comments of {name} ({rows:,} rows) are"
    " labelled reject. Provisional: certify it on the site's own decisions."
)
NOTES = (
    "A linear classifier: TF-IDF of words, pairs of words and runs of two to five letters, read"
    " through disguises, and counts of signs (contacts, capitals). It knows no context: neither the"
    " article nor the comment that is answered. Threat and sexually_explicit rest on few examples."
    " `… (aside)` are blocks of corpora that it was not trained on."
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A saved artefact: its card, and the digest it is known under."""

    card: Card
    digest: str


def build(
    examples: Sequence[Example],
    development: Sequence[Example],
    recipe: Recipe,
    models_dir: Path,
    progress: Progress,
) -> Candidate:
    """Train a candidate, measure it on development examples, and save it with its card.

    A part of the corpora written for this project is kept aside too, to be measured on; without
    development examples it gives the threshold.
    """
    authored = [example for example in examples if example.corpus.startswith("authored-")]
    _, aside = corpora.split(authored, ASIDE)
    hidden = {example.block for example in aside}
    kept = [example for example in examples if example.block not in hidden]
    now = datetime.now(UTC)
    version = registry.free_version(models_dir, "linear", now.date())
    classifier = train(kept, version, recipe, progress)
    held_out = [*development, *(_as_aside(example) for example in aside)]
    scores = score(classifier, held_out, progress)
    basis, rows = threshold_rows(held_out)
    card = Card(
        version=version,
        kind="linear",
        created_at=now,
        trained_on=trained_on(kept),
        threshold=threshold_for(scores[rows, 0], _truth(held_out, rows, "reject"), LIMIT),
        threshold_basis=BASIS.format(limit=LIMIT, name=basis, rows=len(rows)),
        base_rate=base_rate(kept, recipe),
        metrics=metrics(held_out, scores, progress),
        notes=NOTES,
    )
    return Candidate(card, registry.save(classifier, card, models_dir))


def _as_aside(example: Example) -> Example:
    return Example(example.text, example.labels, f"{example.corpus} (aside)", example.block)


def score(classifier: Classifier, examples: Sequence[Example], progress: Progress) -> Array:
    """Answer one row of probabilities an example, in the order of OUTPUTS."""
    progress("scoring", 0, 1)
    scores = classifier.score([example.text for example in examples])
    progress("scoring", 1, 1)
    return np.array([[s.reject, *(s.attributes[name] for name in ATTRIBUTES)] for s in scores])


def threshold_rows(held_out: Sequence[Example]) -> tuple[str, list[int]]:
    """Name what the threshold is chosen on, and its rows: dev-annotated where there is one."""
    known = [row for row, example in enumerate(held_out) if "reject" in example.labels]
    official = [row for row in known if held_out[row].corpus == "dev-annotated"]
    return ("dev-annotated", official) if official else ("the blocks kept aside", known)


def _truth(examples: Sequence[Example], rows: Sequence[int], output: str) -> Array:
    return np.array([examples[row].labels[output] for row in rows], dtype=float)


def trained_on(examples: Sequence[Example]) -> tuple[Corpus, ...]:
    """List the corpora of examples, with licences and rows."""
    names = sorted(example.corpus for example in examples)
    return tuple(
        Corpus(name=name, licence=corpora.licence(name), rows=len(list(rows)))
        for name, rows in groupby(names)
    )


def base_rate(examples: Sequence[Example], recipe: Recipe) -> float:
    """Answer the share to be rejected where `reject` is calibrated."""
    known = [example for example in examples if "reject" in example.labels]
    rejected = np.array([example.labels["reject"] for example in known], dtype=float)
    return float(np.mean(rejected[settling_rows(known, rejected, recipe.settling)]))


def metrics(
    held_out: Sequence[Example], scores: Array, progress: Progress
) -> dict[str, dict[str, dict[str, Measure]]]:
    """Measure each corpus and output with positives enough, by corpus, output, then figure."""
    names = list(dict.fromkeys(example.corpus for example in held_out))
    metrics: dict[str, dict[str, dict[str, Measure]]] = {}
    for done, name in enumerate(names):
        progress("measuring", done, len(names))
        for column, output in enumerate(OUTPUTS):
            rows = [
                row
                for row, example in enumerate(held_out)
                if example.corpus == name and output in example.labels
            ]
            truth = _truth(held_out, rows, output)
            if min(truth.sum(), (1 - truth).sum()) >= MIN_POSITIVES:
                measured = measure(FIGURES, truth, scores[rows, column])
                metrics.setdefault(name, {})[output] = measured
    progress("measuring", len(names), len(names))
    return metrics
