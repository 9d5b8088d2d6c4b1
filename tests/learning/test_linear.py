import math
import random
import time

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from moderation.classifier import ATTRIBUTES

ABUSE = "Franchement, ce maire est un gros connard, et son adjoint ne vaut pas mieux. Dehors !"


def log_odds(taught, text, output="reject"):
    score = taught.score([text])[0]
    probability = score.reject if output == "reject" else score.attributes[output]
    return math.log(probability / (1 - probability))


def test_learns_what_moderators_reject(taught, split_examples):
    held_out = [example for example in split_examples[1] if "reject" in example.labels]
    scores = [score.reject for score in taught.score([e.text for e in held_out])]
    assert roc_auc_score([example.labels["reject"] for example in held_out], scores) > 0.85


def test_announces_probabilities_that_come_true(taught, split_examples):
    held_out = [example for example in split_examples[1] if "reject" in example.labels]
    scores = [score.reject for score in taught.score([e.text for e in held_out])]
    assert np.mean(scores) == pytest.approx(
        np.mean([example.labels["reject"] for example in held_out]), abs=0.08
    )


def test_scores_every_text_whatever_it_is(taught):
    texts = ["", "   ", "🙂", "\u200b", "a" * 30_000, "Привет", "12", ABUSE]
    scores = taught.score(texts)
    assert len(scores) == len(texts)
    for score in scores:
        assert set(score.attributes) == set(ATTRIBUTES)
        assert all(0 <= value <= 1 for value in (score.reject, *score.attributes.values()))
    assert taught.score([]) == []


def test_a_batch_scores_as_its_texts_do_alone(taught):
    texts = ["Merci pour cet article.", ABUSE, "Gagnez 3 000 € : https://a.example"]
    alone = [taught.score([text])[0].reject for text in texts]
    assert [score.reject for score in taught.score(texts)] == pytest.approx(alone, abs=1e-5)


def test_a_disguise_does_not_help(taught):
    plain = taught.score(["Espèce de connard"])[0].reject
    for disguised in ("Espèce de c0nn@rd", "Espèce de c o n n a r d", "Espèce de con\u200bnard"):
        assert taught.score([disguised])[0].reject > 0.8 * plain


def test_whose_address_it_is_does_not_matter(taught):
    first = taught.score(["Écrivez à jean@mail.example ou au 06 39 98 12 34"])[0]
    other = taught.score(["Écrivez à x.y@autre.example ou au 01 99 00 22 11"])[0]
    assert first.attributes["spam"] == pytest.approx(other.attributes["spam"], abs=1e-6)


def test_abuse_is_not_drowned_in_a_long_text(taught):
    calm = "Le conseil municipal a examiné le budget de la voirie et des écoles. " * 100
    alone, drowned = taught.score([calm, calm + ABUSE])
    assert drowned.attributes["toxicity"] > 3 * alone.attributes["toxicity"]


def test_twenty_kilobytes_are_scored_and_explained_in_bounded_time(taught):
    wall = ("Quel article, vraiment ! " * 1_000)[:20_000]
    started = time.perf_counter()
    taught.score([wall])
    taught.explain(wall)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("output", ["reject", "insult", "spam"])
def test_a_contribution_is_the_fall_when_the_word_is_taken_away(taught, output):
    before = log_odds(taught, ABUSE, output)
    found = taught.explain(ABUSE, output)
    assert "connard" in {ABUSE[c.start : c.end] for c in found}
    for contribution in found:
        without = ABUSE[: contribution.start] + ABUSE[contribution.end :]
        fall = before - log_odds(taught, without, output)
        assert contribution.weight == pytest.approx(fall, abs=2e-3)


def test_a_disguised_word_is_blamed_where_it_was_typed(taught):
    text = "Quel c.o.n.n.a.r.d, ce fdp 🖕"
    blamed = {text[c.start : c.end] for c in taught.explain(text)}
    assert {"c.o.n.n.a.r.d", "fdp", "🖕"} <= blamed


def test_only_the_window_that_gave_the_score_is_blamed(taught):
    calm = "Le conseil municipal a examiné le budget de la voirie et des écoles. " * 100
    found = taught.explain(calm + ABUSE)
    worst = max(found, key=lambda contribution: contribution.weight)
    assert worst.start >= len(calm) - 500
    assert (calm + ABUSE)[worst.start : worst.end].strip()


def test_taking_the_blamed_words_lowers_the_score_more_than_taking_others(taught, split_examples):
    draw = random.Random(0)
    texts = [e.text for e in split_examples[1] if e.labels.get("reject") and len(e.text) > 60]
    blamed_falls, random_falls = [], []
    for text in texts[:60]:
        found = taught.explain(text)
        worst = sorted(found, key=lambda c: -c.weight)[:3]
        other = draw.sample(found, min(3, len(found)))
        before = log_odds(taught, text)
        blamed_falls.append(before - log_odds(taught, _without(text, worst)))
        random_falls.append(before - log_odds(taught, _without(text, other)))
    assert np.mean(blamed_falls) > 2 * np.mean(random_falls)


def _without(text, contributions):
    for contribution in sorted(contributions, key=lambda c: -c.start):
        text = text[: contribution.start] + text[contribution.end :]
    return text
