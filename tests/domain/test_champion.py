"""The serving model: swapped when the database says so, kept when the new one is bad."""

import threading
from pathlib import Path

import pytest
from factories import BrokenClassifier, StubClassifier

from moderation.champion import Champion
from moderation.classifier import Classifier, Score
from moderation.database import Database
from moderation.errors import ModelUnavailable
from moderation.tables import ModelVersion


def name_champion(database: Database, version: str) -> None:
    with database.write() as session:
        for row in session.query(ModelVersion).filter_by(state="champion"):
            row.state = "retired"
        session.flush()
        card = {"threshold": 0.25}
        session.add(ModelVersion(version=version, state="champion", digest="d", card=card))


def load(folder: Path, digest: str) -> Classifier:
    if folder.name == "altered":
        raise ModelUnavailable("the digest differs")
    return BrokenClassifier() if folder.name == "broken" else StubClassifier()


@pytest.fixture
def watched(database: Database, tmp_path: Path) -> Champion:
    return Champion(database, tmp_path, timeout=0.5, load=load)


def test_without_a_model_each_answer_is_empty(watched: Champion) -> None:
    watched.refresh()
    [assessment] = watched.assess(["Bonjour."])
    assert (assessment.score, assessment.version, assessment.threshold) == (None, None, None)


def test_the_model_that_the_database_names_serves(watched: Champion, database: Database) -> None:
    name_champion(database, "good")
    watched.refresh()
    [assessment] = watched.assess(["Bonjour."])
    assert assessment.version == "good"
    assert assessment.threshold == 0.25


def test_a_model_that_cannot_be_loaded_leaves_the_old_one(
    watched: Champion, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    name_champion(database, "good")
    watched.refresh()
    name_champion(database, "altered")
    watched.refresh()
    watched.refresh()
    assert watched.assess(["Bonjour."])[0].version == "good"
    assert caplog.text.count("model altered refused") == 1


def test_a_model_that_fails_approves_nothing(watched: Champion, database: Database) -> None:
    name_champion(database, "broken")
    watched.refresh()
    assert watched.assess(["Bonjour."])[0].score is None
    assert watched.explain("Bonjour.", "another") == []


def test_a_model_that_hangs_approves_nothing(database: Database, tmp_path: Path) -> None:
    released = threading.Event()

    class Hanging(StubClassifier):
        def score(self, texts: object) -> list[Score]:
            released.wait(30)
            return []

    champion = Champion(database, tmp_path, timeout=0.05, load=lambda *_: Hanging())
    name_champion(database, "hanging")
    champion.refresh()
    assert champion.assess(["Bonjour."])[0].score is None
    released.set()


def test_watching_goes_on_after_an_error(
    watched: Champion, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    stop = threading.Event()

    def refresh() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("the database is away")
        stop.set()

    monkeypatch.setattr(watched, "refresh", refresh)
    watched.watch(0.001, stop)
    assert len(calls) == 2
