"""The whole loop through the command: trained, evaluated, promoted or refused, rolled back."""

import pytest
from click.testing import CliRunner

from moderation import registry
from moderation.registry import Card
from training import export, promote
from training.cli import cli
from training.export import Row

LINES = 400


@pytest.fixture
def data(tmp_path, seed):
    folder = tmp_path / "corpora"
    folder.mkdir()
    lines = (seed / "authored-news.jsonl").read_text().splitlines()[:LINES]
    (folder / "authored-news.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture
def decisions(tmp_path, split_examples):
    """Decisions of which the later ones are kept aside to evaluate on."""
    examples = [example for example in split_examples[1] if "reject" in example.labels]
    rows = [
        Row(
            id=str(number),
            site="gazette",
            article=f"a{number // 10}",
            text=example.text,
            reject=example.labels["reject"],
            reason=None,
            decided_at="2026-09-01T00:00:00+00:00",
            score_shown=True,
            outcome="review",
            model_version=None,
            score=None,
            inclusion=1.0,
            weight=1.0,
            split="evaluation" if number % 3 else "training",
        )
        for number, example in enumerate(examples)
    ]
    export.write(rows, tmp_path / "exports")
    return tmp_path / "exports"


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def run(database_url, models, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("MODELS_DIR", str(models))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments, code=0):
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def champion(database, taught, models):
    """The small model of these tests, serving."""
    card = Card(
        version=taught.version,
        kind="linear",
        threshold=0.3,
        threshold_basis="for a test",
        base_rate=0.4,
    )
    digest = registry.save(taught, card, models)
    with database.write() as session:
        promote.register(session, card, digest)
        promote.promote(session, card.version, "ana", force=True, why="the first")
    return card.version


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_candidate_worse_than_the_champion_is_trained_measured_and_refused(
    run, data, decisions, models, champion, tmp_path
):
    output = run("train", "--data", data, "--decisions", decisions, "--out", models)
    version, digest = output.split()[-2:]
    card = registry.read_card(models / version)
    assert {corpus.name for corpus in card.trained_on} == {"authored-news", "decisions"}
    assert 0 <= card.threshold <= 1
    assert "the blocks kept aside" in card.threshold_basis
    registry.load(models / version, digest)

    report = tmp_path / "reports" / "report.html"
    told = run("evaluate", version, "--data", decisions, "--report", report)
    assert "ROC AUC" in told
    page = report.read_text()
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert 'src="' not in page
    assert version in page

    refused = run("promote", version, code=1)
    assert f"worse than {champion} beyond the interval" in refused
    run("promote", version, "--force", "--why", "drill")
    assert f"{champion} serves again" in run("rollback", "--by", "ana")
    listed = run("list")
    assert "retired" in listed
    assert version in listed


def test_a_model_is_trained_without_any_database(data, tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    arguments = ["train", "--data", str(data), "--out", str(tmp_path / "models"), "--seed", "1"]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    again = ["train", "--data", str(data), "--out", str(tmp_path / "again"), "--seed", "1"]
    assert CliRunner().invoke(cli, again).exit_code == 0
    folders = [next((tmp_path / name).iterdir()) for name in ("models", "again")]
    first, second = (registry.load(folder, registry.digest(folder)) for folder in folders)
    assert first.score(["Bande de nuls !"]) == second.score(["Bande de nuls !"])


def test_the_command_exports_and_says_what_is_unknown(run, tmp_path):
    assert "0 decisions" in run("export", "--out", tmp_path / "exports")
    assert "no version v9" in run("promote", "v9", code=1)
