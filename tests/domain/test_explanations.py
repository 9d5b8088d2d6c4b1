"""What carried a score: words, sentences, kept for a while."""

from uuid import uuid4

import pytest
from factories import BrokenClassifier, StubClassifier

from moderation.champion import Champion, Serving
from moderation.explanations import Explanations

CALM = "Je ne suis pas de cet avis, et je le dis posément à tout le monde. "
LONG = CALM * 2 + "Ce maire est un voleur. " + CALM * 2


class Counting(StubClassifier):
    """Count how often it is asked why."""

    def __init__(self) -> None:
        self.asked = 0

    def explain(self, text: str, attribute: str = "reject"):
        self.asked += 1
        return super().explain(text, attribute)


@pytest.fixture
def sqlite(sqlite_url: str):
    from moderation.database import Database

    return Database(sqlite_url)


@pytest.fixture
def champion(sqlite, tmp_path) -> Champion:
    return Champion(sqlite, tmp_path, timeout=5)


def test_the_sentence_that_carries_a_long_text_is_told(champion: Champion) -> None:
    champion.put(Serving(StubClassifier(), "stub-1", 0.5))
    found = Explanations(champion).of(uuid4(), LONG, "stub-1", "reject")
    [sentence] = found.sentences
    assert LONG[sentence.start : sentence.end] == "Ce maire est un voleur."
    assert sentence.weight > 4


def test_the_sentences_of_a_short_text_are_not(champion: Champion) -> None:
    champion.put(Serving(StubClassifier(), "stub-1", 0.5))
    found = Explanations(champion).of(uuid4(), "Bonjour. Un voleur.", "stub-1", "reject")
    assert (len(found.words), found.sentences) == (3, [])


def test_an_explanation_is_made_once(champion: Champion) -> None:
    counting = Counting()
    champion.put(Serving(counting, "stub-1", 0.5))
    explanations, revision = Explanations(champion), uuid4()
    for attribute in ("reject", "reject", "insult"):
        explanations.of(revision, "Un voleur.", "stub-1", attribute)
    assert counting.asked == 2


def test_a_failure_is_not_kept(champion: Champion) -> None:
    class Failing(BrokenClassifier):
        def explain(self, text: str, attribute: str = "reject"):
            raise RuntimeError("weights of sand")

    explanations, revision = Explanations(champion), uuid4()
    champion.put(Serving(Failing(), "stub-1", 0.5))
    assert explanations.of(revision, "Un voleur.", "stub-1", "reject").words == []
    champion.put(Serving(StubClassifier(), "stub-1", 0.5))
    assert len(explanations.of(revision, "Un voleur.", "stub-1", "reject").words) == 2
    champion.put(Serving(StubClassifier(), "stub-2", 0.5))
    assert not explanations.can("stub-1")
