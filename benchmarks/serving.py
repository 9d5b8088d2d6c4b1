"""A real server for benchmarks: gunicorn on a fresh database, with the shipped model."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api import setup
from moderation import sites
from moderation.database import Database
from moderation.policy import Policy

START_SECONDS = 60
# As `moderation serve`.
THREADS = 32
CORPUS = Path("data/seed/authored-news.jsonl")


@dataclass(frozen=True)
class Server:
    """A running server and a site's key to it."""

    url: str
    key: str
    pid: int
    database_url: str


def texts() -> list[str]:
    """Read comments of every length from the corpus written for this project."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@contextmanager
def server(workers: int = 1) -> Iterator[Server]:
    """Serve from a temporary folder until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/vigie.db"
        key = _prepare(url)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": secrets.token_hex(32)}
        environment |= {"SECURE_COOKIES": "false", "LIVE_STREAMS": str(THREADS - 8)}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--workers",
            str(workers),
            "--threads",
            str(THREADS),
        ]
        command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
        process = subprocess.Popen([*command, "api.wsgi:application()"], env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield Server(address, key, process.pid, url)
        finally:
            process.terminate()
            process.wait()


def _prepare(url: str) -> str:
    database = Database(url)
    database.upgrade()
    with database.write() as session:
        setup.install_model(session, Path("models"))
        return sites.new_key(session, sites.create(session, "bench", "Bench", Policy()), "bench")


def _wait(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health") as answer:
                if json.load(answer)["model"]:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not start with its model")
