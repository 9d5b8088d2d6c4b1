"""What a classifier answers, whatever is inside it; imports nothing heavy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

ATTRIBUTES: tuple[str, ...] = (
    "toxicity",
    "severe_toxicity",
    "identity_attack",
    "insult",
    "profanity",
    "threat",
    "sexually_explicit",
    "spam",
)


@dataclass(frozen=True, slots=True)
class Score:
    """Probabilities in [0, 1]: that a moderator would reject the text, and of each attribute."""

    reject: float
    attributes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much one word carried a score.

    `start` and `end` are code points of the original text; `weight` is the fall in the log-odds
    when that word is taken away, negative for a word that speaks in the comment's favour.
    """

    start: int
    end: int
    weight: float


class Classifier(Protocol):
    """A model that scores French comments and tells which words carried a score."""

    @property
    def version(self) -> str:
        """The name of the artefact, which every score carries."""
        ...

    def score(self, texts: Sequence[str]) -> list[Score]:
        """Answer one score a text, in order."""
        ...

    def explain(self, text: str, attribute: str = "reject") -> list[Contribution]:
        """Answer every word's contribution to `reject` or to an attribute, in reading order."""
        ...
