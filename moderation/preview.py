"""Foreseeing the verdict on a comment that is not stored, for tools that ask before they store."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from moderation import policy as policies
from moderation import rules
from moderation.champion import Assessment
from moderation.policy import Policy, Verdict
from moderation.routing import REPEAT_MIN_LENGTH, fingerprint_of, for_site
from moderation.tables import Comment, Revision, Site, now


def preview(
    session: Session, site: Site, text: str, assessment: Assessment, draw: float
) -> Verdict:
    """Decide as for a submitted comment, and store nothing.

    The author's record and sanctions, and the article's state, are the asking tool's business:
    those rules find nothing here.
    """
    policy = Policy.model_validate(site.policy)
    context = rules.Context(
        text=text,
        policy=policy,
        approved_before=policy.first_comments,
        repeats=_repeats(session, site, policy, text),
        article_closed=False,
        rejected_before=False,
        sanctions=(),
        attributes=assessment.score.attributes if assessment.score else {},
    )
    reject, threshold = for_site(assessment, policy)
    return policies.decide(reject, rules.inspect(context), policy, threshold, draw)


def _repeats(session: Session, site: Site, policy: Policy, text: str) -> int:
    if len(text) < REPEAT_MIN_LENGTH:
        return 0
    query = (
        select(func.count())
        .select_from(Revision)
        .join(Comment)
        .where(
            Revision.fingerprint == fingerprint_of(text),
            Revision.created_at > now() - timedelta(hours=policy.repeat_hours),
            Comment.site_id == site.id,
        )
    )
    return session.scalar(query) or 0
