"""The dashboard's figures: what came in, what the machine and people made of it, how soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, cast, extract, func, literal, select
from sqlalchemy.orm import Session, aliased

from moderation import works
from moderation.quantiles import quantiles
from moderation.scope import Scope, Share
from moderation.tables import WAITING, Appeal, Comment, Decision, Flag, Revision, Verdict, now
from moderation.works import Tally, Work, taken


@dataclass(slots=True)
class Part:
    """One part of the period; waits are in seconds."""

    start: datetime
    received: int = 0
    by_machine: int = 0
    refused: int = 0
    approved: int = 0
    rejected: int = 0
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits now; ages are in seconds."""

    length: int
    median: float | None = None
    p90: float | None = None
    oldest: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, over one scope."""

    parts: Sequence[Part]
    whole: Part
    queue: Queue
    reasons: Sequence[tuple[str, int]]
    works: Sequence[Work]
    flags: int
    appeals: int
    upheld: int
    wrongly_approved: Share
    audited: int


def gather(session: Session, scope: Scope) -> Figures:
    """Gather the figures of a scope."""
    parts = [Part(start) for start in scope.starts]
    whole = Part(scope.starts[0])
    wrongly, audited = _inflow(session, scope, parts)
    tallies = works.tally(session, scope)
    reasons = _decided(tallies, parts)
    _waits(session, scope, parts, whole)
    for name in ("received", "by_machine", "refused", "approved", "rejected"):
        setattr(whole, name, sum(getattr(part, name) for part in parts))
    appeals, upheld = _appeals(session, scope)
    return Figures(
        parts=parts,
        whole=whole,
        queue=queue(session, scope),
        reasons=reasons,
        works=works.gather(session, scope, tallies),
        flags=_flags(session, scope),
        appeals=appeals,
        upheld=upheld,
        wrongly_approved=wrongly,
        audited=audited,
    )


def queue(session: Session, scope: Scope) -> Queue:
    """Tell how many comments wait now, and since when."""
    waiting = [WAITING, scope.of_site()]
    length = session.scalar(select(func.count()).select_from(Comment).where(*waiting)) or 0
    if not length:
        return Queue(0)
    moment = now()
    # Ids are in order of arrival: no sort of what waits.
    received = select(Comment.received_at).where(*waiting).order_by(Comment.id).limit(1)

    def age(share: float) -> float:
        place = min(int(length * (1 - share)), length - 1)
        return (moment - session.scalars(received.offset(place)).one()).total_seconds()

    return Queue(length, age(0.5), age(0.9), age(1))


def _inflow(session: Session, scope: Scope, parts: Sequence[Part]) -> tuple[Share, int]:
    """Count what came in by the machine's first verdict; estimate what it wrongly approved.

    Each audited comment stands for 1 / inclusion that would have been approved unread: their
    weighted share is Hájek's estimate, and its interval takes Kish's effective size.
    """
    number, weight = scope.bucket(Comment.received_at), 1 / func.nullif(Verdict.inclusion, 0)
    settled = and_(
        Verdict.outcome == "audit",
        Comment.revision == 1,
        Comment.status.in_(("approved", "rejected")),
    )
    query = (
        select(
            number,
            Verdict.outcome,
            func.count(),
            func.sum(weight).filter(settled),
            func.sum(weight).filter(settled, Comment.status == "rejected"),
            func.sum(weight * weight).filter(settled),
            func.count().filter(settled),
        )
        .select_from(Comment)
        .join(Revision, (Revision.comment_id == Comment.id) & (Revision.number == 1))
        .join(Verdict, Verdict.revision_id == Revision.id)
        .where(*scope.within(Comment.received_at), scope.of_site())
        .group_by(number, Verdict.outcome)
    )
    sums, audited = [0.0, 0.0, 0.0], 0
    for at, outcome, count, *weights, settled_count in session.execute(query):
        part = parts[at]
        part.received += count
        part.by_machine += count if outcome == "approve" else 0
        part.refused += count if outcome == "refuse" else 0
        sums = [total + float(value or 0) for total, value in zip(sums, weights, strict=True)]
        audited += settled_count
    whole, wrong, squares = sums
    effective = whole * whole / squares if squares else 0.0
    return Share(wrong / whole * effective if whole else 0.0, effective), audited


def _decided(tallies: Sequence[Tally], parts: Sequence[Part]) -> list[tuple[str, int]]:
    """Count what people decided in each part, and answer the reasons, the commonest first."""
    reasons: dict[str, int] = {}
    for tally in tallies:
        if tally.action == "approve":
            parts[tally.part].approved += tally.number
        else:
            parts[tally.part].rejected += tally.number
        if tally.reason:
            reasons[tally.reason] = reasons.get(tally.reason, 0) + tally.number
    return sorted(reasons.items(), key=lambda item: (-item[1], item[0]))


def _waits(session: Session, scope: Scope, parts: Sequence[Part], whole: Part) -> None:
    """Tell how long comments waited for their first decision."""
    earlier = aliased(Decision)
    before = select(earlier.id).where(
        earlier.comment_id == Decision.comment_id, earlier.id < Decision.id
    )
    waited = _seconds(session, Decision.created_at, Comment.received_at)
    query = (
        select(scope.bucket(Decision.created_at), waited, literal(1))
        .join(Comment, Comment.id == Decision.comment_id)
        .where(*taken(scope), scope.of_site(), ~before.exists())
    )
    found, over_all = quantiles(session, query)
    for at, (median, p90) in found.items():
        parts[at].median, parts[at].p90 = median, p90
    if over_all:
        whole.median, whole.p90 = over_all


def _flags(session: Session, scope: Scope) -> int:
    query = select(func.count()).select_from(Flag).where(*scope.within(Flag.created_at))
    return session.scalar(scope.narrow(query, Flag.comment_id)) or 0


def _appeals(session: Session, scope: Scope) -> tuple[int, int]:
    """Count the appeals made, and those of them that were upheld."""
    query = (
        select(func.count(), func.count().filter(Decision.action == "approve"))
        .select_from(Appeal)
        .outerjoin(Decision, Decision.id == Appeal.answer_id)
        .where(*scope.within(Appeal.created_at))
    )
    made, upheld = session.execute(scope.narrow(query, Appeal.comment_id)).one()
    return made, upheld


def _seconds(session: Session, later: Any, earlier: Any) -> ColumnElement[float]:
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday(later) - func.julianday(earlier)) * 86_400.0
    return cast(extract("epoch", later - earlier), Float)
