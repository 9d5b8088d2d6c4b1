"""What the API takes, as pydantic models; the OpenAPI document is made from them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from moderation.appeals import MESSAGE_MAX_LENGTH
from moderation.errors import InvalidText
from moderation.flags import DETAILS_MAX_LENGTH, Reason
from moderation.text import clean

Status = Literal["pending", "approved", "rejected", "removed"]
BATCH_MAX = 100


def _one_line(value: str) -> str:
    try:
        cleaned = clean(value)
    except InvalidText as error:
        raise ValueError(error.detail) from error
    line = " ".join(cleaned.split())
    if not line:
        raise ValueError("is blank")
    return line


def _prose(value: str) -> str:
    try:
        cleaned = clean(value)
    except InvalidText as error:
        raise ValueError(error.detail) from error
    if not cleaned:
        raise ValueError("is blank")
    return cleaned


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("is not an http or https address")
    return value


ExternalId = Annotated[
    str, StringConstraints(min_length=1, max_length=255), AfterValidator(_one_line)
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_one_line)]
Address = Annotated[
    str,
    StringConstraints(min_length=10, max_length=2_000),
    AfterValidator(_one_line),
    AfterValidator(_web_address),
]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
# The site's own limit is lower: this one only bounds what is looked at.
RawText = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]


class Strict(BaseModel):
    """Base of what is taken: an unknown field is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArticleIn(Strict):
    """The article a comment belongs to."""

    external_id: ExternalId
    url: Address
    title: Title
    section: Title | None = None


class AuthorIn(Strict):
    """Who wrote a comment. The e-mail is fingerprinted, never stored; the IP is not kept at all."""

    external_id: ExternalId | None = None
    name: Name
    email: Email | None = None
    ip: Annotated[str, StringConstraints(max_length=45)] | None = None


class CommentIn(Strict):
    """A reader's comment."""

    external_id: ExternalId
    article: ArticleIn
    author: AuthorIn
    text: RawText
    parent_external_id: ExternalId | None = None
    created_at: AwareDatetime | None = Field(
        None, description="When the reader posted it, with a time zone; now, if left out."
    )


class EditIn(Strict):
    """An author's edit."""

    text: RawText


# What is wrong with one comment must not refuse the others: it is taken as it is, and judged later.
BatchItem = Annotated[CommentIn | Any, Field(union_mode="left_to_right")]


class BatchIn(Strict):
    """Up to 100 comments; each is validated on its own and has its own outcome."""

    comments: Annotated[list[BatchItem], Field(min_length=1, max_length=BATCH_MAX)]


class ArticleUpdate(Strict):
    """An article as its site now describes it."""

    url: Address
    title: Title
    section: Title | None = None
    closed: bool = Field(False, description="Closed: what still arrives goes to review.")


class FlagIn(Strict):
    """A reader's report of a comment."""

    reason: Reason
    details: (
        Annotated[
            str,
            StringConstraints(min_length=1, max_length=DETAILS_MAX_LENGTH),
            AfterValidator(_prose),
        ]
        | None
    ) = None
    reporter_external_id: ExternalId | None = Field(
        None, description="Who reports, by your own id: fingerprinted, never stored."
    )


class AppealIn(Strict):
    """An author's appeal against the decision that refused their comment."""

    message: Annotated[
        str,
        StringConstraints(min_length=1, max_length=MESSAGE_MAX_LENGTH),
        AfterValidator(_prose),
    ]


class CommentPath(BaseModel):
    """A comment, by our id."""

    id: UUID


class ArticlePath(BaseModel):
    """An article, by its site's id."""

    external_id: ExternalId


class AuthorPath(BaseModel):
    """An author, by their site's id."""

    external_id: ExternalId


class ListQuery(Strict):
    """Which comments to list."""

    article: ExternalId | None = None
    external_id: ExternalId | None = None
    status: Status | None = None
    cursor: UUID | None = Field(None, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=100)


class ThreadQuery(Strict):
    """Which page of an article's threads to answer."""

    cursor: UUID | None = Field(None, description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=200, description="Threads a page.")


class RemoveQuery(Strict):
    """How to remove a comment."""

    erase: bool = Field(False, description="Blank the texts for good (RGPD art. 17).")
