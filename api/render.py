"""Rows into what the API answers."""

from collections.abc import Iterable
from typing import Literal

from api.answers import (
    AppealOut,
    BatchItemOut,
    CommentDetail,
    CommentOut,
    DecisionOut,
    FindingOut,
    FlagOut,
    SanctionOut,
    ThreadEntry,
    VerdictOut,
)
from api.problems import Problem
from moderation import statements
from moderation.policy import Policy
from moderation.tables import Appeal, Comment, Decision, Flag, Refusal, Sanction, Verdict
from moderation.threads import Entry


def comment(row: Comment) -> CommentOut:
    """Show a comment as its site sees it."""
    return CommentOut(
        id=row.id,
        external_id=row.external_id,
        article_external_id=row.article.external_id,
        parent_external_id=row.parent_external_id,
        author_name=row.author.name,
        status=row.status,
        revision=row.revision,
        text=row.latest.text,
        created_at=row.posted_at,
        received_at=row.received_at,
        verdict=verdict(row.latest.verdict, Policy.model_validate(row.site.policy)),
    )


def detail(row: Comment, by: Decision | Refusal | None, last: Appeal | None) -> CommentDetail:
    """Show a comment with what decided it and the last appeal of its author."""
    return CommentDetail(
        **comment(row).model_dump(),
        decision=_refusal(by) if isinstance(by, Refusal) else by and _decision(by),
        appeal=appeal(last) if last else None,
    )


def appeal(row: Appeal) -> AppealOut:
    """Show where an appeal stands; nobody learns who judged it."""
    state: Literal["open", "granted", "dismissed"] = "open"
    if row.answer is not None:
        state = "dismissed" if row.answer.to_status == "rejected" else "granted"
    return AppealOut(id=row.id, state=state, created_at=row.created_at, settled_at=row.settled_at)


def flag(row: Flag) -> FlagOut:
    """Show a flag without what its reader told."""
    return FlagOut(
        id=row.id, reason=row.reason, created_at=row.created_at, resolved_at=row.resolved_at
    )


def _decision(row: Decision) -> DecisionOut:
    return DecisionOut(
        by="moderator",
        action=row.action,
        reason=row.reason,
        charter=row.charter,
        legal=row.legal,
        statement=row.statement,
        automated_detection=statements.detected(row.revision.verdict),
        decided_at=row.created_at,
    )


def _refusal(row: Refusal) -> DecisionOut:
    return DecisionOut(
        by="sanction",
        action="reject",
        reason=row.sanction.reason,
        charter=row.charter,
        legal=row.legal,
        statement=row.statement,
        automated_detection=False,
        decided_at=row.created_at,
    )


def verdict(row: Verdict, policy: Policy) -> VerdictOut:
    """Show what the machine made of a revision."""
    findings = [
        FindingOut(rule=found.rule, detail=statements.finding(found, policy), spans=found.spans)
        for found in row.findings
    ]
    return VerdictOut(
        outcome=row.outcome,
        reject=row.reject,
        attributes=row.attributes,
        findings=findings,
        threshold=row.threshold,
        inclusion=row.inclusion,
        model_version=row.model_version,
    )


def sanction(row: Sanction) -> SanctionOut:
    """Show a sanction to its site, without who imposed it or what they noted."""
    return SanctionOut(kind=row.kind, reason=row.reason, since=row.created_at, until=row.ends_at)


def entry(line: Entry) -> ThreadEntry:
    """Show one line of a thread to readers, without what they may not see."""
    row = line.comment
    return ThreadEntry(
        id=row.id,
        external_id=row.external_id,
        parent_external_id=row.parent_external_id,
        depth=line.depth,
        hidden=line.hidden,
        author_name=None if line.hidden else row.author.name,
        text=None if line.hidden else row.latest.text,
        created_at=row.posted_at,
        edited=row.revision > 1,
    )


def outcomes(results: Iterable[tuple[CommentOut, bool] | Problem]) -> list[BatchItemOut]:
    """Show the outcome of each comment of a batch."""
    return [
        BatchItemOut(status=result.status, problem=result)
        if isinstance(result, Problem)
        else BatchItemOut(status=201 if result[1] else 200, comment=result[0])
        for result in results
    ]
