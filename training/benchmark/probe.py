"""Speed and memory of one model, measured in a process of its own on one thread.

`python -m training.benchmark.probe` reads a Task as JSON and answers a Speed. It imports nothing
that a server would not, for the memory to be a worker's.
"""

import importlib
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
WARM_UP = 10
# XLM-R base, of the shape of the multilingual services' models: 278 M parameters.
XLM_R = "XLM-R base, random weights"
XLM_R_TEXTS = 40
XLM_R_SHAPE = {"vocab_size": 250_002, "max_position_embeddings": 514, "type_vocab_size": 1}
# French letters a piece of text, for a network whose tokeniser is not at hand.
LETTERS_A_PIECE = 4
MAX_PIECES = 512
BATCH = 16

Score = Callable[[Sequence[str]], object]


class Task(BaseModel):
    """The artefact to measure, or XLM-R when there is none, and the comments to measure it on."""

    folder: Path | None
    texts: list[str]


class Speed(BaseModel):
    """Seconds a comment alone, comments a second by batches, peak and artefact megabytes."""

    median: float
    p99: float
    batch: float
    memory: float
    size: float


def probe(task: Task) -> Speed:
    """Measure a model in a fresh process; raises CalledProcessError when it cannot be run."""
    answer = subprocess.run(
        [sys.executable, "-m", "training.benchmark.probe"],
        input=task.model_dump_json(),
        env={**os.environ, **dict.fromkeys(THREADS, "1")},
        capture_output=True,
        text=True,
        check=True,
    )
    return Speed.model_validate_json(answer.stdout.splitlines()[-1])


def machine() -> str:
    """Name the processor and the number of its cores."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


def has_torch() -> bool:
    """Tell whether the same-shape network can be built here."""
    return bool(find_spec("torch") and find_spec("transformers"))


def run(task: Task) -> Speed:
    """Measure a model in this process."""
    if task.folder:
        score, size = _artefact(task.folder)
        texts = task.texts
    else:
        score, size = _xlm_r()
        texts = task.texts[:XLM_R_TEXTS]
    for text in texts[:WARM_UP]:
        score([text])
    alone = sorted(_timed(score, [text]) for text in texts)
    whole = _timed(score, texts)
    return Speed(
        median=alone[len(alone) // 2],
        p99=alone[min(int(0.99 * len(alone)), len(alone) - 1)],
        batch=len(texts) / whole,
        memory=_peak(),
        size=size,
    )


def drawn(texts: Sequence[str], count: int, seed: int = 0) -> list[str]:
    """Draw the comments to measure on."""
    return random.Random(seed).sample(list(texts), min(count, len(texts)))  # noqa: S311


def _artefact(folder: Path) -> tuple[Score, float]:
    from moderation import registry

    classifier = registry.load(folder, registry.digest(folder))
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    return classifier.score, size / 1e6


def _xlm_r() -> tuple[Score, float]:
    """Build XLM-R with random weights, which compute as long as trained ones."""
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    torch.set_num_threads(1)
    config = transformers.XLMRobertaConfig(**XLM_R_SHAPE, num_labels=9)
    model = transformers.XLMRobertaForSequenceClassification(config).eval()

    def score(texts: Sequence[str]) -> object:
        lengths = [min(len(text) // LETTERS_A_PIECE + 2, MAX_PIECES) for text in texts]
        lengths.sort()
        with torch.inference_mode():
            for start in range(0, len(lengths), BATCH):
                batch = lengths[start : start + BATCH]
                ids = torch.full((len(batch), batch[-1]), 5)
                mask = torch.arange(batch[-1])[None] < torch.tensor(batch)[:, None]
                model(input_ids=ids, attention_mask=mask.long())
        return None

    return score, sum(weights.nbytes for weights in model.parameters()) / 1e6


def _timed(score: Score, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    score(texts)
    return time.perf_counter() - started


def _peak() -> float:
    """Answer the most memory that this process has held, in megabytes."""
    # What `getrusage` tells of a process counts that of its parent before it.
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    sys.stdout.write(run(Task.model_validate_json(sys.stdin.read())).model_dump_json())
