"""Why a text has its score: the words and the sentences that carried it, kept for a while."""

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from moderation.champion import Assessment, Champion
from moderation.classifier import Contribution
from moderation.french import sentences

# The sentences of a text are told apart from this length on, and measured up to this many.
LONG, MEASURED = 200, 6
# A sentence carries a score when the log-odds fall by as much without it, and by as much of the
# greatest fall.
FALL, SHARE = 0.5, 0.5
KEPT = 2_000
ELIDED = "'’"
# Log-odds of what a model calls certain.
CERTAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Explanation:
    """What carried a score; positions only, no text. Empty when the model could not tell."""

    words: Sequence[Contribution] = ()
    sentences: Sequence[Contribution] = ()


class Explanations:
    """Explain revisions with the serving model, and keep the latest explanations."""

    def __init__(self, champion: Champion) -> None:
        self._champion = champion
        self._kept: OrderedDict[tuple[UUID, str, str], Explanation] = OrderedDict()
        self._lock = threading.Lock()

    def can(self, version: str | None) -> bool:
        """Tell whether scores of this model can be explained: it must still serve."""
        serving = self._champion.serving
        return serving is not None and serving.version == version

    def of(self, revision_id: UUID, text: str, version: str, attribute: str) -> Explanation:
        """Explain one score of a revision; failures are not kept."""
        key = (revision_id, version, attribute)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        words = _joined(text, self._champion.explain(text, version, attribute))
        found = Explanation(words, self._sentences(text, words, version, attribute))
        if words:
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found

    def _sentences(
        self, text: str, words: Sequence[Contribution], version: str, attribute: str
    ) -> list[Contribution]:
        """Take each sentence away and score again, as `Classifier.explain` does with words.

        Only around the words that it told of: they are in the part that gave a long text its score.
        """
        if len(text) < LONG or not words:
            return []
        first, last = words[0].start, words[-1].end
        spans = [(a, b) for a, b in sentences(text) if a < last and b > first]
        if len(spans) < 2:
            return []
        part = text[spans[0][0] : spans[-1][1]]
        chosen = sorted(_heaviest(spans, words))
        start = spans[0][0]
        without = [part[: a - start] + part[b - start :] for a, b in chosen]
        levels = [_log_odds(found, attribute) for found in self._champion.assess([part, *without])]
        if any(level is None for level in levels) or not self.can(version):
            return []
        whole, *others = (level or 0.0 for level in levels)
        falls = [
            Contribution(a, b, whole - other) for (a, b), other in zip(chosen, others, strict=True)
        ]
        least = max(FALL, SHARE * max(fall.weight for fall in falls))
        return [fall for fall in falls if fall.weight >= least]


def _joined(text: str, words: Sequence[Contribution]) -> list[Contribution]:
    """Make one word of an elided one and the next: « d’incapables » carries as a whole."""
    joined: list[Contribution] = []
    for word in words:
        before = joined[-1] if joined else None
        if before and before.end == word.start and text[before.end - 1] in ELIDED:
            weight = before.weight + word.weight
            joined[-1] = Contribution(before.start, word.end, weight)
        else:
            joined.append(word)
    return joined


def _heaviest(
    spans: Sequence[tuple[int, int]], words: Sequence[Contribution]
) -> list[tuple[int, int]]:
    def weight(span: tuple[int, int]) -> float:
        start, end = span
        return sum(max(word.weight, 0.0) for word in words if start <= word.start < end)

    return sorted(spans, key=weight, reverse=True)[:MEASURED]


def _log_odds(found: Assessment, attribute: str) -> float | None:
    if found.score is None:
        return None
    score = found.score
    chance = score.reject if attribute == "reject" else score.attributes[attribute]
    chance = min(max(chance, CERTAIN), 1 - CERTAIN)
    return math.log(chance / (1 - chance))
