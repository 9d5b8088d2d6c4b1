"""An evaluation as one HTML page, its plots inside it."""

import io
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from moderation.classifier import Classifier
from moderation.registry import Measure
from training.evaluate import Comparison, Results, Sample
from training.measures import Array

SIZE = (4.6, 3.8)
COLOURS = ("#0b6e4f", "#8a5a00")


def render(comparison: Comparison, sample: Sample, *classifiers: Classifier) -> str:
    """Write the page; the classifiers are those compared, the candidate first."""
    scores = {classifier.version: sample.score(classifier) for classifier in classifiers}
    results = [comparison.candidate, *([comparison.champion] if comparison.champion else [])]
    environment = Environment(loader=PackageLoader("training"), autoescape=True)
    environment.filters["measure"] = _measure
    return environment.get_template("report.html").render(
        comparison=comparison,
        results=results,
        plots=[
            _plot_calibration(results),
            _plot_roc(sample, scores),
            _plot_precision(sample, scores),
            _plot_scores(sample, scores, comparison.candidate),
        ],
    )


def _measure(measure: Measure | None) -> str:
    if measure is None:
        return "–"
    return f"{measure.value:.3f} [{measure.low:.3f} ; {measure.high:.3f}]".replace(".", ",")


def _plot_calibration(results: list[Results]) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999999", linestyle=":")
    for result, colour in zip(results, COLOURS, strict=False):
        predicted = [point.predicted for point in result.curve]
        observed = [point.observed for point in result.curve]
        axes.plot(predicted, observed, marker="o", color=colour, label=result.version)
    axes.set(title="Calibration", xlabel="Probabilité annoncée", ylabel="Part refusée")
    axes.legend()
    return _svg(figure)


def _plot_roc(sample: Sample, scores: Mapping[str, Array]) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999999", linestyle=":")
    for (version, probabilities), colour in zip(scores.items(), COLOURS, strict=False):
        false, true, _ = roc_curve(sample.truth, probabilities, sample_weight=sample.weights)
        axes.plot(false, true, color=colour, label=version)
    axes.set(title="Courbe ROC", xlabel="Faux positifs", ylabel="Vrais positifs")
    axes.legend()
    return _svg(figure)


def _plot_precision(sample: Sample, scores: Mapping[str, Array]) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    for (version, probabilities), colour in zip(scores.items(), COLOURS, strict=False):
        precision, recall, _ = precision_recall_curve(
            sample.truth, probabilities, sample_weight=sample.weights
        )
        axes.plot(recall, precision, color=colour, label=version)
    axes.set(title="Précision et rappel", xlabel="Rappel", ylabel="Précision", ylim=(0, 1.02))
    axes.legend()
    return _svg(figure)


def _plot_scores(sample: Sample, scores: Mapping[str, Array], candidate: Results) -> Markup:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    probabilities = scores[candidate.version]
    parts = [probabilities[sample.truth == truth] for truth in (0, 1)]
    weights = [sample.weights[sample.truth == truth] for truth in (0, 1)]
    axes.hist(
        parts,
        bins=20,
        range=(0, 1),
        weights=weights,
        stacked=True,
        color=["#9bb8a9", "#a33b2e"],
        label=["approuvés", "refusés"],
    )
    axes.axvline(candidate.threshold, color="#222222", linestyle="--", label="seuil")
    axes.set(title=f"Scores de {candidate.version}", xlabel="Probabilité de refus", ylabel="Poids")
    axes.legend()
    return _svg(figure)


def _svg(figure: Figure) -> Markup:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    drawing = buffer.getvalue()
    # Ours, drawn from numbers and version names that a pattern constrains.
    return Markup(drawing[drawing.index("<svg") :])  # noqa: S704
