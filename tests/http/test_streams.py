"""Live streams on a real gunicorn worker."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from factories import comment
from flask import Flask
from flask.testing import FlaskClient
from people import PASSWORD

from api.login import limiter
from moderation import accounts
from moderation.database import Database
from moderation.settings import Settings

ROOT = Path(__file__).parents[2]
Get = Callable[[str], http.client.HTTPResponse]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Threads and signals do not depend on the database: SQLite alone."""
    return sqlite_url


@pytest.fixture
def cookie(app: Flask, database: Database) -> str:
    limiter.reset()
    with database.write() as session:
        accounts.create(session, "camille", "Camille", PASSWORD)
    browser = app.test_client()
    browser.post("/login", data={"login": "camille", "password": PASSWORD})
    kept = browser.get_cookie("vigie")
    assert kept is not None
    return f"vigie={kept.value}"


@pytest.fixture
def worker(database: Database, settings: Settings) -> Iterator[tuple[int, subprocess.Popen]]:
    """A gunicorn worker of three threads, two of which may stream; answers its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "LIVE_STREAMS": "2",
        "SECURE_COOKIES": "false",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "--threads", "3", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "api.wsgi:application()"], env=environment, cwd=ROOT
    )
    yield port, process
    process.kill()
    process.wait()


@pytest.fixture
def get(worker: tuple[int, subprocess.Popen], cookie: str) -> Iterator[Get]:
    """Ask the worker for a path, once it answers at all; what is left open is closed at the end."""
    with ExitStack() as opened:

        def get(path: str) -> http.client.HTTPResponse:
            connection = http.client.HTTPConnection("127.0.0.1", worker[0], timeout=60)
            opened.callback(connection.close)
            connection.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
            answer = connection.getresponse()
            opened.callback(answer.close)
            return answer

        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                get("/health").read()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield get


def next_event(stream: http.client.HTTPResponse) -> dict:
    while not (line := stream.readline()).startswith(b"data: "):
        assert line, "the stream ended"
    return json.loads(line.removeprefix(b"data: "))


def test_streams_leave_threads_free_tell_at_once_and_end_with_the_worker(
    worker: tuple[int, subprocess.Popen], get: Get, client: FlaskClient
) -> None:
    process = worker[1]
    streams = [get("/live") for _ in range(2)]
    assert [next_event(stream)["comments"] for stream in streams] == [[], []]
    assert streams[0].headers["X-Accel-Buffering"] == "no"
    assert get("/live").status == 503

    stored = client.post("/v1/comments", json=comment("Ce voleur !")).json
    for stream in streams:
        assert [row["id"] for row in next_event(stream)["comments"]] == [stored["id"]]
    assert get("/queue").status == 200

    streams.pop().close()
    deadline = time.monotonic() + 10
    while (again := get("/live")).status == 503:
        assert time.monotonic() < deadline, "a browser that left still holds its thread"
    next_event(again)

    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    ended = threading.Thread(target=process.wait)
    ended.start()
    for stream in (streams[0], again):
        stream.read()
    ended.join(timeout=20)
    assert process.returncode == 0
    assert time.monotonic() - started < 8
