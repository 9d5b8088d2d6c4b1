"""`moderation-train finetune`: what needs torch, which nothing else does."""

import json
from pathlib import Path

import click

from training import corpora
from training import train as linear
from training.train import Progress

FOLDER = click.Path(path_type=Path, file_okay=False)
EXISTING = click.Path(path_type=Path, file_okay=False, exists=True)
BASE = click.option(
    "--base",
    default="intfloat/multilingual-e5-small",
    show_default=True,
    help="Folder of an encoder, or its name on the hub.",
)


@click.group()
def finetune() -> None:
    """Fine-tune a small encoder; needs `pip install .[finetune]`."""


@finetune.command()
@BASE
@click.option("--texts", type=click.Path(path_type=Path, exists=True), multiple=True, required=True)
@click.option("--out", type=FOLDER, required=True, help="Where to save the encoder.")
@click.option("--minutes", default=60.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
def pretrain(base: str, texts: tuple[Path, ...], out: Path, minutes: float, seed: int) -> None:
    """Go on with an encoder's pre-training, on JSON Lines of unlabelled `text`."""
    from training.finetune import pretrain as pretraining

    lines = [line for path in texts for line in path.read_text("utf-8").split("\n") if line]
    recipe = pretraining.Recipe(minutes=minutes, seed=seed)
    pretraining.pretrain(base, [json.loads(line)["text"] for line in lines], recipe, out, shown())
    click.echo(str(out))


@finetune.command()
@BASE
@click.option("--data", type=EXISTING, required=True, help="Folder of corpora, as JSON Lines.")
@click.option("--out", type=FOLDER, default=Path("models"), show_default=True)
@click.option("--runs", type=FOLDER, default=Path("data/runs"), show_default=True)
@click.option("--minutes", default=55.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--jobs", default=1, show_default=True, help="Processes used at once.")
def fit(base: str, data: Path, out: Path, runs: Path, minutes: float, seed: int, jobs: int) -> None:
    """Fine-tune an encoder on corpora, and save it as a candidate."""
    from training.finetune import build
    from training.finetune import fit as fitting

    recipe = build.Recipe(
        base=base,
        fit=fitting.Recipe(minutes=minutes, seed=seed),
        companion=linear.Recipe(settling=corpora.settling(), seed=seed, jobs=jobs),
        runs=runs,
    )
    built = build.build(corpora.training(data), corpora.development(data), recipe, out, shown())
    click.echo(f"{built.card.version} {built.digest}")


def shown() -> Progress:
    """Make a progress that writes a line a step, and one each time a tenth of it is done."""
    written: dict[str, int] = {}

    def progress(step: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if written.get(step) != tenth:
            written[step] = tenth
            click.echo(f"{step}: {10 * tenth} %", err=True)

    return progress
