"""A benchmark as one HTML page, its plots inside it."""

import io
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from training.benchmark.markdown import FIGURES, TARGETS
from training.benchmark.measuring import EVEN, Line, Table
from training.benchmark.running import Report

SIZE = (4.6, 3.8)
COLOURS = ("#0b6e4f", "#8a5a00", "#5b3f8c", "#a33b2e", "#1f5f8b")
OTHERS = "#8f8f8f"
NAMES = {
    "ROC AUC": "AUC ROC",
    "average precision": "Précision moyenne",
    "F1": "F1",
    "accuracy": "Exactitude",
    "F1 at 0.5": "F1 à 0,5",
    "accuracy at 0.5": "Exactitude à 0,5",
    "ECE": "Erreur de calibration",
}


def render(report: Report) -> str:
    """Write a report as a page."""
    environment = Environment(loader=PackageLoader("training"), autoescape=True)
    environment.filters["measure"] = lambda measure: (
        f"{measure.value:.3f} [{measure.low:.3f} ; {measure.high:.3f}]".replace(".", ",")
        if measure
        else "–"
    )
    return environment.get_template("benchmark.html").render(
        report=report,
        figures=[(name, NAMES[name]) for name in FIGURES],
        targets=TARGETS,
        even=EVEN,
        plots=[plots(table, report.versions) for table in report.tables],
    )


def plots(table: Table, versions: Sequence[str]) -> list[Markup]:
    """Draw a table: areas with their intervals, ROC curves, calibration."""
    lines = [line for line in table.lines if line.scores is not None]
    colours = _colours(lines, versions)
    return [
        _areas(lines, colours),
        _roc(table, lines, colours),
        _calibration([line for line in lines if line.curve], colours),
    ]


def _colours(lines: Sequence[Line], versions: Sequence[str]) -> dict[str, str]:
    ours = {version: COLOURS[i % len(COLOURS)] for i, version in enumerate(versions)}
    return {line.name: ours.get(line.name, OTHERS) for line in lines}


def _areas(lines: Sequence[Line], colours: dict[str, str]) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    for place, line in enumerate(reversed(lines)):
        area = line.figures["ROC AUC"]
        spread = [[area.value - area.low], [area.high - area.value]]
        axes.barh(place, area.value, color=colours[line.name], xerr=spread, ecolor="#222222")
    axes.set_yticks(range(len(lines)), [line.name for line in reversed(lines)])
    axes.set(title="AUC ROC, intervalle à 95 %", xlim=(0.4, 1))
    return svg(figure)


def _roc(table: Table, lines: Sequence[Line], colours: dict[str, str]) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999999", linestyle=":")
    for line in lines:
        false, true, _ = roc_curve(table.truth, line.scores)
        ours = colours[line.name] != OTHERS
        axes.plot(
            false,
            true,
            color=colours[line.name],
            linewidth=1.8 if ours else 0.9,
            label=line.name if ours else None,
        )
    axes.set(title="Courbe ROC", xlabel="Faux positifs", ylabel="Vrais positifs")
    axes.legend()
    return svg(figure)


def _calibration(lines: Sequence[Line], colours: dict[str, str]) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999999", linestyle=":")
    for line in lines:
        predicted = [point.predicted for point in line.curve]
        observed = [point.observed for point in line.curve]
        axes.plot(predicted, observed, marker="o", color=colours[line.name], label=line.name)
    axes.set(title="Calibration", xlabel="Probabilité annoncée", ylabel="Part observée")
    axes.legend()
    return svg(figure)


def svg(figure: Figure) -> Markup:
    """Draw a figure for a page."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    drawing = buffer.getvalue()
    # Matplotlib escapes the names in it.
    return Markup(drawing[drawing.index("<svg") :])  # noqa: S704
