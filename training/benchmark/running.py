"""A benchmark from its folders to its report."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from moderation import registry
from moderation.errors import NotFound
from training.benchmark import decisions, peers, probe, samples
from training.benchmark.decisions import Learnt
from training.benchmark.measuring import Model, Table, tables
from training.benchmark.probe import XLM_R, Speed, Task
from training.benchmark.samples import Corpus
from training.measures import ROUNDS
from training.train import Progress

TIMED = 300
# The community whose decisions are learnt from.
COMMUNITY = ("dev-toxifrench-bench", "toxicity")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and on what."""

    data: Path
    models: Path
    versions: Sequence[str]
    peers: Path | None = None
    after_decisions: bool = False
    speed: bool = True
    rounds: int = ROUNDS


@dataclass(slots=True)
class Report:
    """All that was measured; `notes` tell what was left out, and why."""

    versions: Sequence[str]
    thresholds: Sequence[float]
    rounds: int
    machine: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    tables: list[Table] = field(default_factory=list)
    speeds: dict[str, Speed] = field(default_factory=dict)
    learnt: list[Learnt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(plan: Plan, progress: Progress) -> Report:
    """Measure every version on every corpus that the data folder has."""
    versions = plan.versions or _versions(plan.models)
    models = [_load(plan.models / version) for version in versions]
    corpora = samples.read(plan.data)
    if not models or not corpora:
        raise NotFound("There is nothing to measure: no model, or no development corpus.")
    thresholds = [model.threshold for model in models]
    report = Report(versions, thresholds, plan.rounds, probe.machine())
    for corpus in corpora:
        others = peers.read(plan.peers, corpus) if plan.peers else []
        fit = [model for model in models if _may_be_measured(model, corpus)]
        report.notes += [
            f"{model.name} is not measured on {corpus.name}: its card does not say that it left"
            " these rows out of its training."
            for model in models
            if model not in fit
        ]
        report.tables += tables(corpus, fit, others, partial(progress, corpus.name), plan.rounds)
    if plan.after_decisions:
        _learn(report, models, corpora, progress)
    if plan.speed:
        _time(report, plan.models, corpora, progress)
    return report


def _versions(models: Path) -> list[str]:
    return sorted(card.parent.name for card in models.glob("*/card.json"))


def _load(folder: Path) -> Model:
    card = registry.read_card(folder)
    classifier = registry.load(folder, registry.digest(folder))
    return Model(classifier, card.threshold, frozenset(card.metrics))


def _may_be_measured(model: Model, corpus: Corpus) -> bool:
    return not corpus.name.endswith(samples.ASIDE_NAME) or corpus.name in model.apart


def _learn(
    report: Report, models: Sequence[Model], corpora: Sequence[Corpus], progress: Progress
) -> None:
    name, output = COMMUNITY
    community = [corpus for corpus in corpora if corpus.name == name and output in corpus.labels]
    if not community:
        report.notes.append(f"No decisions were learnt from: {name} is not in the data folder.")
        return
    for done, model in enumerate(models):
        progress("decisions", done, len(models))
        found = decisions.after_decisions(model, community[0], output, rounds=report.rounds)
        if not found:
            report.notes.append(f"{model.name} shows no features for heads to be refitted on.")
        report.learnt += found
    progress("decisions", len(models), len(models))


def _time(report: Report, models: Path, corpora: Sequence[Corpus], progress: Progress) -> None:
    """Time each version in its own process, and XLM-R where it can be built."""
    texts = probe.drawn(list(chain.from_iterable(c.texts for c in corpora)), TIMED)
    tasks = {version: Task(folder=models / version, texts=texts) for version in report.versions}
    if probe.has_torch():
        tasks[XLM_R] = Task(folder=None, texts=texts)
    else:
        report.notes.append(f"{XLM_R}: not timed, torch and transformers are not installed.")
    for done, (name, task) in enumerate(tasks.items()):
        progress("speed", done, len(tasks))
        try:
            report.speeds[name] = probe.probe(task)
        except subprocess.CalledProcessError as error:
            last = error.stderr.strip().splitlines()[-1:]
            report.notes.append(f"{name} could not be timed: {' '.join(last)}")
    progress("speed", len(tasks), len(tasks))
