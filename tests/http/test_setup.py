"""Setting an installation up, and finding it again."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from api import cli, setup
from moderation.champion import Champion
from moderation.database import Database
from moderation.errors import ModelUnavailable
from moderation.tables import Comment, ModelVersion, Site

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)


def test_the_demo_has_comments_of_every_fate(
    database: Database, champion: Champion, app: Flask, in_repository: None
) -> None:
    credentials = setup.install_demo(database, champion)
    assert credentials is not None

    browser = app.test_client()
    answer = browser.post(
        "/login", data={"login": credentials.login, "password": credentials.password}
    )
    assert answer.headers["Location"] == "/queue"
    page = browser.get("/demo").text
    assert "installer le siège à Saint-Étienne" in page
    with database.read() as session:
        assert session.query(Comment).count() > 10
        assert session.query(Comment).filter_by(status="pending").count() > 0
        assert session.query(Comment).filter_by(status="approved").count() > 0


def test_a_second_start_keeps_everything(
    database: Database, champion: Champion, in_repository: None
) -> None:
    setup.install_demo(database, champion)
    assert setup.install_demo(database, champion) is None
    with database.read() as session:
        assert session.query(Site).count() == 1


def test_without_the_demo_site_its_page_does_not_exist(visitor: FlaskClient) -> None:
    assert visitor.get("/demo").status_code == 404


def test_the_shipped_model_serves_a_new_installation(
    database: Database, in_repository: None
) -> None:
    with database.write() as session:
        version = setup.install_model(session, Path("models"))
    with database.write() as session:
        assert setup.install_model(session, Path("models")) is None
    champion = Champion(database, Path("models"), timeout=30)
    champion.refresh()
    assert champion.serving is not None
    assert champion.serving.version == version
    calm, rude = champion.assess(["Merci pour cet article.", "Ferme ta gueule, sale con."])
    assert calm.score.reject < calm.threshold < rude.score.reject


def test_an_installation_without_its_model_says_so(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="SHIPPED"), database.write() as session:
        setup.install_model(session, tmp_path)
    with database.read() as session:
        assert session.query(ModelVersion).count() == 0


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = setup.secret_key(path)
    assert len(secret) >= 32
    assert setup.secret_key(path) == secret
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests, 32 characters long")
    return CliRunner()


def test_sites_keys_and_policies_by_command(
    command: CliRunner, visitor: FlaskClient, database: Database
) -> None:
    made = command.invoke(cli.cli, ["create-site", "echo", "L’Écho"])
    key = made.output.strip()
    headers = {"Authorization": f"Bearer {key}"}
    assert visitor.get("/v1/comments", headers=headers).status_code == 200

    changed = command.invoke(cli.cli, ["set-policy", "echo", "audit_share=0.1", 'words=["zut"]'])
    assert changed.exit_code == 0
    with database.read() as session:
        policy = session.query(Site).one().policy
    assert (policy["audit_share"], policy["words"]) == (0.1, ["zut"])

    command.invoke(cli.cli, ["revoke-key", key])
    assert visitor.get("/v1/comments", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "arguments",
    [
        ["set-policy", "echo", "audit_share=0.1"],
        ["create-key", "echo", "x"],
        ["revoke-key", "vigie_x"],
        ["create-moderator", "camille", "Camille", "--password", "court"],
    ],
)
def test_a_command_that_cannot_be_done_says_why(command: CliRunner, arguments: list[str]) -> None:
    result = command.invoke(cli.cli, arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
