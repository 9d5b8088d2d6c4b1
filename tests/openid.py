"""A certified OpenID provider in a process of its own."""

import json
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from environments import node

PROVIDER = ("oidc-provider@9.13.3",)
SECRET = "a secret between the two of them"


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def provider(port: int, client: str, people: Mapping[str, Any]) -> Iterator[str]:
    """Serve a provider that knows these people, and Vigie at an address, until the block ends."""
    told = {"redirect": f"{client}/oidc/callback", "back": f"{client}/login", "people": people}
    command = [*node("openid_provider.cjs", PROVIDER, "oidc-provider"), str(port), json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert b"listening" in process.stdout.readline()
        try:
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
