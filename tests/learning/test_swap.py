"""Promotion on a running server: every worker follows, and no request is lost."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from factories import comment

from moderation import registry, sites
from moderation.database import Database
from moderation.features import read
from moderation.linear import OUTPUTS, LinearClassifier
from moderation.policy import Policy
from moderation.registry import Card
from moderation.vectoriser import Vectoriser
from training import promote as promotions

WITHIN_SECONDS = 10
SECRET = "a secret of the tests, 32 characters long"


def save(models: Path, version: str) -> tuple[Card, str]:
    """Save a model of two words, quick to load."""
    vectoriser = Vectoriser(1, 1).fit([read("quel idiot"), read("merci pour cet article")])
    coefficients = np.ones((len(OUTPUTS), vectoriser.size), dtype=np.float32)
    classifier = LinearClassifier(version, vectoriser, coefficients, np.zeros(9, dtype=np.float32))
    card = Card(
        version=version,
        kind="linear",
        created_at=datetime.now(UTC),
        threshold=0.5,
        threshold_basis="for a test",
        base_rate=0.2,
    )
    return card, registry.save(classifier, card, models)


class Server:
    """Two gunicorn workers, and a client that never stops posting."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.versions: list[str | None] = []
        self.statuses: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._post_on)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _post_on(self) -> None:
        while not self._stop.is_set():
            self.post()

    def post(self) -> str | None:
        """Submit a comment on a connection of its own; answer the version that scored it."""
        request = urllib.request.Request(
            f"{self.url}/v1/comments",
            json.dumps(comment(f"Un avis donné à {time.monotonic_ns()}.")).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            self.statuses.add(answer.status)
            version: str | None = json.load(answer)["verdict"]["model_version"]
        self.versions.append(version)
        return version

    def serves(self, version: str, times: int = 40) -> bool:
        """Whether both workers serve a version: none of many answers comes from another."""
        return all(self.post() == version for _ in range(times))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def server(database: Database, database_url: str, tmp_path: Path) -> Iterator[Server]:
    card, digest = save(tmp_path / "models", "first")
    with database.write() as session:
        promotions.register(session, card, digest).state = "champion"
        key = sites.new_key(session, sites.create(session, "s", "S", Policy()), "tests")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "MODELS_DIR": str(tmp_path / "models"),
        "SECRET_KEY": SECRET,
        "CHAMPION_TTL": "0.2",
    }
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", "api.wsgi:application()"]
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
    server = Server(f"http://127.0.0.1:{port}", key)
    try:
        until(lambda: answers(server) and server.serves("first"), 60)
        yield server
    finally:
        process.terminate()
        process.wait()


def answers(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/health"):
            return True
    except OSError:
        return False


def until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"


def test_every_worker_follows_a_promotion_and_no_request_is_lost(
    server: Server, database: Database, tmp_path: Path
) -> None:
    server.start()
    card, digest = save(tmp_path / "models", "second")
    with database.write() as session:
        promotions.register(session, card, digest)
        promotions.promote(session, "second", "tests", force=True, why="a test")

    until(lambda: server.serves("second"), WITHIN_SECONDS)

    server.stop()
    assert server.statuses == {201}
    assert set(server.versions) == {"first", "second"}


def test_an_altered_artefact_is_refused_and_the_old_model_goes_on(
    server: Server, database: Database, tmp_path: Path
) -> None:
    card, digest = save(tmp_path / "models", "altered")
    for file in (tmp_path / "models" / "altered").iterdir():
        if file.suffix != ".md":
            file.chmod(0o644)
            file.write_bytes(file.read_bytes() + b" ")
    with database.write() as session:
        promotions.register(session, card, digest)
        promotions.promote(session, "altered", "tests", force=True, why="a test")
    card, digest = save(tmp_path / "models", "third")
    assert server.serves("first")

    with database.write() as session:
        promotions.register(session, card, digest)
        promotions.promote(session, "third", "tests", force=True, why="a test")
    until(lambda: server.serves("third"), WITHIN_SECONDS)
    assert "altered" not in server.versions
    assert server.statuses == {201}
