"""What other services answered, row by row, on corpora that we measure on too."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.benchmark.samples import Corpus
from training.measures import Array

# Of a service's many probabilities, the harms whose highest tells a toxic comment: of the readings
# of Mistral's four, the kindest to it.
HARMS = ("sexual", "hate_and_discrimination", "violence_and_threats", "selfharm")


@dataclass(frozen=True, slots=True)
class Peer:
    """A service's answers on a corpus: probabilities, or decisions at its own default, or both."""

    name: str
    scores: Array | None
    decisions: Array | None


def read(folder: Path, corpus: Corpus) -> list[Peer]:
    """Read the services that answered for every row of a corpus."""
    peers: list[Peer] = []
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text("utf-8").split("\n")
        known = {row["text"]: row for row in (json.loads(line) for line in lines if line)}
        if corpus.raw and all(text in known for text in corpus.raw):
            peers += _of([known[text] for text in corpus.raw])
    return peers


def _of(rows: Sequence[Mapping[str, Any]]) -> list[Peer]:
    names = {name: None for row in rows for name in (*row["scores"], *row["labels"])}
    return [Peer(name, _scores(rows, name), _decisions(rows, name)) for name in names]


def _scores(rows: Sequence[Mapping[str, Any]], name: str) -> Array | None:
    if not all(name in row["scores"] for row in rows):
        return None
    return np.array([_toxicity(row["scores"][name]) for row in rows])


def _toxicity(scores: Mapping[str, float]) -> float:
    if "toxicity" in scores:
        return scores["toxicity"]
    harms = [scores[name] for name in HARMS if name in scores]
    return max(harms or scores.values())


def _decisions(rows: Sequence[Mapping[str, Any]], name: str) -> Array | None:
    if not all(name in row["labels"] for row in rows):
        return None
    return np.array([row["labels"][name] for row in rows], dtype=float)
