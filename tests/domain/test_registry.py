import json
from datetime import date

import pytest

from moderation import registry
from moderation.errors import ModelUnavailable
from moderation.features import read
from moderation.linear import OUTPUTS, LinearClassifier
from moderation.registry import Card, Corpus, Measure
from moderation.vectoriser import Vectoriser


@pytest.fixture(scope="module")
def classifier():
    vectoriser = Vectoriser(1, 1).fit([read("quel idiot"), read("merci pour cet article")])
    import numpy as np

    coefficients = np.ones((len(OUTPUTS), vectoriser.size), dtype=np.float32)
    return LinearClassifier("fr-test-1", vectoriser, coefficients, np.zeros(9, dtype=np.float32))


@pytest.fixture
def card():
    return Card(
        version="fr-test-1",
        kind="linear",
        threshold=0.25,
        threshold_basis="for a test",
        base_rate=0.2,
        trained_on=(Corpus(name="seed", licence="MIT", rows=2),),
        metrics={"dev": {"reject": {"ROC AUC": Measure(value=0.9, low=0.8, high=0.95)}}},
    )


@pytest.fixture
def saved(classifier, card, tmp_path):
    digest = registry.save(classifier, card, tmp_path)
    return tmp_path / card.version, digest


def test_what_was_saved_loads_and_scores_alike(saved, classifier):
    folder, digest = saved
    loaded = registry.load(folder, digest)
    assert loaded.version == "fr-test-1"
    assert loaded.score(["quel idiot"]) == classifier.score(["quel idiot"])
    assert registry.digest(folder) == digest


def test_the_card_tells_all_and_leaves_no_trace_of_the_saving(saved, card, tmp_path):
    folder, _ = saved
    read_back = registry.read_card(folder)
    assert read_back.model_copy(update={"files": {}}) == card
    assert set(read_back.files) == {"model.joblib"}
    assert "0.900 [0.800–0.950]" in (folder / "card.md").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["fr-test-1"]


def test_a_version_is_never_written_twice(saved, classifier, card, tmp_path):
    with pytest.raises(FileExistsError):
        registry.save(classifier, card, tmp_path)


def test_a_taken_name_gets_a_number(tmp_path):
    day = date(2026, 11, 25)
    assert registry.free_version(tmp_path, "linear", day) == "fr-linear-2026.11.25"
    (tmp_path / "fr-linear-2026.11.25").mkdir()
    assert registry.free_version(tmp_path, "linear", day) == "fr-linear-2026.11.25-2"


def test_an_altered_file_is_refused_before_it_is_unpickled(saved, monkeypatch):
    folder, digest = saved
    content = bytearray((folder / "model.joblib").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.joblib").write_bytes(content)
    monkeypatch.setattr("joblib.load", lambda *_: pytest.fail("unpickled"))
    with pytest.raises(ModelUnavailable, match="altered"):
        registry.load(folder, digest)


def test_a_card_rewritten_to_match_an_altered_file_is_refused(saved):
    folder, digest = saved
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {"threshold": 0.9}))
    with pytest.raises(ModelUnavailable, match="not the one"):
        registry.load(folder, digest)


@pytest.mark.parametrize("name", ["card.json", "model.joblib"])
def test_a_missing_file_is_refused(saved, name):
    folder, digest = saved
    (folder / name).unlink()
    with pytest.raises(ModelUnavailable, match="missing"):
        registry.load(folder, digest)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"scikit_learn": "1.2.3"}, "made with scikit-learn 1.2.3"),
        ({"kind": "oracle"}, "kind oracle"),
        ({"files": {"../x": "0" * 64}}, "cannot be read"),
        ({"unknown": 1}, "cannot be read"),
    ],
)
def test_a_card_that_this_installation_cannot_honour_is_refused(saved, change, told):
    folder, _ = saved
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | change))
    with pytest.raises(ModelUnavailable, match=told):
        registry.load(folder, registry.digest(folder))


def test_another_patch_of_the_same_scikit_learn_will_do(saved):
    folder, _ = saved
    card = json.loads((folder / "card.json").read_text())
    major, minor, _ = card["scikit_learn"].split(".")
    (folder / "card.json").write_text(json.dumps(card | {"scikit_learn": f"{major}.{minor}.99"}))
    assert registry.load(folder, registry.digest(folder))
