"""Labelled comments, from the corpora of a data folder, each with what it can be trusted for."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.features import MASKS, mask_contacts
from moderation.linear import OUTPUTS
from moderation.spellings import fold
from training.annotations import found

# Lines that follow one another were written together: they stay on one side of a split.
BLOCK = 50
CODES = dict(zip("RTSHIPVXA", OUTPUTS, strict=True))
# « l article »: some corpora have lost their apostrophes, and would teach that toxic texts do.
LOST_APOSTROPHE = re.compile(
    r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd) (?=[aeiouyhàâæéèêëîïôœùû])",
    re.IGNORECASE,
)
MASKED = re.compile(r"@user\b|\burl\b|https?://\S+|\[\w+\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    """A comment with the labels that its corpus knows: an output that is absent is unknown.

    `block` tells which examples must not be parted by a split; `weight` is how much to learn from.
    """

    text: str
    labels: Mapping[str, int]
    corpus: str
    block: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus: its file, its licence, how its rows are labelled, how far it is trusted.

    One that `settles` says at which probability an output stands; the others only tell which words
    matter, and get an intercept of their own. Those of a corpus's sources that have `lost` their
    apostrophes get them back, and the contacts of a corpus that made them all up are `masked`.
    """

    name: str
    licence: str
    labels: Callable[[Mapping[str, Any]], Mapping[str, int]]
    weight: float = 1.0
    settles: bool = False
    lost: Collection[str] = ()
    masked: bool = False


def _nine(row: Mapping[str, Any]) -> Mapping[str, int]:
    return {output: row[output] for output in OUTPUTS}


def _coded(row: Mapping[str, Any]) -> Mapping[str, int]:
    if "Q" in row["codes"]:
        return {}
    return {output: int(code in row["codes"]) for code, output in CODES.items()}


def _spam(row: Mapping[str, Any]) -> Mapping[str, int]:
    return {"spam": row["spam"], "reject": row["spam"]}


def _toxic(row: Mapping[str, Any]) -> Mapping[str, int]:
    return {"toxicity": row["toxic"]}


def _jigsaw(row: Mapping[str, Any]) -> Mapping[str, int]:
    names = {
        "toxicity": "toxic",
        "severe_toxicity": "severe_toxic",
        "profanity": "obscene",
        "threat": "threat",
        "insult": "insult",
        "identity_attack": "identity_hate",
    }
    return {output: row[name] for output, name in names.items()}


OURS = "MIT, written for this project"
SOURCES = (
    Source(
        "train-annotated",
        "labels: this project; texts: their authors (tweets, r/france, Wikipedia CC BY-SA, …)",
        _nine,
        settles=True,
        lost=("wiki_pos",),
    ),
    Source("authored-spam", OURS, _spam, masked=True),
    Source("authored-contrast", OURS, _coded),
    Source("authored-news", OURS, _coded),
    Source("authored-evasion", OURS, _coded),
    Source("authored-forum", OURS, _coded),
    Source("authored-forum2", OURS, _coded),
    Source("authored-disputes", OURS, _coded),
    Source("authored-disputes2", OURS, _coded),
    Source("authored-identity", OURS, _coded),
    Source("authored-identity2", OURS, _coded),
    Source(
        "annotated-tweets",
        "labels: this project (MIT); texts: their authors, found by digest in a GPL-3 repository",
        _coded,
    ),
    Source(
        "train-paradetox-mt",
        "ParaDetox OpenRAIL++, Jigsaw CC0; none stated by the repository that translated it",
        _toxic,
        weight=0.3,
    ),
    Source("train-wikipedia-toxic", "text CC BY-SA, labels CC0", _toxic, 0.5, lost=("",)),
    Source("train-jigsaw-mt", "MIT", _jigsaw, 0.5),
    Source("train-mlma", "MIT (Ousidhoum et al. 2019)", _toxic, 0.05),
    Source("train-ftr", "MIT (Vanetik and Mimoun 2022)", _toxic, 0.05),
)
DEVELOPMENT = (
    Source("dev-annotated", "as train-annotated", _nine),
    Source("dev-toxifrench-bench", "MIT (Delaval et al. 2025)", _toxic),
    Source("dev-toxifrench-agreement", "MIT (Delaval et al. 2025)", _toxic),
    Source("dev-jigsaw-wikipedia-fr", "none stated (Wikipedia CC BY-SA)", _toxic),
    Source("dev-mhc-fr", "CC BY 4.0 (Röttger et al. 2022)", _toxic),
)


def training(folder: Path) -> list[Example]:
    """Read every training corpus of a folder, without what its development files hold too."""
    seen = {key(example.text) for example in development(folder)}
    return list(_new(_read(folder, SOURCES), seen))


def development(folder: Path) -> list[Example]:
    """Read the development files of a folder: to choose and report by, never to train on.

    Their texts stay as they are, faults included, as a server would receive them.
    """
    return list(_read(folder, DEVELOPMENT, repair=False))


def key(text: str) -> str:
    """Reduce a text to its bare letters, so that copies are known in spite of masks and signs."""
    return re.sub(r"[\W\d_]+", "", fold(MASKED.sub(" ", text)))


def restore_apostrophes(text: str) -> str:
    """Put back the apostrophes that a corpus has replaced by spaces."""
    return LOST_APOSTROPHE.sub(r"\1'", text)


def split(examples: Sequence[Example], share: float) -> tuple[list[Example], list[Example]]:
    """Keep about this share of the examples aside, by whole blocks, the same ones every time."""
    blocks = sorted({example.block for example in examples})
    step = max(round(1 / share), 1)
    aside = set(blocks[step - 1 :: step])
    kept = [example for example in examples if example.block not in aside]
    return kept, [example for example in examples if example.block in aside]


def _read(folder: Path, sources: Iterable[Source], *, repair: bool = True) -> Iterator[Example]:
    for source in sources:
        path = folder / f"{source.name}.jsonl"
        if path.exists():
            rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
            yield from _examples(source, found(rows, folder), repair)


def _new(examples: Iterable[Example], seen: set[str]) -> Iterator[Example]:
    """Leave out what was seen, among the development files or in an earlier corpus."""
    for example in examples:
        bare = key(example.text)
        if not bare or bare not in seen:
            seen.add(bare)
            yield example


def _examples(source: Source, rows: Iterable[Mapping[str, Any]], repair: bool) -> Iterator[Example]:
    for number, row in enumerate(rows):
        labels = source.labels(row)
        if labels:
            text = _repaired(row, source) if repair else row["text"]
            block = f"{source.name}:{number // BLOCK:05}"
            yield Example(text, labels, source.name, block, source.weight)


def _repaired(row: Mapping[str, Any], source: Source) -> str:
    text: str = row["text"]
    if row.get("source", "") in source.lost:
        text = restore_apostrophes(text)
    text = re.sub(r"\bURL\b", MASKS["link"], text)
    return mask_contacts(text) if source.masked else text


def licence(name: str) -> str:
    """Tell a corpus's licence, as its README states it."""
    return next((s.licence for s in (*SOURCES, *DEVELOPMENT) if s.name == name), "the site's own")


def settling() -> tuple[str, ...]:
    """Name the corpora that say at which probability an output stands."""
    return tuple(source.name for source in SOURCES if source.settles)
