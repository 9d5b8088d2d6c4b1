"""The `moderation-train` command, for data scientists."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from training import candidate, corpora
from training import train as trainer

console = Console()

FOLDER = click.Path(path_type=Path, file_okay=False)
EXISTING = click.Path(path_type=Path, file_okay=False, exists=True)


@click.group()
def cli() -> None:
    """Export decisions, train candidates, measure them and put the best to serve."""


@cli.command()
@click.option("--data", type=EXISTING, required=True, help="Folder of corpora, as JSON Lines.")
@click.option("--out", type=FOLDER, default=Path("models"), help="Folder of artefacts.")
@click.option("--seed", default=0, help="Seed of every draw.")
@click.option("--jobs", default=1, help="Processes used at once.")
def train(data: Path, out: Path, seed: int, jobs: int) -> None:
    """Train a candidate on corpora."""
    examples = corpora.training(data)
    recipe = trainer.Recipe(settling=corpora.settling(), seed=seed, jobs=jobs)
    with _progress() as progress:
        built = candidate.build(examples, corpora.development(data), recipe, out, progress)
    console.print(f"{out / built.card.version} {built.digest}")


@contextmanager
def _progress() -> Iterator[trainer.Progress]:
    """Show one bar a step."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield progress
