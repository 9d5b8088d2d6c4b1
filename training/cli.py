"""The `moderation-train` command, for data scientists."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from moderation.database import Database
from moderation.errors import VigieError
from training import candidate, comparing, corpora
from training import export as exports
from training import promote as promotions
from training import refit as refitting
from training import train as trainer
from training.benchmark.cli import benchmark
from training.fetch import fetch_data
from training.finetune.cli import finetune

console = Console()

FOLDER = click.Path(path_type=Path, file_okay=False)
EXISTING = click.Path(path_type=Path, file_okay=False, exists=True)
database_option = click.option(
    "--database",
    envvar="DATABASE_URL",
    default="sqlite:///var/vigie.db",
    show_default=True,
    help="SQLAlchemy URL of the installation.",
)
models_option = click.option(
    "--models", type=EXISTING, envvar="MODELS_DIR", default=Path("models"), help="Artefacts."
)
by_option = click.option("--by", default=getuser, help="Who makes the change; your login if unset.")

P = ParamSpec("P")
R = TypeVar("R")


def refusals(command: Callable[P, R]) -> Callable[P, R]:
    """Show the domain's errors as the command's own, without a traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except VigieError as error:
            raise click.ClickException(error.detail) from error

    return wrapped


@click.group()
def cli() -> None:
    """Export decisions, train candidates, measure them and put the best to serve."""


cli.add_command(fetch_data)
cli.add_command(benchmark)
cli.add_command(finetune)


@cli.command()
@database_option
@click.option("--out", type=FOLDER, default=Path("data/exports"), show_default=True)
@click.option("--site", help="Only this site's decisions, by its slug.")
@click.option("--without-bulk", is_flag=True, help="Leave out decisions on many comments at once.")
@refusals
def export(database: str, out: Path, site: str | None, without_bulk: bool) -> None:
    """Write the moderators' decisions as examples, without personal data."""
    with _opened(database) as known, known.read() as session:
        rows = exports.export(session, site, bulk=not without_bulk)
    exports.write(rows, out)
    aside = sum(row.split == "evaluation" for row in rows)
    console.print(f"{len(rows)} decisions in {out}, {aside} of them to evaluate on.")


@cli.command()
@click.option("--data", type=EXISTING, required=True, help="Folder of corpora, as JSON Lines.")
@click.option("--decisions", type=EXISTING, help="Folder written by `export`.")
@click.option("--out", type=FOLDER, default=Path("models"), show_default=True)
@click.option("--database", envvar="DATABASE_URL", help="Where to register the candidate, if set.")
@click.option("--seed", default=0, show_default=True)
@click.option("--jobs", default=1, show_default=True, help="Processes used at once.")
@refusals
def train(
    data: Path, decisions: Path | None, out: Path, database: str | None, seed: int, jobs: int
) -> None:
    """Train a candidate on corpora, and on decisions if there are some."""
    rows = exports.read(decisions) if decisions else []
    learnt = exports.examples([row for row in rows if row.split == "training"])
    recipe = trainer.Recipe((exports.CORPUS, *corpora.settling()), seed=seed, jobs=jobs)
    with _progress() as progress:
        built = candidate.build(
            [*corpora.training(data), *learnt], corpora.development(data), recipe, out, progress
        )
    if database:
        with _opened(database) as known, known.write() as session:
            promotions.register(session, built.card, built.digest)
    console.print(f"{built.card.version} {built.digest}")


@cli.command()
@click.argument("version")
@click.option("--decisions", type=EXISTING, required=True, help="Folder written by `export`.")
@models_option
@database_option
@refusals
def refit(version: str, decisions: Path, models: Path, database: str) -> None:
    """Teach an encoder's heads a site's decisions, as a new candidate: seconds, not an hour."""
    learnt = exports.examples([row for row in exports.read(decisions) if row.split == "training"])
    known = Database(database)
    with known.read() as session:
        digest = promotions.find(session, version).digest
    built = refitting.refit(models / version, digest, learnt, models)
    with known.write() as session:
        promotions.register(session, built.card, built.digest)
    console.print(f"{built.card.version} {built.digest}")


@cli.command()
@click.argument("version")
@click.option("--data", type=EXISTING, default=Path("data/exports"), help="Written by `export`.")
@click.option("--site", help="Measure at this site's threshold instead of each card's.")
@click.option("--report", type=click.Path(path_type=Path), help="HTML page to write.")
@models_option
@database_option
@refusals
def evaluate(
    version: str, data: Path, site: str | None, report: Path | None, models: Path, database: str
) -> None:
    """Measure a candidate beside the champion, on decisions neither has learnt from."""
    rows = exports.read(data)
    with _opened(database) as known:
        with known.read() as session:
            comparison, page = comparing.evaluate(session, version, rows, models, site)
        with known.write() as session:
            promotions.record(session, comparison)
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(page, "utf-8")
    console.print(comparing.table(comparison))


@cli.command()
@click.argument("version")
@click.option("--force", is_flag=True, help="Promote it although it is worse, or not evaluated.")
@click.option("--why", help="The reason, which a forced promotion needs.")
@by_option
@database_option
@refusals
def promote(version: str, force: bool, why: str | None, by: str, database: str) -> None:
    """Put a candidate to serve, unless it is worse than the champion beyond the interval."""
    with _opened(database) as known, known.write() as session:
        promotion = promotions.promote(session, version, by, force=force, why=why)
        console.print(f"{promotion.version} serves, after {promotion.previous or 'none'}.")


@cli.command()
@click.option("--why", help="The reason.")
@by_option
@database_option
@refusals
def rollback(why: str | None, by: str, database: str) -> None:
    """Put back the version that served before the champion."""
    with _opened(database) as known, known.write() as session:
        promotion = promotions.rollback(session, by, why)
        console.print(f"{promotion.version} serves again, after {promotion.previous}.")


@cli.command("list")
@database_option
@refusals
def list_versions(database: str) -> None:
    """List the versions that this installation knows."""
    table = Table("version", "state", "registered", "threshold", "digest", box=None)
    with _opened(database) as known, known.read() as session:
        for model in promotions.versions(session):
            moment = f"{model.created_at:%Y-%m-%d %H:%M}"
            threshold = f"{model.card.get('threshold', 0):.4f}"
            table.add_row(model.version, model.state, moment, threshold, model.digest[:12])
    console.print(table)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.engine.dispose()


@contextmanager
def _progress() -> Iterator[trainer.Progress]:
    """Show one bar a step."""
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield progress
