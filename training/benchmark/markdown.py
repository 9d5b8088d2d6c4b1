"""A benchmark as Markdown, for the documentation."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from moderation.card import Measure
from training.benchmark.measuring import EVEN, Gap, Line, Part, Table
from training.benchmark.running import COMMUNITY, Report

# ROC AUC to reach, by corpus and output.
TARGETS: Mapping[tuple[str, str], float] = {
    ("dev-toxifrench-bench", "toxicity"): 0.80,
    ("dev-toxifrench-agreement", "toxicity"): 0.86,
    ("dev-jigsaw-wikipedia-fr", "toxicity"): 0.86,
    ("dev-mhc-fr", "toxicity"): 0.82,
    ("dev-annotated", "toxicity"): 0.90,
    ("dev-annotated", "reject"): 0.92,
    ("dev-annotated", "insult"): 0.92,
    ("dev-annotated", "identity_attack"): 0.88,
    ("dev-annotated", "profanity"): 0.97,
    ("authored-spam (aside)", "spam"): 0.99,
}
FIGURES = ("ROC AUC", "average precision", "F1", "accuracy", "F1 at 0.5", "accuracy at 0.5", "ECE")
HOW = (
    "No model was trained on these rows; they were used to choose and to report. Brackets are 95 %"
    " bootstrap intervals over {rounds:,} draws of the rows, which are taken as independent: those"
    " of functional tests and of authored blocks are not quite. Shares of parts have Jeffreys'"
    " intervals."
    " *F1* and *accuracy* are at the policy threshold of the model's card ({thresholds}), applied"
    " to that output; it is set on `reject` for approvals to be safe, so it flags much. Services"
    " decide at their own default. *ECE* is the expected calibration error over ten bins."
)


def render(report: Report) -> str:
    """Write a report as Markdown."""
    thresholds = ", ".join(
        f"{version}: {threshold:.4f}"
        for version, threshold in zip(report.versions, report.thresholds, strict=True)
    )
    blocks = [
        "# Benchmark",
        f"Measured {report.at:%Y-%m-%d} by `moderation-train benchmark`. "
        + HOW.format(rounds=report.rounds, thresholds=thresholds),
        *_targets(report),
        *_speeds(report),
        *_learnt(report),
    ]
    for corpus, tables in groupby(report.tables, key=lambda table: table.corpus):
        blocks += _corpus(corpus, list(tables))
    if report.notes:
        blocks += ["## Left out", "\n".join(f"- {note}" for note in report.notes)]
    return "\n\n".join(blocks) + "\n"


def cell(measure: Measure | None) -> str:
    """Write a figure and its interval."""
    if measure is None:
        return "–"
    return f"{measure.value:.3f} [{measure.low:.3f}–{measure.high:.3f}]"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out under a head."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _targets(report: Report) -> list[str]:
    rows = []
    for table in report.tables:
        target = TARGETS.get((table.corpus, table.output))
        if target is not None:
            found = {line.name: line.figures.get("ROC AUC") for line in table.lines}
            # A version that was taught these rows has no line: its place stays empty.
            cells = [cell(found.get(version)) for version in report.versions]
            rows.append([table.corpus, table.output, f"≥ {target:.2f}", *cells])
    head = ["corpus", "output", "target", *report.versions]
    return ["## ROC AUC beside the targets", grid(head, rows)] if rows else []


def _speeds(report: Report) -> list[str]:
    if not report.speeds:
        return []
    head = ["model", "median, ms", "99th centile, ms", "comments/s by batch", "MB held", "MB"]
    rows = [
        [
            name,
            f"{1e3 * speed.median:.1f}",
            f"{1e3 * speed.p99:.1f}",
            f"{speed.batch:.0f}",
            f"{speed.memory:.0f}",
            f"{speed.size:.1f}",
        ]
        for name, speed in report.speeds.items()
    ]
    about = (
        f"Each in a fresh process, on one thread ({report.machine}), on comments drawn from the"
        " corpora below, end to end; *MB held* is the most memory that the process had, *MB* the"
        " artefact."
    )
    return ["## Speed and memory", about, grid(head, rows)]


def _learnt(report: Report) -> list[str]:
    if not report.learnt:
        return []
    head = ["version", "decisions", "ROC AUC", "accuracy at 0.5"]
    rows = [
        [one.version, str(one.decisions), cell(one.auc), cell(one.accuracy)]
        for one in report.learnt
    ]
    about = (
        f"Heads refitted on so many decisions of `{COMMUNITY[0]}`, measured on the fifth of the"
        " rows left out each time; the mean of five draws of the decisions. 0 is as it ships."
    )
    return ["## After a community's decisions", about, grid(head, rows)]


def _corpus(name: str, tables: Sequence[Table]) -> list[str]:
    rows = [_line(table, line) for table in tables for line in table.lines]
    blocks = [f"## {name}", grid(["output", "positive", "model", *FIGURES], rows)]
    for table in tables:
        for aspect in dict.fromkeys(part.aspect for part in table.parts):
            parts = [part for part in table.parts if part.aspect == aspect]
            blocks += [f"Accuracy of `{table.output}` at {EVEN}, by {aspect}:", _parts(parts)]
        blocks += _gaps(table.gaps)
    return blocks


def _line(table: Table, line: Line) -> list[str]:
    positive = f"{int(table.truth.sum()):,} of {len(table.truth):,}"
    return [table.output, positive, line.name, *(cell(line.figures.get(name)) for name in FIGURES)]


def _parts(parts: Sequence[Part]) -> str:
    rows = [
        [part.value, str(part.rows), str(part.positives), *map(cell, part.accuracy.values())]
        for part in parts
    ]
    return grid(["", "rows", "positive", *parts[0].accuracy], rows)


def _gaps(gaps: Sequence[Gap]) -> list[str]:
    if not gaps:
        return []
    head = ["false positives", *(f"{gap.version} at {gap.threshold:.3f}" for gap in gaps)]
    rows = [[group, *(cell(gap.rates[group]) for gap in gaps)] for group in gaps[0].rates]
    rows.append(["**widest gap**", *(f"**{gap.width:.3f}**" for gap in gaps)])
    return ["False positives by identity group:", grid(head, rows)]
