"""The `fetch-data` command: public corpora downloaded, verified and laid out as ours."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
from pydantic import BaseModel, TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from moderation.errors import NotFound, VigieError
from training.download import DownloadFailed, Received, download, sha256
from training.sources import Source, convert, read_manifest

LOCK = "sources.lock.json"
RAW = "raw"
console = Console()


class Seen(BaseModel):
    """What was downloaded from an address the first time."""

    url: str
    sha256: str
    at: datetime


@click.command("fetch-data")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--only", "names", multiple=True, help="Only this corpus; may be given again.")
def fetch_data(out: Path, names: Sequence[str]) -> None:
    """Download the public corpora, with their licences, as JSON Lines."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    failed = []
    try:
        sources = chosen(read_manifest(), names)
    except VigieError as error:
        raise click.ClickException(error.detail) from error
    with Progress(*columns, TransferSpeedColumn(), console=console) as bars:
        for source in sources:
            try:
                rows = fetch(source, out, _shown(bars, source.name))
            except VigieError as error:
                failed.append(error.detail)
            else:
                console.print(f"{source.name}: {rows:,} rows for {source.use}. {source.licence}.")
    if failed:
        raise click.ClickException("\n".join(failed))


def _shown(bars: Progress, name: str) -> Received:
    """Show a bar for one download."""
    task = bars.add_task(name, total=None)

    def received(done: int, total: int | None) -> None:
        bars.update(task, completed=done, total=total)

    return received


def chosen(sources: Sequence[Source], names: Sequence[str]) -> list[Source]:
    """Choose sources by name; without names, all those whose licence is clear."""
    if not names:
        return [source for source in sources if source.use != "uncleared"]
    known = {source.name: source for source in sources}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NotFound(f"No corpus is named {', '.join(unknown)}: there are {', '.join(known)}.")
    return [known[name] for name in names]


def fetch(source: Source, out: Path, received: Received) -> int:
    """Download a corpus unless it is there already, verify it and convert it; answer its rows.

    Raises DownloadFailed when the file is not the expected one, which is then not kept.
    """
    raw = out / RAW / source.name / Path(unquote(urlsplit(source.url).path)).name
    raw.parent.mkdir(parents=True, exist_ok=True)
    lock = _read_lock(out)
    seen = lock.get(source.name)
    expected = source.sha256 or (seen.sha256 if seen and seen.url == source.url else None)
    found = sha256(raw) if raw.exists() else None
    if found is None or found != expected:
        found = download(source.url, raw, received)
    if expected and found != expected:
        raw.unlink()
        raise DownloadFailed(
            f"{source.name}: the file at {source.url} is not the one expected: its SHA-256 is"
            f" {found}, not {expected}. To take the new one, change {LOCK} or the manifest."
        )
    rows = [json.dumps(row, ensure_ascii=False) for row in convert(source, raw)]
    _write(out / f"{source.name}.jsonl", "".join(f"{row}\n" for row in rows))
    if expected is None:
        now = datetime.now(UTC)
        _write_lock(out, {**lock, source.name: Seen(url=source.url, sha256=found, at=now)})
    return len(rows)


def _read_lock(out: Path) -> dict[str, Seen]:
    path = out / LOCK
    if not path.exists():
        return {}
    return TypeAdapter(dict[str, Seen]).validate_json(path.read_bytes())


def _write_lock(out: Path, lock: Mapping[str, Seen]) -> None:
    content = TypeAdapter(Mapping[str, Seen]).dump_json(dict(sorted(lock.items())), indent=2)
    _write(out / LOCK, f"{content.decode()}\n")


def _write(path: Path, content: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(content, "utf-8")
    partial.replace(path)
