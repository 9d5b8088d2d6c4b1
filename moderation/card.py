"""A model's card: what it is, what it was trained on, and how well it does."""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version as installed
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Measure(BaseModel):
    """A measured figure with the ends of its 95 % bootstrap interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class Corpus(BaseModel):
    """What a model was trained on: a corpus, its licence as stated, the rows taken."""

    model_config = ConfigDict(frozen=True)

    name: str
    licence: str
    rows: int


class Card(BaseModel):
    """What an artefact says of itself; `metrics` goes by corpus, output, then measure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: FileName
    kind: str
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    trained_on: tuple[Corpus, ...] = ()
    threshold: float
    threshold_basis: str
    base_rate: float
    metrics: Mapping[str, Mapping[str, Mapping[str, Measure]]] = {}
    notes: str = ""
    python: str = Field(default_factory=platform.python_version)
    scikit_learn: str = Field(default_factory=lambda: installed("scikit-learn"))
    spacy: str = Field(default_factory=lambda: installed("spacy"))
    files: Mapping[FileName, Sha256] = {}


def describe(card: Card) -> str:
    """Write a card as Markdown."""
    made = (
        f"Kind `{card.kind}`, made {card.created_at:%Y-%m-%d %H:%M} UTC with Python {card.python},"
        f" scikit-learn {card.scikit_learn} and spaCy {card.spacy}."
    )
    lines = [
        f"# {card.version}",
        "",
        made,
        "",
        f"Threshold **{card.threshold:.4f}**: {card.threshold_basis}",
        "",
        f"Base rate of rejection that `reject` is calibrated for: {card.base_rate:.1%}.",
        "",
        card.notes,
        "",
        "## Trained on",
        "",
        "| corpus | rows | licence |",
        "|---|---:|---|",
        *(f"| {c.name} | {c.rows:,} | {c.licence} |" for c in card.trained_on),
        "",
        *_describe_metrics(card.metrics),
    ]
    return "\n".join(lines)


def _describe_metrics(metrics: Mapping[str, Mapping[str, Mapping[str, Measure]]]) -> list[str]:
    every_row = [row for outputs in metrics.values() for row in outputs.values()]
    measures = list(dict.fromkeys(name for row in every_row for name in row))
    if not measures:
        return []
    lines = [
        "## Measured (95 % bootstrap intervals)",
        "",
        f"| corpus | output | {' | '.join(measures)} |",
        f"|---|---|{'---|' * len(measures)}",
    ]
    for corpus, outputs in metrics.items():
        for output, row in outputs.items():
            cells = (_describe_measure(row.get(name)) for name in measures)
            lines.append(f"| {corpus} | {output} | {' | '.join(cells)} |")
    return [*lines, ""]


def _describe_measure(measure: Measure | None) -> str:
    if measure is None:
        return "–"
    return f"{measure.value:.3f} [{measure.low:.3f}–{measure.high:.3f}]"
