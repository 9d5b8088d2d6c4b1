"""From Perspective's requests to texts to score, and from scores to its answers; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from api.facade import readable
from api.perspective.errors import comment_error, language_error
from api.perspective.messages import Analyze, AttributeParameters, Request, TextEntry
from moderation.classifier import ATTRIBUTES, Score
from moderation.languages import has_words
from moderation.text import sentences

MAX_BYTES = 20_480
# A text of very many sentences has spans of several: each is a text to score.
MAX_SPANS = 100
REJECT = "LIKELY_TO_REJECT"
NAMES = {REJECT: "reject", **{name.upper(): name for name in ATTRIBUTES}}
EXPERIMENTAL = "_EXPERIMENTAL"
HOME = "fr"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requested attribute: its key in the answer, what it is of ours, and its version."""

    key: str
    output: str
    version: str | None
    threshold: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the comment: where it is in what was sent, in code points, and its plain text."""

    start: int
    end: int
    text: str


def check(request: Request) -> str:
    """Answer the comment's plain text, or raise Perspective's error on it or its context."""
    comment = request.comment
    if len(comment.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise comment_error("Comment text too long.", "COMMENT_TOO_LONG")
    plain = readable(comment.text, markup=comment.is_html)
    if not plain:
        raise comment_error("Comment must be non-empty.", "COMMENT_EMPTY")
    context = request.context
    if context and context.entries and context.article_and_parent_comment:
        raise comment_error(
            "Context can have either entries or article_and_parent_comment,"
            " but both fields were populated.",
            "INVALID_REQUEST",
        )
    return plain


def wanted(request: Analyze) -> list[Wanted]:
    """Read the requested attributes, or raise the error of the first one that cannot be had."""
    if not request.requested_attributes:
        raise comment_error("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
    return [_wanted(key, asked) for key, asked in request.requested_attributes.items()]


def unknown(key: str) -> Exception:
    """Make the error of an attribute, or of a version, that we do not have."""
    return comment_error(f"Unknown requested attribute: {key}", "INVALID_REQUEST")


def languages(
    request: Analyze, detected: str | None, accepted: Sequence[str], first: str
) -> tuple[list[str], list[str]]:
    """Answer the languages taken and those found, or raise if the site refuses them.

    `first` is the attribute that a refusal names. A site that accepts any language has a text
    whose language is unsure scored as French.
    """
    asked = [language for language in request.languages if language]
    if not asked and not has_words(request.comment.text):
        raise comment_error("Unable to detect language", "LANGUAGE_DETECTION_FAILED")
    found = [detected] if detected else (asked or [HOME])
    taken = asked or found
    refused = [each for each in taken if accepted and _primary(each) not in accepted]
    if refused:
        raise language_error(first, refused, requested=bool(asked))
    return taken, found


def passages(comment: TextEntry, plain: str, *, by_sentence: bool) -> list[Passage]:
    """Cut a comment into the passages to score: the whole, then its sentences where asked for."""
    whole = Passage(0, len(comment.text), plain)
    if not by_sentence:
        return [whole]
    spans = _merged(sentences(comment.text))
    parts = (
        Passage(start, end, readable(comment.text[start:end], markup=comment.is_html))
        for start, end in spans
    )
    return [whole, *(part for part in parts if part.text)]


def attribute_scores(
    text: str, found: Sequence[Passage], asked: Iterable[Wanted], scores: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the scores of those attributes that reach their thresholds.

    `scores` holds, for each attribute's key, one probability a passage, the whole comment first.
    """
    units = utf16_offsets(text)
    spans = [(units[part.start], units[part.end]) for part in (found[1:] or found)]
    answer = {}
    for each in asked:
        whole, *parts = scores[each.key]
        if whole >= each.threshold:
            answer[each.key] = {
                "summaryScore": _score(whole),
                "spanScores": [
                    {"begin": begin, "end": end, "score": _score(value)}
                    for (begin, end), value in zip(spans, parts or [whole], strict=True)
                ],
            }
    return answer


def probability(score: Score, reject: float, output: str) -> float:
    """Read one output; `reject` is the score's own, restated for the site."""
    return reject if output == "reject" else score.attributes[output]


def utf16_offsets(text: str) -> list[int]:
    """Tell, for each code point's place and for the end, its place in UTF-16 code units."""
    return list(accumulate((2 if ord(each) > 0xFFFF else 1 for each in text), initial=0))


def _wanted(key: str, asked: AttributeParameters) -> Wanted:
    name, _, version = key.partition("@")
    output = NAMES.get(name.removesuffix(EXPERIMENTAL))
    if output is None:
        raise unknown(key)
    if asked.score_type not in ("PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
        raise comment_error(
            f"Requested score type {asked.score_type} is not supported by attribute {key}",
            "INVALID_REQUEST",
        )
    return Wanted(key, output, version or None, asked.score_threshold)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    together = -(-len(spans) // MAX_SPANS) or 1
    groups = (spans[at : at + together] for at in range(0, len(spans), together))
    return [(group[0][0], group[-1][1]) for group in groups]


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _score(value: float) -> dict[str, Any]:
    return {"value": value, "type": "PROBABILITY"}
