"""Commands for other systems."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from conftest import SECRET
from flask.testing import FlaskClient

from api import commands
from api.cli import cli
from moderation import outbox, signatures
from moderation.database import Database
from moderation.delivery import Failure, Worker
from moderation.tables import LogEntry, Site, Webhook

Run = Callable[..., Result]
URL = "https://gazette.example/hook"


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, site: Site) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setattr(commands.console, "width", 200)

    def run(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=text)

    return run


def test_a_coral_secret_is_asked_for_and_not_shown(
    run: Run, database: Database, site: Site
) -> None:
    done = run("coral-secret", "gazette", text="empsec_1\n")
    assert done.exit_code == 0
    assert "empsec_1" not in done.output
    with database.read() as session:
        signature = signatures.sign("empsec_1", b"x")
        assert signatures.verify(session, site, b"x", signature)
        [entry] = session.query(LogEntry).filter_by(action="site.coral_secret")
        assert (entry.subject, entry.details) == ("gazette", {})
    assert run("coral-secret", "nowhere", "--secret", "a").exit_code == 1


def test_webhooks_are_added_listed_replayed_and_removed(
    run: Run, client: FlaskClient, database: Database, site: Site
) -> None:
    added = run("webhooks", "add", "gazette", URL, "--event", "comment.queued")
    identifier, secret = added.output.split()
    assert secret.startswith("whsec_")
    with database.write() as session:
        webhook = session.get_one(Webhook, UUID(identifier))
        assert webhook.events == ["comment.queued"]
    client.post(
        "/v1/comments",
        json={
            "external_id": "c1",
            "article": {"external_id": "a", "url": "https://g.example/a", "title": "A"},
            "author": {"name": "Lucie"},
            "text": "Quel idiot !",
        },
    )
    Worker(database, lambda _: Failure("HTTP 410", answered=True)).deliver_due()
    assert "HTTP 410" in run("webhooks", "list").output
    Worker(database, lambda _: None).deliver_due()
    assert "0 events" in run("webhooks", "replay", identifier, "--failed").output
    assert run("webhooks", "remove", identifier).exit_code == 0
    assert "(removed)" in run("webhooks", "list").output
    with database.read() as session:
        written = session.query(LogEntry).filter_by(subject=identifier).order_by(LogEntry.id)
        actions = [entry.action for entry in written]
    assert actions[0] == "webhook.add"
    assert set(actions[1:]) == {"webhook.replay", "webhook.remove"}


def test_what_cannot_be_done_is_told(run: Run) -> None:
    nothing = str(UUID(int=0))
    for arguments in (["add", "gazette", "ftp://x"], ["remove", nothing], ["replay", nothing]):
        done = run("webhooks", *arguments)
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")


def test_a_body_is_the_same_for_all(database: Database, site: Site, client: FlaskClient) -> None:
    with database.write() as session:
        for number in range(2):
            outbox.subscribe(session, site, f"{URL}/{number}")
    client.post("/v1/comments/batch", json={"comments": []})
    sent: list[str] = []
    client.post(
        "/v1/comments",
        json={
            "external_id": "é",
            "article": {"external_id": "a", "url": "https://g.example/a", "title": "A"},
            "author": {"name": "Lucie"},
            "text": "Merci.",
        },
    )
    worker = Worker(database, lambda parcel: sent.append(parcel.body))
    while worker.deliver_due():
        pass
    assert len(sent) == 2
    assert json.loads(sent[0])["data"]["external_id"] == "é"
    assert sent[0] == sent[1]
