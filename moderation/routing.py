"""Routing a stored comment: gather what the rules may know, decide, keep the verdict."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from moderation import duplicates, outbox, rules, scores, search, standing, statements
from moderation import policy as policies
from moderation.champion import Assessment
from moderation.normalise import normalise
from moderation.policy import Outcome, Policy
from moderation.tables import (
    Article,
    Comment,
    FindingRow,
    Refusal,
    Revision,
    Sanction,
    Site,
    Verdict,
    now,
)

# Below this, the same words from two readers are a coincidence (« Bravo », « +1 »).
REPEAT_MIN_LENGTH = 30
STATUS_AFTER: dict[Outcome, str] = {
    "approve": "approved",
    "review": "pending",
    "audit": "pending",
    "refuse": "rejected",
}


def route(
    session: Session,
    site: Site,
    comment: Comment,
    text: str,
    assessment: Assessment,
    draw: float,
) -> None:
    """Store a comment's newest text with its verdict, and give the comment the status it earns."""
    policy = Policy.model_validate(site.policy)
    fingerprint = fingerprint_of(text)
    attributes = assessment.score.attributes if assessment.score else {}
    context = _context(session, comment, policy, text, fingerprint, attributes)
    reject, threshold = for_site(assessment, policy)
    verdict = policies.decide(reject, rules.inspect(context), policy, threshold, draw)
    comment.status = STATUS_AFTER[verdict.outcome]
    comment.rank = verdict.rank
    comment.severe = not verdict.blind and any(
        finding.rule in rules.SEVERE for finding in verdict.findings
    )
    comment.bands = scores.bands(reject, attributes, blind=verdict.blind)
    comment.rules = rules.written(verdict.findings)
    revision = Revision(number=comment.revision, text=text, fingerprint=fingerprint)
    revision.verdict = _verdict_row(verdict, assessment, reject)
    comment.revisions.append(revision)
    session.flush()
    search.index(session, comment, text)
    duplicates.place(session, comment, text)
    sanction = rules.refusing(context.sanctions)
    if sanction is None:
        outbox.enqueue(session, comment)
    else:
        _refuse(session, comment, policy, sanction)


def fingerprint_of(text: str) -> str:
    """Name a text by its normalised spelling, so that a disguised copy has the same name."""
    return hashlib.sha256(normalise(text).text.casefold().encode()).hexdigest()


def for_site(assessment: Assessment, policy: Policy) -> tuple[float | None, float | None]:
    """Restate the score and the model's threshold at the site's own base rate, if it told it."""
    reject = assessment.score.reject if assessment.score else None
    threshold = assessment.threshold
    if reject is None or assessment.base_rate is None or policy.base_rate is None:
        return reject, threshold
    rates = assessment.base_rate, policy.base_rate
    shifted = None if threshold is None else policies.at_base_rate(threshold, *rates)
    return policies.at_base_rate(reject, *rates), shifted


def _refuse(session: Session, comment: Comment, policy: Policy, sanction: Sanction) -> None:
    """Keep and send what the author is told when a sanction refuses their comment."""
    told = statements.of_sanction(policy, comment, sanction)
    comment.latest.refusal = Refusal(
        sanction_id=sanction.id,
        charter=told.charter,
        legal=told.legal,
        statement=told.text,
    )
    session.flush()
    outbox.enqueue(session, comment, reason=sanction.reason, statement=told.text)


def _verdict_row(
    verdict: policies.Verdict, assessment: Assessment, reject: float | None
) -> Verdict:
    score = assessment.score
    return Verdict(
        outcome=verdict.outcome,
        blind=verdict.blind,
        reject=reject,
        attributes=dict(score.attributes) if score else {},
        threshold=verdict.threshold,
        inclusion=verdict.inclusion,
        model_version=assessment.version,
        findings=[
            FindingRow(
                position=position,
                rule=finding.rule,
                detail=finding.detail,
                values=dict(finding.values),
                spans=[list(span) for span in finding.spans],
            )
            for position, finding in enumerate(verdict.findings)
        ],
    )


def _context(
    session: Session,
    comment: Comment,
    policy: Policy,
    text: str,
    fingerprint: str,
    attributes: Mapping[str, float],
) -> rules.Context:
    approved_before = session.scalar(
        select(func.count()).where(
            Comment.author_id == comment.author_id,
            Comment.status == "approved",
            Comment.id != comment.id,
        )
    )
    article = session.get_one(Article, comment.article_id)
    return rules.Context(
        text=text,
        policy=policy,
        approved_before=approved_before or 0,
        repeats=_repeats(session, comment, policy, text, fingerprint),
        article_closed=article.closed_at is not None,
        rejected_before=_rejected_before(comment),
        attributes=attributes,
        sanctions=standing.sanctions(session, [comment.author_id]),
    )


def _rejected_before(comment: Comment) -> bool:
    if comment.revision == 1:
        return False
    return bool(comment.decisions) and comment.decisions[-1].to_status == "rejected"


def _repeats(
    session: Session, comment: Comment, policy: Policy, text: str, fingerprint: str
) -> int:
    conditions = [
        Revision.fingerprint == fingerprint,
        Revision.created_at > now() - timedelta(hours=policy.repeat_hours),
        Comment.site_id == comment.site_id,
        Comment.id != comment.id,
    ]
    if len(text) < REPEAT_MIN_LENGTH:
        conditions.append(Comment.author_id == comment.author_id)
    query = select(func.count()).select_from(Revision).join(Comment).where(*conditions)
    return session.scalar(query) or 0
