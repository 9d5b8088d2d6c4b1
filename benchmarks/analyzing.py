"""`comments:analyze` as newsrooms call it: twenty clients at once, for a minute."""

import http.client
import itertools
import json
import statistics
import threading
import time
from urllib.parse import urlsplit

from benchmarks.serving import Server, texts

CLIENTS = 20
SECONDS = 60.0


def latencies(server: Server, clients: int = CLIENTS, seconds: float = SECONDS) -> list[float]:
    """Let each client call as soon as it is answered; answer each call's milliseconds."""
    taken: list[list[float]] = [[] for _ in range(clients)]
    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_call, args=(server, number, ends, taken[number]))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [each for one in taken for each in one]


def summary(server: Server) -> dict[str, str]:
    """Sum the latencies up; a call that is not answered 200 ends its client, and is missed."""
    _call(server, 0, time.monotonic() + 2, [])
    started = time.monotonic()
    taken = latencies(server)
    rate = len(taken) / (time.monotonic() - started)
    return {
        "median": f"{statistics.median(taken):.1f} ms",
        "p99": f"{statistics.quantiles(taken, n=100)[98]:.1f} ms",
        "calls": f"{len(taken)}, {rate:.0f} a second",
    }


def _call(server: Server, number: int, ends: float, taken: list[float]) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    path = f"/v1alpha1/comments:analyze?key={server.key}"
    for text in itertools.islice(itertools.cycle(texts()), number * 17, None):
        if time.monotonic() >= ends:
            return
        body = json.dumps(_request(text))
        started = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        taken.append(1000 * (time.perf_counter() - started))
        if answer.status != 200:
            raise RuntimeError(f"answered {answer.status}")


def _request(text: str) -> dict[str, object]:
    """Ask what Coral asks."""
    return {
        "comment": {"text": text},
        "doNotStore": True,
        "requestedAttributes": {"LIKELY_TO_REJECT": {}},
        "languages": ["fr"],
    }
