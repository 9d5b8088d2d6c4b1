"""What the API answers, as pydantic models; the OpenAPI document is made from them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.problems import Problem
from api.schemas import Status


class FindingOut(BaseModel):
    """What a rule found; spans are half-open intervals of code points."""

    rule: str
    detail: str = Field(description="A sentence for the moderator, in French.")
    spans: list[tuple[int, int]]


class VerdictOut(BaseModel):
    """What the machine made of the text."""

    outcome: Literal["approve", "review", "audit", "refuse"]
    reject: float | None = Field(
        description="Probability that a moderator would refuse it; null when no model could tell."
    )
    attributes: dict[str, float]
    findings: list[FindingOut]
    threshold: float | None
    inclusion: float = Field(description="Probability that a human was to see this comment.")
    model_version: str | None


class CommentOut(BaseModel):
    """A stored comment, as its site sees it."""

    id: UUID
    external_id: str
    article_external_id: str
    parent_external_id: str | None
    author_name: str
    status: Status
    revision: int
    text: str
    created_at: datetime
    received_at: datetime
    verdict: VerdictOut


class FlagOut(BaseModel):
    """A reader's report, as its site sees it."""

    id: UUID
    reason: str
    created_at: datetime
    resolved_at: datetime | None = Field(description="When a moderator decided on the comment.")


class AppealOut(BaseModel):
    """An author's appeal: `open`, or answered by a new decision."""

    id: UUID
    state: Literal["open", "granted", "dismissed"]
    created_at: datetime
    settled_at: datetime | None


class DecisionOut(BaseModel):
    """A decision, as its author may read it: whoever took it is not named."""

    by: Literal["moderator", "sanction"] = Field(
        description="A sanction against the author refuses whatever they send."
    )
    action: Literal["approve", "reject"]
    reason: str | None
    charter: str | None = Field(description="The charter's article, as it stood on that day.")
    legal: str | None = Field(description="The law's articles, where the ground is the law.")
    statement: str | None = Field(description="What the author is told, in French.")
    automated_detection: bool = Field(description="The machine led the comment to review.")
    decided_at: datetime


class CommentDetail(CommentOut):
    """A stored comment with what decided it and its author's last appeal, if there are."""

    decision: DecisionOut | None = Field(
        description="Null where neither a moderator nor a sanction decided its text."
    )
    appeal: AppealOut | None


class CommentPage(BaseModel):
    """A page of comments."""

    comments: list[CommentOut]
    next_cursor: UUID | None


class BatchItemOut(BaseModel):
    """One comment's outcome: 201 new, 200 known already, else a problem."""

    status: int
    comment: CommentOut | None = None
    problem: Problem | None = None


class BatchOut(BaseModel):
    """The outcomes, in the order of the comments sent."""

    results: list[BatchItemOut]


class ThreadEntry(BaseModel):
    """One line of a thread; `hidden` keeps the place of a comment that readers may not see."""

    id: UUID
    external_id: str
    parent_external_id: str | None
    depth: int
    hidden: bool
    author_name: str | None
    text: str | None
    created_at: datetime
    edited: bool


class ThreadPage(BaseModel):
    """Threads, the oldest first, each comment followed by its answers."""

    comments: list[ThreadEntry]
    next_cursor: UUID | None


class SanctionOut(BaseModel):
    """A sanction that holds now; a null `until` means for good."""

    kind: Literal["warning", "premoderation", "suspension", "ban"]
    reason: str
    since: datetime
    until: datetime | None


class AuthorOut(BaseModel):
    """How an author stands on the calling site."""

    external_id: str
    sanctions: list[SanctionOut]


class ErasureOut(BaseModel):
    """How many comments were erased with their author."""

    comments_erased: int
