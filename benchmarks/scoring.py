"""The classifier alone, in one thread: a comment at a time, and an archive in batches."""

import resource
import statistics
import time
from pathlib import Path

from api.setup import SHIPPED
from benchmarks.serving import texts
from moderation import registry
from moderation.classifier import Classifier

BATCH = 100


def shipped() -> Classifier:
    """Load the model that a new installation starts with."""
    models = Path("models")
    folder = models / (models / SHIPPED).read_text().strip()
    return registry.load(folder, registry.digest(folder))


def summary() -> dict[str, str]:
    """Measure single scores, explanations, a batch, a 20 KB wall, and memory."""
    classifier, sample = shipped(), texts()
    classifier.score(sample[:50])
    single = [_milliseconds(classifier, [text]) for text in sample[:300]]
    explained = []
    for text in sample[:50]:
        started = time.perf_counter()
        classifier.explain(text)
        explained.append(1000 * (time.perf_counter() - started))
    started = time.perf_counter()
    for start in range(0, len(sample), BATCH):
        classifier.score(sample[start : start + BATCH])
    rate = len(sample) / (time.perf_counter() - started)
    wall = " ".join(sample)[:20_000]
    return {
        "model": classifier.version,
        "one comment, median": f"{statistics.median(single):.1f} ms",
        "one comment, p99": f"{statistics.quantiles(single, n=100)[98]:.1f} ms",
        "one explanation, median": f"{statistics.median(explained):.1f} ms",
        "batch": f"{rate:.0f} comments/s",
        "20,000 characters": f"{_milliseconds(classifier, [wall]):.0f} ms",
        "peak memory of this process": (
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
        ),
    }


def _milliseconds(classifier: Classifier, sample: list[str]) -> float:
    started = time.perf_counter()
    classifier.score(sample)
    return 1000 * (time.perf_counter() - started)
