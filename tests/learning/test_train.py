import random

import numpy as np
import pytest

from training.corpora import Example
from training.train import MIN_SETTLING, Recipe, settling_rows, train

CALM = ["école", "mairie", "vélo", "budget", "jardin", "rue", "marché", "concert"]
HARSH = ["crapule", "vaurien", "fripouille", "canaille"]


def example(draw, corpus, number, reject, **labels):
    words = draw.choices(CALM, k=6) + (draw.choices(HARSH, k=1) if draw.random() < 0.9 else [])
    words = words if reject else draw.choices(CALM, k=6)
    return Example(
        " ".join(words), {"reject": reject, **labels}, corpus, f"{corpus}:{number // 10}"
    )


@pytest.fixture(scope="module")
def examples():
    """A trusted corpus that refuses one comment in five, and a noisy one that refuses most."""
    draw = random.Random(0)
    trusted = [example(draw, "trusted", i, int(i % 5 == 0), threat=int(i < 3)) for i in range(400)]
    noisy = [example(draw, "noisy", i, int(draw.random() < 0.9)) for i in range(400)]
    return trusted + noisy


@pytest.fixture(scope="module")
def model(examples):
    recipe = Recipe(settling=("absent", "trusted"), folds=3, min_words=1, min_letters=2)
    return train(examples, "fr-test-1", recipe, lambda *_: None)


def test_a_noisy_corpus_does_not_say_how_often_to_refuse(model, examples):
    texts = [example.text for example in examples if example.corpus == "trusted"]
    assert np.mean([score.reject for score in model.score(texts)]) == pytest.approx(0.2, abs=0.04)


def test_an_output_hardly_ever_seen_gets_its_base_rate(model):
    threats = {score.attributes["threat"] for score in model.score(["école", "crapule"])}
    assert [round(threat, 3) for threat in threats] == [pytest.approx(4 / 402, abs=1e-3)]


def test_an_output_never_labelled_is_even(model):
    assert model.score(["école"])[0].attributes["insult"] == pytest.approx(0.5)


def test_progress_is_told_step_by_step(examples):
    told = []
    recipe = Recipe(settling=(), folds=2, min_words=1, min_letters=20)
    train(examples[:100], "fr-test-2", recipe, lambda *step: told.append(step))
    assert [step for step in told if step[1] == step[2]] == [
        ("reading", 100, 100),
        ("vocabulary", 1, 1),
        ("heads", 9, 9),
    ]


def test_the_first_corpus_with_enough_of_both_labels_settles(examples):
    truth = np.array([example.labels["reject"] for example in examples], dtype=float)
    assert settling_rows(examples, truth, ("absent", "trusted")).sum() == 400
    assert settling_rows(examples, truth, ("noisy", "trusted"))[:400].sum() == 0
    few = examples[: 5 * MIN_SETTLING - 10]
    assert settling_rows(few, truth[: len(few)], ("trusted",)).all()
