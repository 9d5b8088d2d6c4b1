"""The public corpora: where each is, under which licence, and how its rows become ours."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from moderation.errors import VigieError

MANIFEST = Path(__file__).with_name("sources.json")
Row = Mapping[str, Any]


class Unreadable(VigieError):
    """A downloaded file is not laid out as it was when its converter was written."""


class Source(BaseModel):
    """A public corpus and the address of its file.

    Those for `training` and `evaluation` are fetched unless told otherwise; an `uncleared` one,
    whose licence or contents may forbid training, only when it is named. A null `sha256` is one
    that we have not seen: the first download settles it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^(train|dev)-[a-z0-9-]+$")]
    url: str
    licence: str
    use: Literal["training", "evaluation", "uncleared"]
    convert: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    note: str = ""


def read_manifest(path: Path = MANIFEST) -> list[Source]:
    """Read the list of public corpora."""
    return TypeAdapter(list[Source]).validate_json(path.read_bytes())


def convert(source: Source, path: Path) -> Iterator[Row]:
    """Read a downloaded file as rows of ours; raises Unreadable when its layout is another."""
    try:
        yield from CONVERTERS[source.convert](path)
    except (KeyError, ValueError, StopIteration, zipfile.BadZipFile, csv.Error) as error:
        raise Unreadable(f"{source.name}: {path.name} cannot be read ({error!r}).") from error


def _toxifrench(path: Path) -> Iterator[Row]:
    """Read ToxiFrench; rows that no one concluded on are left out."""
    labels = {"oui": 1, "non": 0}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            label = row["literal_conclusion_annotator"].strip().lower()
            if label in labels and row["content"].strip():
                yield {"text": row["content"], "toxic": labels[label]}


def _mlma(path: Path) -> Iterator[Row]:
    """Read MLMA's French tweets: whatever is not plainly normal is toxic, as its authors did."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("fr_dataset.csv")]
        if len(names) != 1:
            raise ValueError("no fr_dataset.csv in the archive")
        content = archive.read(names[0]).decode()
    for row in csv.DictReader(io.StringIO(content)):
        sentiment = row["sentiment"]
        yield {"text": row["tweet"], "toxic": int(sentiment != "normal"), "labels": dict(row)}


def _textdetox(path: Path) -> Iterator[Row]:
    from pyarrow import parquet

    for row in parquet.read_table(path, columns=["text", "toxic"]).to_pylist():
        yield {"text": row["text"], "toxic": int(row["toxic"])}


def _translated(path: Path) -> Iterator[Row]:
    """Read a file without a header: the label, then the text."""
    with path.open(encoding="utf-8", newline="") as lines:
        for label, text in csv.reader(lines):
            yield {"text": text, "toxic": int(label)}


def _hatecheck(path: Path) -> Iterator[Row]:
    kept = ("label_gold", "functionality", "target_ident", "mhc_case_id", "templ_id")
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            labels = {name: row[name] or None for name in kept}
            toxic = int(row["label_gold"] == "hateful")
            yield {"text": row["test_case"], "toxic": toxic, "labels": labels}


CONVERTERS: Mapping[str, Callable[[Path], Iterator[Row]]] = {
    "toxifrench": _toxifrench,
    "mlma": _mlma,
    "textdetox": _textdetox,
    "translated": _translated,
    "hatecheck": _hatecheck,
}
