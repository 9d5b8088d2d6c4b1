import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score as ap_score
from sklearn.metrics import roc_auc_score

from training.measures import (
    FIGURES,
    RANKING,
    at_threshold,
    calibration_error,
    difference,
    measure,
    reliability,
)
from training.train import threshold_for

RANDOM = np.random.default_rng(0)
PROBABILITIES = RANDOM.random(400)
TRUTH = (RANDOM.random(400) < PROBABILITIES).astype(float)
EVEN = np.ones(400)


def test_intervals_hold_the_figure_and_narrow_with_more_rows():
    many = measure(RANKING, TRUTH, PROBABILITIES, rounds=200)["ROC AUC"]
    few = measure(RANKING, TRUTH[:60], PROBABILITIES[:60], rounds=200)["ROC AUC"]
    assert many.low < many.value < many.high
    assert many.high - many.low < few.high - few.low


def test_the_same_seed_draws_the_same_interval():
    first = measure(FIGURES, TRUTH, PROBABILITIES, rounds=50, seed=3)
    assert first == measure(FIGURES, TRUTH, PROBABILITIES, rounds=50, seed=3)
    assert first != measure(FIGURES, TRUTH, PROBABILITIES, rounds=50, seed=4)


def value(figure, truth, probabilities, weights):
    return figure(truth, probabilities, weights[None])[0]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.3001, 0.9]), st.booleans()), min_size=2))
def test_rankings_agree_with_scikit_learn_ties_included(rows):
    scores = np.array([score for score, _ in rows])
    truth = np.array([float(positive) for _, positive in rows])
    if len(set(truth)) < 2:
        return
    weights = 1.0 + np.arange(len(rows)) % 3
    for name, reference in (("ROC AUC", roc_auc_score), ("average precision", ap_score)):
        expected = reference(truth, scores, sample_weight=weights)
        assert value(RANKING[name], truth, scores, weights) == pytest.approx(expected)


def test_a_weight_counts_as_so_many_rows():
    weights = RANDOM.integers(1, 4, 400).astype(float)
    repeated = np.repeat(np.arange(400), weights.astype(int))
    figures = {**RANKING, **at_threshold(0.5)}
    ones = np.ones(len(repeated))
    for figure in figures.values():
        assert value(figure, TRUTH, PROBABILITIES, weights) == pytest.approx(
            value(figure, TRUTH[repeated], PROBABILITIES[repeated], ones)
        )


def test_calibration_error_tells_true_probabilities_from_others():
    assert value(calibration_error, TRUTH, PROBABILITIES, EVEN) < 0.08
    assert value(calibration_error, TRUTH, PROBABILITIES**3, EVEN) > 0.15
    assert sum(point.weight for point in reliability(TRUTH, PROBABILITIES, EVEN)) == 400


def test_figures_at_a_threshold():
    truth, scores = np.array([1.0, 1, 0, 0]), np.array([0.9, 0.2, 0.8, 0.1])
    figures = at_threshold(0.5)
    values = {name: value(figure, truth, scores, np.ones(4)) for name, figure in figures.items()}
    assert values == {"precision": 0.5, "recall": 0.5, "F1": 0.5}
    assert all(value(figure, truth, scores * 0, np.ones(4)) == 0 for figure in figures.values())


def test_a_paired_difference_is_surer_than_two_intervals():
    worse = np.clip(PROBABILITIES + RANDOM.normal(0, 0.15, 400), 0, 1)
    gap = difference(RANKING, TRUTH, worse, PROBABILITIES, EVEN, rounds=200)["ROC AUC"]
    alone = measure(RANKING, TRUTH, PROBABILITIES, rounds=200)["ROC AUC"]
    assert gap.value < 0
    assert gap.high - gap.low < alone.high - alone.low


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.2, 0.4, 0.7, 0.9]), st.booleans()),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([0.0, 0.02, 0.2]),
)
def test_the_threshold_is_the_widest_that_keeps_to_the_limit(rows, limit):
    scores = np.array([score for score, _ in rows])
    rejected = np.array([float(rejected) for _, rejected in rows])
    threshold = threshold_for(scores, rejected, limit)
    approved = rejected[scores < threshold]
    assert not len(approved) or approved.mean() <= limit
    for wider in (0.15, 0.3, 0.5, 0.8, 1.0):
        if wider > threshold and (scores < wider).sum() > len(approved):
            assert rejected[scores < wider].mean() > limit
