"""Scoring with a version that does not serve."""

from pathlib import Path

import pytest
from factories import StubClassifier

from moderation import versions
from moderation.champion import Champion
from moderation.database import Database
from moderation.errors import ModelUnavailable, NotFound
from moderation.tables import ModelVersion
from moderation.versions import Versions


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the versions that were loaded, in order."""
    names: list[str] = []

    def load(folder: Path, digest: str) -> StubClassifier:
        names.append(folder.name)
        if digest != "good":
            raise ModelUnavailable("altered")
        return StubClassifier()

    monkeypatch.setattr(versions, "load", load)
    return names


@pytest.fixture
def known(database: Database, champion: Champion, tmp_path: Path) -> Versions:
    with database.write() as session:
        for name, digest in (("a", "good"), ("b", "good"), ("bad", "altered")):
            session.add(ModelVersion(version=name, state="retired", digest=digest, card={}))
    return Versions(database, tmp_path, 5, champion)


def test_the_serving_version_is_not_loaded_again(known: Versions, loaded: list[str]) -> None:
    for name in (None, "stub-1"):
        [assessment] = known.assess(name, ["Bonjour"])
        assert assessment.version == "stub-1"
    assert loaded == []


def test_another_is_loaded_once_and_one_is_kept(known: Versions, loaded: list[str]) -> None:
    for name in ("a", "a", "b", "a"):
        [assessment] = known.assess(name, ["Quel idiot"])
        assert assessment.version == name
    assert loaded == ["a", "b", "a"]


def test_an_unknown_one_is_not_found(known: Versions) -> None:
    with pytest.raises(NotFound):
        known.assess("c", ["Bonjour"])


def test_one_that_was_altered_scores_nothing(known: Versions, loaded: list[str]) -> None:
    assert known.assess("bad", ["Bonjour"])[0].score is None
