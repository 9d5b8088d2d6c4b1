"""The `evaluate` command's work: models loaded, compared, shown."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation import registry
from moderation.classifier import Classifier
from moderation.errors import NotFound
from moderation.policy import Policy
from moderation.registry import Measure
from moderation.tables import ModelVersion, Site
from training import promote
from training.evaluate import Comparison, Sample, compare
from training.export import Row
from training.report import render


def evaluate(
    session: Session, version: str, rows: Sequence[Row], models_dir: Path, site: str | None = None
) -> tuple[Comparison, str]:
    """Compare a version with the champion; answer the comparison and its report.

    Minutes long, and writes nothing: a transaction that writes would make a server on SQLite wait.
    """
    candidate = promote.find(session, version)
    serving = promote.champion(session)
    known = [candidate, *([serving] if serving and serving is not candidate else [])]
    classifiers = [_load(model, models_dir) for model in known]
    override = _threshold(session, site)
    thresholds = {
        model.version: model.card["threshold"] if override is None else override for model in known
    }
    sample = Sample(rows)
    champion = classifiers[1] if len(classifiers) > 1 else None
    comparison = compare(sample, classifiers[0], champion, thresholds)
    return comparison, render(comparison, sample, *classifiers)


def table(comparison: Comparison) -> Table:
    """Lay a comparison out for the terminal."""
    champion = comparison.champion
    shown = Table("figure", comparison.candidate.version)
    if champion:
        shown.add_column(champion.version)
        shown.add_column("difference")
    for name, measure in comparison.candidate.figures.items():
        cells = [_cell(measure)]
        if champion:
            cells += [_cell(champion.figures[name]), _cell(comparison.differences.get(name))]
        shown.add_row(name, *cells)
    shown.caption = f"{comparison.rows} decisions, {comparison.rejected} rejections"
    return shown


def _cell(measure: Measure | None) -> str:
    return f"{measure.value:.3f} [{measure.low:.3f}, {measure.high:.3f}]" if measure else "–"


def _load(model: ModelVersion, models_dir: Path) -> Classifier:
    return registry.load(models_dir / model.version, model.digest)


def _threshold(session: Session, slug: str | None) -> float | None:
    if slug is None:
        return None
    site = session.scalar(select(Site).where(Site.slug == slug))
    if site is None:
        raise NotFound(f"There is no site {slug}.")
    return Policy.model_validate(site.policy).threshold
