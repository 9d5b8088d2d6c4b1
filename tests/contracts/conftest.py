"""The application behind a real socket, and the real clients of the protocols that it speaks."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask
from serving import served

Run = Callable[[Sequence[str]], Any]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a protocol says does not depend on the database: SQLite alone."""
    return sqlite_url


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    """The address of a live server."""
    with served(app) as url:
        yield url


@pytest.fixture
def run(base: str, key: str) -> Run:
    """Run a client's script against the server, and read what it found."""

    def run(command: Sequence[str]) -> Any:
        done = subprocess.run(
            [*command, base, key], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
