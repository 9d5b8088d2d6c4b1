"""The rows that a benchmark measures on: development corpora, and blocks written for this project.

No model is trained on any of them; the blocks are those that a candidate keeps aside.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.linear import OUTPUTS
from training import corpora
from training.candidate import ASIDE
from training.corpora import Example
from training.measures import Array

# Figures over fewer rows of either class say nothing.
MIN_POSITIVES = 10
ASIDE_NAME = " (aside)"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Comments of one origin and what is known of them.

    `texts` are as models read them, `raw` as the file has them; `labels` go by output, NaN where
    unknown. `aspects` part the rows, by functionality or genre: None is of no part.
    """

    name: str
    texts: Sequence[str]
    raw: Sequence[str]
    labels: Mapping[str, Array]
    aspects: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    def known(self, output: str) -> NDArray[np.intp]:
        """Answer the numbers of the rows whose label is known."""
        return np.flatnonzero(~np.isnan(self.labels[output]))


def read(folder: Path) -> list[Corpus]:
    """Read the development corpora that a folder has, then the authored blocks kept aside."""
    development = corpora.development(folder)
    names = dict.fromkeys(example.corpus for example in development)
    found = [
        _corpus(name, [e for e in development if e.corpus == name], _rows(folder, name))
        for name in names
    ]
    return [*found, *_aside(folder)]


def _corpus(name: str, examples: Sequence[Example], rows: Sequence[Mapping[str, Any]]) -> Corpus:
    more = [row.get("labels") or {} for row in rows]
    known = ("functionality", "target_ident")
    return Corpus(
        name,
        [example.text for example in examples],
        # Development corpora label every row of theirs.
        [row["text"] for _, row in zip(examples, rows, strict=True)],
        _labels(examples),
        {a: [labels.get(a) for labels in more] for a in known if any(a in m for m in more)},
    )


def _aside(folder: Path) -> list[Corpus]:
    authored = [e for e in corpora.training(folder) if e.corpus.startswith("authored-")]
    _, aside = corpora.split(authored, ASIDE) if authored else ([], [])
    found = []
    for name in dict.fromkeys(example.corpus for example in aside):
        examples = [example for example in aside if example.corpus == name]
        genres = {corpora.key(row["text"]): row.get("genre") for row in _rows(folder, name)}
        texts = [example.text for example in examples]
        parts = {"genre": [genres.get(corpora.key(text)) for text in texts]}
        found.append(Corpus(name + ASIDE_NAME, texts, texts, _labels(examples), parts))
    return found


def _labels(examples: Sequence[Example]) -> dict[str, Array]:
    """Gather the labels of the outputs that have enough of both classes."""
    labels = {}
    for output in OUTPUTS:
        truth = np.array([e.labels.get(output, np.nan) for e in examples], dtype=float)
        if min((truth == 0).sum(), (truth == 1).sum()) >= MIN_POSITIVES:
            labels[output] = truth
    return labels


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    lines = (folder / f"{name}.jsonl").read_text("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]
