"""A small model, trained once on a part of the corpora written for this project."""

from pathlib import Path

import pytest

from training import corpora
from training.train import Recipe, train

SEED = Path(__file__).parents[2] / "data" / "seed"
# Learning from everything would take minutes; these teach insults and spam well enough.
TAUGHT = ("authored-spam", "authored-news")
QUICK = Recipe(settling=(), folds=2, min_words=3, min_letters=15)


def silent(step, done, total):
    pass


@pytest.fixture(scope="session")
def seed():
    return SEED


@pytest.fixture(scope="session")
def seed_examples():
    return [e for e in corpora.training(SEED) if e.corpus in TAUGHT]


@pytest.fixture(scope="session")
def split_examples(seed_examples):
    return corpora.split(seed_examples, 0.2)


@pytest.fixture(scope="session")
def taught(split_examples):
    return train(split_examples[0], "fr-test-1", QUICK, silent)
