"""The encoder classifier: a small French transformer and the linear one, under calibrated heads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnxruntime
from scipy.special import expit
from tokenizers import Tokenizer

from moderation import linear
from moderation.classifier import ATTRIBUTES, Contribution, Score
from moderation.features import Unit, read
from moderation.heads import Heads, read_heads, write_heads
from moderation.linear import MAX_LENGTH, OUTPUTS, LinearClassifier
from moderation.vectoriser import Floats
from moderation.windows import PREFIX, Window, shown, spans

NETWORK, TOKENIZER, COMPANION, HEADS = (
    "encoder.onnx",
    "tokenizer.json",
    "companion.joblib",
    "heads.json",
)
# Words whose weight is measured by taking them away; that of the others is estimated.
MEASURED = 5


@dataclass(frozen=True)
class Seen:
    """What the network and the companion make of windows; `features` has one row a window."""

    features: Floats
    pieces: Sequence[Floats] = field(repr=False)


class EncoderClassifier:
    """Score with the network and its linear companion; of several windows the worst counts."""

    def __init__(
        self,
        version: str,
        network: bytes,
        tokenizer: bytes,
        companion: LinearClassifier,
        heads: Heads,
    ) -> None:
        self.version = version
        self.files = {NETWORK: network, TOKENIZER: tokenizer}
        self.companion = companion
        self.heads = heads
        self._session = onnxruntime.InferenceSession(
            network, _options(), providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        opening = self._tokenizer.encode(PREFIX)
        self._before, self._after = tuple(opening.ids[:-1]), tuple(opening.ids[-1:])

    def score(self, texts: Sequence[str]) -> list[Score]:
        """Answer one score a text, in order."""
        return [_score(row) for row in expit(self._highest(texts)).tolist()]

    def features(self, texts: Sequence[str]) -> Floats:
        """Answer one row of features a text, of its first window: what heads are fitted on."""
        return self.see([self.windows(text)[0] for text in texts]).features

    def explain(self, text: str, attribute: str = "reject") -> list[Contribution]:
        """Answer the contribution of each word of the window that gave the score.

        The words that seem to matter most are each taken away and the text scored again; the rest
        have their share of the last layer, on the same scale.
        """
        output = OUTPUTS.index(attribute)
        windows = self.windows(text)
        seen = self.see(windows)
        best = int(np.argmax(self.heads(seen.features)[:, output]))
        window, logit = windows[best], float(self.heads(seen.features)[best, output])
        part = text[window.start : window.end]
        words = self.companion.explain(part, attribute)
        estimates = self._estimate(window, seen.pieces[best], words, output)
        order = np.argsort(-np.abs(estimates), kind="stable")[:MEASURED]
        without = [part[: words[i].start] + part[words[i].end :] for i in order]
        falls = logit - self._highest(without)[:, output]
        weights = estimates * _scale(estimates[order], falls)
        weights[order] = falls
        return [
            Contribution(window.start + word.start, window.start + word.end, weight)
            for word, weight in zip(words, weights.tolist(), strict=True)
        ]

    def windows(self, text: str) -> list[Window]:
        """Cut a text into overlapping windows, most often one."""
        text = text[:MAX_LENGTH]
        units = read(text)
        written, places = shown(text, units)
        found = self._tokenizer.encode(written, add_special_tokens=False)
        starts = [places[min(start, len(places) - 1)] for start, _ in found.offsets]
        return [
            self._window(found.ids[a:b], starts, a, b, len(text), units)
            for a, b in spans(len(found.ids))
        ]

    def see(self, windows: Sequence[Window]) -> Seen:
        """Run the network and the companion over windows.

        The network reads them one by one: on one core a batch gains nothing, and as its arithmetic
        is scaled to what it reads, a text's score would depend on its neighbours.
        """
        answers = [self._run(window.ids) for window in windows]
        lexical = self.companion.logits([window.units for window in windows])
        logits, vectors = (np.stack([answer[part] for answer in answers]) for part in (0, 1))
        return Seen(np.hstack([logits, lexical, vectors]), [pieces for *_, pieces in answers])

    def _run(self, ids: Sequence[int]) -> tuple[Floats, Floats, Floats]:
        """Answer the logits of a window, its vector, and the logits of each of its pieces."""
        row = np.array([ids], np.int64)
        found = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})
        logits, vector, pieces = (part[0] for part in found)
        return logits, vector, pieces

    def _highest(self, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros((0, len(OUTPUTS)), np.float32)
        windows = [self.windows(text) for text in texts]
        logits = self.heads(self.see([w for found in windows for w in found]).features)
        starts = np.cumsum([0, *map(len, windows[:-1])])
        return np.asarray(np.maximum.reduceat(logits, starts, axis=0), np.float32)

    def _window(
        self,
        ids: Sequence[int],
        starts: Sequence[int],
        a: int,
        b: int,
        length: int,
        units: Sequence[Unit],
    ) -> Window:
        start = starts[a] if a else 0
        end = starts[b] if b < len(starts) else length
        inside = [unit for unit in units if start <= unit.start < end]
        return Window((*self._before, *ids, *self._after), tuple(starts[a:b]), start, end, inside)

    def _estimate(
        self, window: Window, pieces: Floats, words: Sequence[Contribution], output: int
    ) -> Floats:
        """Share the logits among words by the pieces of each, and add what the companion says."""
        count = len(OUTPUTS)
        weights = self.heads.weights[output]
        first = len(self._before)
        shares = pieces[first : first + len(window.places)] @ weights[:count] / len(window.ids)
        places = np.array(window.places, int) - window.start
        own = [shares[(places >= w.start) & (places < w.end)].sum() for w in words]
        lexical = [w.weight * weights[count + output] for w in words]
        return np.array(own, np.float32) + np.array(lexical, np.float32)


def dump(classifier: EncoderClassifier) -> Mapping[str, bytes]:
    """Write a classifier as the files of an artefact.

    Raises ValueError for one that was read from an artefact: it keeps no copy of its files.
    """
    if NETWORK not in classifier.files:
        raise ValueError("a classifier read from an artefact cannot be written again")
    companion = linear.dump(classifier.companion)[linear.ARTEFACT]
    return {**classifier.files, COMPANION: companion, HEADS: write_heads(classifier.heads)}


def load(files: Mapping[str, bytes], version: str) -> EncoderClassifier:
    """Read a classifier back from the files of an artefact that was verified."""
    companion = linear.load({linear.ARTEFACT: files[COMPANION]}, version)
    found = EncoderClassifier(
        version, files[NETWORK], files[TOKENIZER], companion, read_heads(files[HEADS])
    )
    # The service never writes a model back, and the copy weighs as much as the network.
    found.files = {}
    return found


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena keeps the largest batch's memory for good.
    options.enable_cpu_mem_arena = False
    return options


def _scale(estimates: Floats, falls: Floats) -> float:
    """Bring estimates to the scale of what was measured, never turning their sign."""
    size = float(np.abs(estimates).sum())
    return min(float(np.abs(falls).sum()) / size, 1.0) if size else 0.0


def _score(probabilities: Sequence[float]) -> Score:
    reject, *attributes = probabilities
    return Score(reject, dict(zip(ATTRIBUTES, attributes, strict=True)))
