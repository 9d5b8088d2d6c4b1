"""The `benchmark` command."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from moderation.errors import VigieError
from training.benchmark import markdown, running
from training.benchmark.running import Plan
from training.measures import ROUNDS
from training.train import Progress

EXISTING = click.Path(path_type=Path, file_okay=False, exists=True)
FILE = click.Path(path_type=Path, dir_okay=False)
console = Console()


@click.command()
@click.option("--data", type=EXISTING, required=True, help="Folder of corpora, as JSON Lines.")
@click.option("--peers", type=EXISTING, help="Folder of other services' answers, row by row.")
@click.option("--models", type=EXISTING, default=Path("models"), show_default=True)
@click.option("--versions", multiple=True, help="Only these, by commas; all of them if unset.")
@click.option("--out", type=FILE, default=Path("docs/benchmark.md"), show_default=True)
@click.option("--html", type=FILE, help="Page to write, with plots.")
@click.option("--after-decisions", is_flag=True, help="Refit heads on a community's decisions too.")
@click.option("--speed/--no-speed", default=True, show_default=True)
@click.option("--rounds", default=ROUNDS, show_default=True, help="Draws of each bootstrap.")
def benchmark(
    data: Path,
    peers: Path | None,
    models: Path,
    versions: Sequence[str],
    out: Path,
    html: Path | None,
    after_decisions: bool,
    speed: bool,
    rounds: int,
) -> None:
    """Measure models on the development corpora, beside other services."""
    names = [name for given in versions for name in given.replace(",", " ").split()]
    plan = Plan(data, models, names, peers, after_decisions, speed, rounds)
    try:
        with _progress() as progress:
            report = running.run(plan, progress)
    except VigieError as error:
        raise click.ClickException(error.detail) from error
    _write(out, markdown.render(report))
    if html:
        # Importing matplotlib costs more than many a command that shares this module.
        from training.benchmark import page

        _write(html, page.render(report))
    console.print(f"{len(report.tables)} tables in {out}")


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


@contextmanager
def _progress() -> Iterator[Progress]:
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeElapsedColumn(), console=console) as bars:
        tasks: dict[str, Any] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield progress
