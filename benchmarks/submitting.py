"""From POST to 201: one client, one worker, comments of every length."""

import http.client
import json
import statistics
import time
from urllib.parse import urlsplit

from benchmarks.serving import Server, texts

COUNT = 500


def latencies(server: Server, count: int = COUNT) -> list[float]:
    """Submit comments one after the other; answer each one's milliseconds."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    taken = []
    for number, text in enumerate((texts() * 2)[: count + 20]):
        body = json.dumps(_comment(number, text))
        started = time.perf_counter()
        connection.request("POST", "/v1/comments", body, headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(1000 * (time.perf_counter() - started))
        if answer.status != 201:
            raise RuntimeError(f"comment {number} was answered {answer.status}")
    # The first ones warm caches up.
    return taken[20:]


def summary(server: Server) -> dict[str, str]:
    """Sum the latencies up."""
    taken = latencies(server)
    return {
        "median": f"{statistics.median(taken):.1f} ms",
        "p99": f"{statistics.quantiles(taken, n=100)[98]:.1f} ms",
        "comments": str(len(taken)),
    }


def _comment(number: int, text: str) -> dict[str, object]:
    return {
        "external_id": f"b{number}",
        "article": {
            "external_id": f"a{number % 20}",
            "url": f"https://bench.example/{number % 20}",
            "title": f"Article {number % 20}",
        },
        "author": {"external_id": f"u{number % 100}", "name": f"Lecteur {number % 100}"},
        "text": text,
    }
