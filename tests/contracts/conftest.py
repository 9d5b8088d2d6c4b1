"""The application behind a real socket, and the real clients of the protocols that it speaks."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

Run = Callable[[Sequence[str]], Any]


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> str:
    """What a protocol says does not depend on the database: SQLite alone."""
    copy = tmp_path / "vigie.db"
    copy.write_bytes(template.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    """The address of a live server."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


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
