"""Perspective's requests, as pydantic models: proto3 JSON, with its two spellings of each name."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class Message(BaseModel):
    """Base of what is taken: null is absent, unknown fields are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: found for name, found in value.items() if found is not None}


class TextEntry(Message):
    """A comment, or a text around it."""

    text: str = ""
    type: str = "PLAIN_TEXT"

    @property
    def is_html(self) -> bool:
        """Whether the text is said to be HTML."""
        return self.type == "HTML"


class AttributeParameters(Message):
    """What is asked of one attribute."""

    score_type: str = "PROBABILITY"
    score_threshold: float = 0.0


class ArticleAndParentComment(Message):
    """The article that is commented, and the comment that is answered."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class Context(Message):
    """What surrounds a comment; `entries` is where Coral puts its ids."""

    entries: list[TextEntry] = Field(default_factory=list)
    article_and_parent_comment: ArticleAndParentComment | None = None


class Request(Message):
    """What both calls take."""

    comment: TextEntry = TextEntry()
    context: Context | None = None
    languages: list[str] = Field(default_factory=list)
    do_not_store: bool = False
    client_token: str | None = None
    community_id: str | None = None
    session_id: str | None = None


class Analyze(Request):
    """A call of `comments:analyze`."""

    requested_attributes: dict[str, AttributeParameters] = Field(default_factory=dict)
    span_annotations: bool = False


class Value(Message):
    """A score, whose absence is zero as in proto3."""

    value: float = 0.0


class SuggestedScores(Message):
    """What a person says of one attribute."""

    summary_score: Value | None = None


class SuggestScore(Request):
    """A call of `comments:suggestscore`."""

    attribute_scores: dict[str, SuggestedScores] = Field(default_factory=dict)
