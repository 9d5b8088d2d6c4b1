"""Labels of ours for texts that are not: published by digest, and joined to a copy of the texts."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# Where a data folder keeps texts without labels.
UNLABELLED = "unlabelled-*.jsonl"


def found(rows: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[Mapping[str, Any]]:
    """Give each row its text: its own, or the one in `folder` whose SHA-256 it names.

    A row whose text the folder does not have is left out.
    """
    wanted = {row["sha256"] for row in rows if "text" not in row}
    texts = dict(_named(_texts(folder), wanted)) if wanted else {}
    for row in rows:
        if "text" in row:
            yield row
        elif row["sha256"] in texts:
            yield {**row, "text": texts[row["sha256"]]}


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob(UNLABELLED)):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def _named(texts: Iterable[str], wanted: set[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest in wanted:
            yield digest, text
