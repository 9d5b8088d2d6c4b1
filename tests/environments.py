"""Environments of the real clients: made once, of one client each, and kept in the virtual one."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(sys.prefix) / "clients"
SCRIPTS = Path(__file__).parent / "contracts" / "clients"
NODE_PACKAGES = (
    "akismet-api@6.0.0",
    "akismet@2.0.7",
    "googleapis@178.0.0",
    "perspective-api-client@3.1.0",
)


def python(requirement: str, script: str) -> list[str]:
    """The command of a Python client's script, in an environment with this requirement alone."""
    folder = ROOT / requirement.replace("==", "-")
    interpreter = folder / "bin" / "python"

    def make() -> None:
        quiet = {"check": True, "capture_output": True, "timeout": 300}
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], **quiet)
        pip = [sys.executable, "-m", "pip", "--python", interpreter, "install", "--quiet"]
        pip += ["--disable-pip-version-check", "--no-compile"]
        subprocess.run([*pip, requirement], **quiet)

    _once(folder, requirement, make)
    return [str(interpreter), str(SCRIPTS / script)]


def node(script: str, packages: tuple[str, ...] = NODE_PACKAGES, kept_in: str = "npm") -> list[str]:
    """The command of a JavaScript program; skips where there is no npm."""
    npm, interpreter = shutil.which("npm"), shutil.which("node")
    if npm is None or interpreter is None:
        pytest.skip("no npm on this machine: JavaScript programs were not tried")
    folder = ROOT / kept_in

    def make() -> None:
        folder.mkdir(parents=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", *packages]
        subprocess.run([*command, "--prefix", folder], check=True, capture_output=True, timeout=300)

    _once(folder, " ".join(packages), make)
    return ["env", f"NODE_PATH={folder / 'node_modules'}", interpreter, str(SCRIPTS / script)]


def _once(folder: Path, content: str, make: Callable[[], None]) -> None:
    stamp = folder / "made-of"
    with _locked(folder):
        if not stamp.exists() or stamp.read_text() != content:
            shutil.rmtree(folder, ignore_errors=True)
            make()
            stamp.write_text(content)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other test processes from making the same one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
