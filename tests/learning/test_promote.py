"""Promotions: earned on an evaluation, or forced with a reason; one champion at a time."""

import pytest

from moderation.errors import Conflict, NotFound
from moderation.registry import Card, Measure
from moderation.tables import ModelVersion, Promotion
from training import promote as promotions
from training.evaluate import Comparison, Results


def card(version):
    return Card(
        version=version, kind="linear", threshold=0.5, threshold_basis="for a test", base_rate=0.2
    )


def results(version):
    figures = {"ROC AUC": Measure(value=0.8, low=0.7, high=0.9)}
    return Results(version=version, threshold=0.5, figures=figures, curve=[])


def comparison(version, against=None, low=-0.01, high=0.02):
    gap = {"ROC AUC": Measure(value=(low + high) / 2, low=low, high=high)}
    return Comparison(
        split="0" * 64,
        rows=100,
        rejected=20,
        candidate=results(version),
        champion=results(against) if against else None,
        differences=gap if against else {},
    )


@pytest.fixture
def session(database):
    with database.write() as session:
        for version in ("v1", "v2", "v3"):
            promotions.register(session, card(version), "0" * 64)
        yield session


@pytest.fixture
def serving(session):
    promotions.promote(session, "v1", "ana", force=True, why="the first")
    return session


def states(session):
    return {model.version: model.state for model in session.query(ModelVersion)}


def test_a_candidate_as_good_as_the_champion_takes_its_place(serving):
    promotions.record(serving, comparison("v2", "v1"))
    made = promotions.promote(serving, "v2", "ana")
    assert (made.previous, made.kind, made.forced, made.by) == ("v1", "promotion", False, "ana")
    assert made.evaluation_id
    assert states(serving) == {"v1": "retired", "v2": "champion", "v3": "candidate"}


def test_a_candidate_worse_beyond_the_interval_is_refused(serving):
    promotions.record(serving, comparison("v2", "v1", low=-0.05, high=-0.01))
    with pytest.raises(Conflict, match="worse than v1 beyond the interval: ROC AUC"):
        promotions.promote(serving, "v2", "ana")
    assert states(serving)["v1"] == "champion"
    with pytest.raises(Conflict, match="reason"):
        promotions.promote(serving, "v2", "ana", force=True)
    assert promotions.promote(serving, "v2", "ana", force=True, why="drill").forced


def test_the_last_evaluation_counts_and_only_against_the_champion(serving):
    with pytest.raises(Conflict, match="not evaluated beside v1"):
        promotions.promote(serving, "v2", "ana")
    promotions.record(serving, comparison("v2", "v3"))
    with pytest.raises(Conflict, match="not evaluated beside v1"):
        promotions.promote(serving, "v2", "ana")
    promotions.record(serving, comparison("v2", "v1", low=-0.05, high=-0.01))
    promotions.record(serving, comparison("v2", "v1"))
    assert promotions.promote(serving, "v2", "ana")


def test_the_first_champion_needs_an_evaluation_too(session):
    with pytest.raises(Conflict, match="not evaluated yet"):
        promotions.promote(session, "v1", "ana")
    promotions.record(session, comparison("v1"))
    assert promotions.promote(session, "v1", "ana").previous is None


def test_what_serves_or_is_unknown_cannot_be_promoted(serving):
    with pytest.raises(Conflict, match="already serves"):
        promotions.promote(serving, "v1", "ana", force=True, why="again")
    with pytest.raises(NotFound):
        promotions.promote(serving, "v9", "ana")


def test_rollback_goes_back_promotion_by_promotion(serving):
    for version in ("v2", "v3"):
        promotions.promote(serving, version, "ana", force=True, why="drill")
    assert promotions.rollback(serving, "ana", "regrets").version == "v2"
    assert promotions.rollback(serving, "ana").version == "v1"
    with pytest.raises(Conflict, match="before v1"):
        promotions.rollback(serving, "ana")
    assert states(serving) == {"v1": "champion", "v2": "retired", "v3": "retired"}
    kinds = [row.kind for row in serving.query(Promotion).order_by(Promotion.id)]
    assert kinds == ["promotion"] * 3 + ["rollback"] * 2


def test_nothing_to_roll_back_to(session):
    with pytest.raises(Conflict, match="No version serves"):
        promotions.rollback(session, "ana")


def test_the_newest_version_is_listed_first(session):
    assert [model.version for model in promotions.versions(session)] == ["v3", "v2", "v1"]
