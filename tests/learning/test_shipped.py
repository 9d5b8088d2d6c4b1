"""The shipped model, as an installation gets it."""

import random
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit
from sklearn.metrics import roc_auc_score

from api.setup import SHIPPED
from moderation import registry
from moderation.classifier import ATTRIBUTES, Classifier
from moderation.errors import Conflict
from training import corpora
from training.corpora import Example
from training.refit import refit

MODELS = Path(__file__).parents[2] / "models"
FOLDER = MODELS / (MODELS / SHIPPED).read_text().strip()
CALM = [
    "Merci pour cet article, très clair.",
    "Quelqu'un sait si la piscine rouvre lundi ?",
    "Je ne suis pas d'accord avec le maire sur ce point, et je le dirai au conseil.",
    "Les députés ont voté la loi hier soir.",
]
RUDE = [
    "Ferme ta gueule, sale connard.",
    "Espèce de sale pute, crève.",
    "Les Arabes dehors, tous des rats.",
    "T'es vraiment un gros c0nn@rd",
]


@pytest.fixture(scope="module")
def shipped() -> Classifier:
    return registry.load(FOLDER, registry.digest(FOLDER))


def test_it_is_small_enough_to_commit() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 60_000_000


def test_it_tells_calm_from_rude(shipped: Classifier) -> None:
    threshold = registry.read_card(FOLDER).threshold
    assert all(score.reject < threshold for score in shipped.score(CALM))
    assert all(score.reject > 10 * threshold for score in shipped.score(RUDE))


def test_a_score_does_not_depend_on_its_neighbours(shipped: Classifier) -> None:
    alone = [shipped.score([text])[0].reject for text in CALM + RUDE]
    together = [score.reject for score in shipped.score(CALM + RUDE)]
    assert together == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "\u200b", "a" * 30_000, "Привет", "1 2 3"])
def test_every_text_has_every_score(shipped: Classifier, text: str) -> None:
    [score] = shipped.score([text])
    assert set(score.attributes) == set(ATTRIBUTES)
    assert all(0 <= value <= 1 for value in (score.reject, *score.attributes.values()))


def test_a_wall_hides_no_insult(shipped: Classifier) -> None:
    wall = " ".join(CALM) * 30
    hidden = f"{wall[:6000]} {RUDE[0]} {wall[6000:]}"
    low, high = shipped.score([wall, hidden])
    assert high.reject > 10 * low.reject


@pytest.mark.parametrize("text", RUDE)
def test_the_most_blamed_words_carry_the_score(shipped: Classifier, text: str) -> None:
    words = sorted(shipped.explain(text), key=lambda word: -word.weight)
    assert words[0].weight > 0
    chance = random.Random(0)
    fall = _fall(shipped, text, words[:1])
    others = [_fall(shipped, text, chance.sample(words[1:], 1)) for _ in range(4)]
    assert fall > np.mean(others)


def _fall(shipped: Classifier, text: str, words: list) -> float:
    without = text
    for word in sorted(words, key=lambda found: -found.start):
        without = without[: word.start] + without[word.end :]
    before, after = shipped.score([text, without])
    return float(logit(before.reject) - logit(after.reject))


def test_a_refit_learns_what_a_site_refuses(shipped: Classifier, tmp_path: Path) -> None:
    seeds = [
        e for e in corpora.training(MODELS.parent / "data" / "seed") if e.corpus == "authored-news"
    ]
    # This site refuses whatever speaks of politics, which the shipped model finds harmless.
    marked = ("maire", "ministre", "vote", "élu", "gouvernement", "état", "loi", "impôt", "prix")
    decided = [
        Example(e.text, {"reject": int(any(w in e.text.lower() for w in marked))}, "d", e.block)
        for e in seeds[:300]
    ]
    built = refit(FOLDER, registry.digest(FOLDER), decided[:200], tmp_path)

    again = registry.load(tmp_path / built.card.version, built.digest)
    truth = [e.labels["reject"] for e in decided[200:]]
    texts = [e.text for e in decided[200:]]
    before, after = (
        roc_auc_score(truth, [score.reject for score in model.score(texts)])
        for model in (shipped, again)
    )
    assert after > before + 0.05
    assert again.score(CALM)[0].attributes == pytest.approx(shipped.score(CALM)[0].attributes)


def test_a_refit_wants_decisions_of_each_kind(tmp_path: Path) -> None:
    decided = [Example(text, {"reject": 0}, "d", "d") for text in CALM * 10]
    with pytest.raises(Conflict, match="of each kind"):
        refit(FOLDER, registry.digest(FOLDER), decided, tmp_path)
