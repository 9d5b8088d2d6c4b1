"""The benchmark, on small corpora whose figures are known."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from moderation import registry
from moderation.card import Card, Measure
from moderation.classifier import ATTRIBUTES, Score
from moderation.features import read as units
from moderation.linear import OUTPUTS, LinearClassifier
from moderation.vectoriser import Vectoriser
from training.benchmark import decisions, markdown, measuring, page, peers, probe, running, samples
from training.benchmark.cli import benchmark
from training.benchmark.measuring import Gap, Model
from training.benchmark.probe import Speed
from training.benchmark.running import Plan
from training.measures import average_precision, roc_auc

RUDE, POLITE = "Quel idiot, ce {}", "Merci pour cet article sur {}"
WORDS = ["vélo", "maire", "train", "budget", "marché", "stade", "lycée", "festival", "pont", "port"]
TEXTS = [
    text.format(f"{word} numéro {n}") for n in range(3) for word in WORDS for text in (RUDE, POLITE)
]
TOXIC = [1, 0] * (len(TEXTS) // 2)


class Known:
    """A classifier that answers what a function of the text says, and shows it as a feature."""

    version = "fr-known-1"

    def __init__(self, toxicity):
        self.toxicity = toxicity

    def score(self, texts):
        found = [self.toxicity(text) for text in texts]
        return [Score(value, dict.fromkeys(ATTRIBUTES, value)) for value in found]

    def explain(self, text, attribute="reject"):
        return []


class Shown(Known):
    """One whose scores are worth nothing, and whose features tell everything."""

    def features(self, texts):
        return np.array([[len(text) % 7, "idiot" in text] for text in texts], dtype=float)


def write(path: Path, rows) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def toxic_rows():
    return [{"text": t, "toxic": y} for t, y in zip(TEXTS, TOXIC, strict=True)]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder / "dev-toxifrench-bench.jsonl", toxic_rows())
    groups = ["women", "Muslims", None]
    labels = [
        {"functionality": f"f{n % 2}", "target_ident": groups[n % 3]} for n in range(len(TEXTS))
    ]
    tests = [row | {"labels": one} for row, one in zip(toxic_rows(), labels, strict=True)]
    write(folder / "dev-mhc-fr.jsonl", tests)
    # Copies are known by their letters: numbers would not tell these rows apart.
    names = ["".join(letters) for letters in itertools.product("abcdefghij", repeat=3)][:700]
    spam = [{"text": f"Avis {x}", "spam": n % 2, "genre": f"g{n % 2}"} for n, x in enumerate(names)]
    write(folder / "authored-spam.jsonl", spam)
    return folder


@pytest.fixture
def answers(tmp_path):
    folder = tmp_path / "peers"
    folder.mkdir()
    rows = [
        {
            "text": text,
            "toxic": toxic,
            "scores": {
                "one": {"toxicity": 0.9 - 0.01 * n, "profanity": 1.0},
                "many": {"sexual": 0.0, "violence_and_threats": float(toxic), "law": 1.0},
            },
            "labels": {"one": 1, "prompted": toxic if n else 1 - toxic},
        }
        for n, (text, toxic) in enumerate(zip(TEXTS, TOXIC, strict=True))
    ]
    # Not in the order of the corpus.
    write(folder / "toxifrench.jsonl", rows[::-1])
    return folder


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    for version, figures in (("fr-a", {}), ("fr-b", {"authored-spam (aside)": {"spam": {}}})):
        vectoriser = Vectoriser(1, 1).fit([units(RUDE), units(POLITE)])
        coefficients = np.ones((len(OUTPUTS), vectoriser.size), dtype=np.float32)
        intercepts = np.zeros(len(OUTPUTS), dtype=np.float32)
        classifier = LinearClassifier(version, vectoriser, coefficients, intercepts)
        card = Card(
            version=version,
            kind="linear",
            created_at=datetime.now(UTC),
            threshold=0.25,
            threshold_basis="for a test",
            base_rate=0.2,
            metrics=figures,
        )
        registry.save(classifier, card, folder)
    return folder


def silent(*told):
    pass


def table_of(data, classifier, threshold=0.25, name="dev-toxifrench-bench", services=()):
    corpus = next(corpus for corpus in samples.read(data) if corpus.name == name)
    (table,) = measuring.tables(corpus, [Model(classifier, threshold)], services, silent, rounds=50)
    return table


def perfect(text):
    return 0.6 if "idiot" in text else 0.3


def values(line):
    return {name: figure.value for name, figure in line.figures.items()}


def test_figures_are_at_the_policy_threshold_and_at_one_half(data):
    (line,) = table_of(data, Known(perfect)).lines
    found = values(line)
    assert found["ROC AUC"] == found["average precision"] == 1
    assert (found["F1 at 0.5"], found["accuracy at 0.5"]) == (1, 1)
    # Everything is above the policy's threshold.
    assert found["accuracy"] == pytest.approx(0.5)
    assert found["F1"] == pytest.approx(2 / 3)
    assert found["ECE"] == pytest.approx(0.35)


def test_a_service_is_measured_on_the_same_rows_by_what_it_gives(data, answers):
    corpus = next(c for c in samples.read(data) if c.name == "dev-toxifrench-bench")
    services = peers.read(answers, corpus)
    table = table_of(data, Known(perfect), services=services)
    one, many, prompted = (values(line) for line in table.lines[1:])
    even = np.ones((1, len(TEXTS)))
    scores, truth = np.array([0.9 - 0.01 * n for n in range(len(TEXTS))]), np.array(TOXIC, float)
    assert one["ROC AUC"] == pytest.approx(roc_auc(truth, scores, even)[0])
    assert one["average precision"] == pytest.approx(average_precision(truth, scores, even)[0])
    assert one["accuracy"] == 0.5
    # The highest of its harms, of which the law is none; it decides nothing.
    assert many == {"ROC AUC": 1, "average precision": 1}
    assert prompted.keys() == {"F1", "accuracy"}
    assert prompted["accuracy"] == pytest.approx(1 - 1 / len(TEXTS))


def test_a_service_that_lacks_a_row_is_left_out(data, answers):
    path = answers / "toxifrench.jsonl"
    path.write_text("\n".join(path.read_text("utf-8").split("\n")[1:]), "utf-8")
    for corpus in samples.read(data):
        assert peers.read(answers, corpus) == []


def test_functional_tests_are_parted_and_false_positives_compared(data):
    table = table_of(data, Known(lambda text: 0.9 if "idiot" in text else 0.1), name="dev-mhc-fr")
    parts = {part.value: part for part in table.parts if part.aspect == "functionality"}
    assert (parts["f0"].rows, parts["f0"].positives, parts["f1"].positives) == (30, 30, 0)
    assert {part.accuracy["fr-known-1"].value for part in parts.values()} == {1}
    assert [gap.threshold for gap in table.gaps] == [0.5, 0.25]
    assert table.gaps[0].width == 0
    assert set(table.gaps[0].rates) == {"women", "Muslims"}

    targets = dict(zip(TEXTS, itertools.cycle(["women", "Muslims", None])))
    unfair = table_of(
        data, Known(lambda text: 0.9 if targets[text] == "women" else 0.1), name="dev-mhc-fr"
    )
    assert unfair.gaps[0].width == 1


def test_a_share_of_nothing_or_of_all_is_not_certain():
    gap = Gap(
        "v",
        0.5,
        {"a": measuring._share(np.zeros(50, bool)), "b": measuring._share(np.ones(50, bool))},
    )
    assert gap.width == 1
    assert 0 < gap.rates["a"].high < 0.08
    assert 0.92 < gap.rates["b"].low < 1


def test_authored_blocks_are_those_a_candidate_keeps_aside(data):
    (aside,) = (c for c in samples.read(data) if c.name == "authored-spam (aside)")
    assert len(aside.texts) == 100
    assert set(aside.labels) == {"spam", "reject"}
    assert set(aside.aspects["genre"]) == {"g0", "g1"}


def test_a_model_is_not_measured_on_rows_it_may_have_learnt(data, models):
    report = running.run(Plan(data, models, (), speed=False, rounds=20), silent)
    lines = {
        table.corpus: [line.name for line in table.lines]
        for table in report.tables
        if table.output in ("spam", "toxicity")
    }
    assert lines["authored-spam (aside)"] == ["fr-b"]
    assert lines["dev-mhc-fr"] == ["fr-a", "fr-b"]
    assert any("fr-a" in note and "authored-spam" in note for note in report.notes)


def test_decisions_of_a_community_teach_what_features_tell(data, monkeypatch):
    monkeypatch.setattr(decisions, "REPEATS", 1)
    corpus = next(c for c in samples.read(data) if c.name == "dev-toxifrench-bench")
    blind = Shown(lambda text: 0.4 + 0.01 * (len(text) % 5))
    shipped, *learnt = decisions.after_decisions(Model(blind, 0.2), corpus, "toxicity", rounds=20)
    assert shipped.decisions == 0
    assert shipped.auc.value < 0.8
    assert [one.decisions for one in learnt] == [100, 300, 48]
    assert learnt[-1].auc.value > 0.95
    assert learnt[-1].accuracy.value > 0.95


def test_no_row_is_judged_by_heads_that_learnt_from_it(data):
    corpus = next(c for c in samples.read(data) if c.name == "dev-toxifrench-bench")
    seen = []

    class Numbered(Known):
        def features(self, texts):
            return np.arange(len(texts))[:, None]

    def refit(features, truth):
        taught = set(features[:, -1])

        def answer(unseen):
            seen.append(len(unseen))
            assert not taught & set(unseen[:, -1])
            return unseen[:, -1] / len(TEXTS)

        return answer

    model = Model(Numbered(perfect), 0.2)
    decisions.after_decisions(model, corpus, "toxicity", refit, rounds=5)
    assert sum(seen) == len(TEXTS) * decisions.REPEATS * len(decisions.SIZES)


def test_a_model_without_features_is_skipped_with_a_note(data, models):
    plan = Plan(data, models, ["fr-b"], after_decisions=True, speed=False, rounds=20)
    report = running.run(plan, silent)
    assert report.learnt == []
    assert any("fr-b shows no features" in note for note in report.notes)


def test_speed_is_measured_in_a_process_of_its_own(models):
    speed = probe.probe(probe.Task(folder=models / "fr-a", texts=TEXTS[:20]))
    assert 0 < speed.median <= speed.p99 < 1
    assert speed.batch > 1
    # Less than this process holds, and more than an interpreter alone.
    assert 20 < speed.memory < 1_000
    assert speed.size == pytest.approx(
        sum(file.stat().st_size for file in (models / "fr-a").iterdir()) / 1e6
    )


def test_a_model_that_cannot_be_timed_is_said_to(data, models, monkeypatch):
    report = running.run(Plan(data, models, ["fr-a"], speed=False, rounds=5), silent)
    monkeypatch.setattr(probe, "has_torch", lambda: False)
    running._time(report, Path("nowhere"), samples.read(data)[:1], silent)
    assert report.speeds == {}
    assert any("fr-a could not be timed" in note for note in report.notes)
    assert any("torch" in note for note in report.notes)


def test_the_command_writes_tables_and_plots(data, models, answers, tmp_path, monkeypatch):
    speed = Speed(median=0.008, p99=0.02, batch=120, memory=333, size=36)
    monkeypatch.setattr(probe, "probe", lambda _: speed)
    out, html = tmp_path / "docs" / "benchmark.md", tmp_path / "benchmark.html"
    arguments = ["--data", data, "--peers", answers, "--models", models, "--rounds", 20]
    arguments += ["--versions", "fr-a,fr-b", "--out", out, "--html", html]
    result = CliRunner().invoke(benchmark, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    text = out.read_text("utf-8")
    for expected in (
        "| dev-toxifrench-bench | toxicity | ≥ 0.80 |",
        "| fr-a | 8.0 | 20.0 | 120 | 333 | 36.0 |",
        "| toxicity | 30 of 60 | prompted | – | – |",
        "## dev-mhc-fr\n",
        "**widest gap**",
        "Accuracy of `reject` at 0.5, by genre:",
    ):
        assert expected in text
    written = html.read_text("utf-8")
    assert written.count("<svg") == 3 * written.count("lignes, dont") == 12
    assert "Faux positifs par groupe visé" in written


def test_every_line_of_a_table_has_as_many_cells():
    grid = markdown.grid(["a", "b"], [["1", "2"]])
    assert {line.count("|") for line in grid.splitlines()} == {3}
    assert markdown.cell(None) == "–"
    assert markdown.cell(Measure(value=0.5, low=0.25, high=0.75)) == "0.500 [0.250–0.750]"


def test_nothing_to_measure_is_said(tmp_path):
    for name in ("data", "models"):
        (tmp_path / name).mkdir()
    arguments = ["--data", str(tmp_path / "data"), "--models", str(tmp_path / "models")]
    result = CliRunner().invoke(benchmark, [*arguments, "--out", str(tmp_path / "b.md")])
    assert result.exit_code == 1
    assert "nothing to measure" in result.output
    assert not (tmp_path / "b.md").exists()


def test_plots_are_drawn_in_the_page_and_names_escaped(data):
    class Named(Known):
        version = "<b>"

    table = table_of(data, Named(perfect))
    drawn = "".join(page.plots(table, ["<b>"]))
    assert drawn.count("<svg") == 3
    assert "<b>" not in drawn
