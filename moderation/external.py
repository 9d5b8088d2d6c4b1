"""Decisions that people take in other tools, kept as those taken here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from moderation import intake, review
from moderation.champion import Assessment
from moderation.database import insert_missing
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.reasons import Reason
from moderation.review import Action, Shown
from moderation.tables import Article, Comment, Decision, DecisionOrigin, Moderator, Site, now

# Never audits nor blinds: the comment does not wait for a moderator of ours.
NO_AUDIT = 1.0
ID_MAX_LENGTH = 255
UNKNOWN_AUTHOR = AuthorRef("Auteur inconnu")


@dataclass(frozen=True, slots=True)
class ForeignDecision:
    """What a tool told: which comment, with its text already prepared, and what was decided.

    Without a `comment_id`, the same words under the same article are the same comment. `details`
    are ids that tell where it came from; no personal data.
    """

    source: str
    action: Action
    text: str
    article: ArticleRef
    comment_id: str | None = None
    parent_id: str | None = None
    author: AuthorRef = UNKNOWN_AUTHOR
    reason: Reason = "other"
    details: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session, site: Site, told: ForeignDecision, assessment: Assessment
) -> Decision | None:
    """Store the comment if need be, and the decision; None when nothing changes by it.

    A repeat of the standing decision on the same text changes nothing; its contrary is a new
    decision, which from then on is the one that holds.
    """
    comment = _comment(session, site, told, assessment)
    if comment.status == "removed" or comment.latest.text != told.text:
        return None
    if _standing(session, comment) == told.action:
        return None
    decision = review.decide(
        session,
        _tool(session, site, told.source),
        comment.id,
        told.action,
        Shown(comment.revision, comment.status, score=False),
        reason=told.reason if told.action == "reject" else None,
        stated=False,
    )
    origin = DecisionOrigin(decision_id=decision.id, source=told.source, details=dict(told.details))
    session.add(origin)
    session.flush()
    return decision


def bounded(name: str) -> str:
    """Keep a foreign id as it is, or its digest if it is longer than we store."""
    name = storable(name)
    if len(name) <= ID_MAX_LENGTH:
        return name
    return "sha256:" + hashlib.sha256(name.encode()).hexdigest()


def storable(text: str) -> str:
    """Take out of a foreign id or address what no database keeps."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _comment(
    session: Session, site: Site, told: ForeignDecision, assessment: Assessment
) -> Comment:
    external_id = bounded(told.comment_id or _named_by_text(told))
    found = intake.find(session, site, external_id)
    if found is None:
        submission = Submission(
            external_id=external_id,
            article=described(session, site, told.article),
            author=told.author,
            text=told.text,
            parent_external_id=bounded(told.parent_id) if told.parent_id else None,
        )
        found, _ = intake.submit(session, site, submission, assessment, NO_AUDIT)
    comment = intake.get(session, site, found.id, lock=True)
    unknown = all(past.text != told.text for past in comment.revisions)
    if unknown and comment.status != "removed":
        return intake.revise(session, site, comment.id, told.text, assessment, NO_AUDIT)
    return comment


def _named_by_text(told: ForeignDecision) -> str:
    words = f"{told.article.external_id}\n{told.text}"
    return f"{told.source}:{hashlib.sha256(words.encode()).hexdigest()[:40]}"


def described(session: Session, site: Site, ref: ArticleRef) -> ArticleRef:
    """Leave an article that the site described itself as it is: tools know less of it."""
    ref = ArticleRef(bounded(ref.external_id), storable(ref.url), storable(ref.title))
    key = {"site_id": site.id, "external_id": ref.external_id}
    known = session.scalar(select(Article).filter_by(**key))
    if known is None:
        return ref
    return ArticleRef(known.external_id, known.url, known.title, known.section)


def _standing(session: Session, comment: Comment) -> str | None:
    """Tell the last decision on the present text; None when there is none, or it was undone."""
    query = (
        select(Decision.action)
        .where(Decision.comment_id == comment.id, Decision.revision_id == comment.latest.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def _tool(session: Session, site: Site, source: str) -> Moderator:
    """Find or make the account in whose name a tool's decisions stand; nobody can log in to it."""
    login = f"{source}@{site.slug}"
    row = {"name": source.capitalize(), "password_hash": "", "role": "external"}
    moments = {"created_at": now(), "disabled_at": now()}
    insert_missing(session, Moderator, ("login",), id=uuid7(), login=login, **row, **moments)
    return session.scalars(select(Moderator).where(Moderator.login == login)).one()
