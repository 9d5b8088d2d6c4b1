"""What tests build their cases from."""

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

from moderation.classifier import ATTRIBUTES, Contribution, Score

# The last one is severe: its text is withheld until it is asked for.
KEYWORDS = ("idiot", "voleur", "égorger")
SEVERE = ("threat", "identity_attack", "severe_toxicity")
_numbers = count(1)


class StubClassifier:
    """Score by a few words: quick, and predictable."""

    version = "stub-1"

    def score(self, texts: Sequence[str]) -> list[Score]:
        return [self._score(text) for text in texts]

    def explain(self, text: str, attribute: str = "reject") -> list[Contribution]:
        words = [(match, match[0].lower()) for match in re.finditer(r"\w+", text)]
        return [
            Contribution(*match.span(), 2.0 if word in KEYWORDS else 0.0) for match, word in words
        ]

    def _score(self, text: str) -> Score:
        high = 0.9 if any(word in text.lower() for word in KEYWORDS) else 0.1
        severe = 0.9 if KEYWORDS[-1] in text.lower() else 0.1
        return Score(high, dict.fromkeys(ATTRIBUTES, high) | dict.fromkeys(SEVERE, severe))


class BrokenClassifier(StubClassifier):
    """Fail at every text."""

    version = "broken-1"

    def score(self, texts: Sequence[str]) -> list[Score]:
        raise RuntimeError("weights of sand")


def comment(text: str = "Un commentaire posé sur la rocade.", **fields: Any) -> dict[str, Any]:
    """A submission as a site would send it; `fields` replace its own."""
    return {
        "external_id": f"c{next(_numbers)}",
        "article": {
            "external_id": "a1",
            "url": "https://gazette.example/rocade",
            "title": "La rocade sera élargie",
        },
        "author": {"external_id": "u1", "name": "Lucie"},
        "text": text,
        **fields,
    }
