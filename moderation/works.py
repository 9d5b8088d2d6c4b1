"""What each moderator did, and how it stood the test of colleagues."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from moderation.quantiles import quantiles
from moderation.scope import Scope, Share
from moderation.tables import Decision, Moderator, Reading


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions alike in all this, how many were undone, and how many somebody else changed."""

    part: int
    moderator_id: UUID
    action: str
    reason: str | None
    number: int
    undone: int
    overturned: int


@dataclass(slots=True)
class Work:
    """What one moderator did; an opinion is a decision, or a reading that was settled."""

    moderator: Moderator
    approved: int = 0
    rejected: int = 0
    undone: int = 0
    opinions: int = 0
    overturned: int = 0
    open_ms: float | None = None

    @property
    def overturn(self) -> Share:
        """How many of their opinions somebody else changed."""
        return Share(self.overturned, self.opinions)

    @property
    def decided(self) -> int:
        """How many decisions they took, those they took back included."""
        return self.approved + self.rejected


def own(session: Session, moderator: Moderator, since: datetime) -> int:
    """Count what a moderator gave since a moment and did not take back."""
    undo = aliased(Decision)
    decisions = (
        select(func.count())
        .select_from(Decision)
        .where(
            Decision.moderator_id == moderator.id,
            Decision.action != "undo",
            Decision.created_at >= since,
            ~select(undo.id).where(undo.undoes_id == Decision.id).exists(),
        )
    )
    readings = (
        select(func.count())
        .select_from(Reading)
        .outerjoin(Decision, Decision.id == Reading.decision_id)
        .where(
            Reading.moderator_id == moderator.id,
            Reading.created_at >= since,
            Reading.withdrawn_at.is_(None),
            or_(Reading.decision_id.is_(None), Decision.moderator_id != moderator.id),
        )
    )
    return (session.scalar(decisions) or 0) + (session.scalar(readings) or 0)


def tally(session: Session, scope: Scope) -> list[Tally]:
    """Count decisions by all that figures need, in one reading of them."""
    undo, later, later_undo = aliased(Decision), aliased(Decision), aliased(Decision)
    undone = select(undo.id).where(undo.undoes_id == Decision.id).exists()
    overturned = (
        select(later.id)
        .where(
            later.comment_id == Decision.comment_id,
            later.id > Decision.id,
            later.revision_id == Decision.revision_id,
            later.moderator_id != Decision.moderator_id,
            later.action.in_(("approve", "reject")),
            later.action != Decision.action,
            ~select(later_undo.id).where(later_undo.undoes_id == later.id).exists(),
        )
        .exists()
    )
    number = scope.bucket(Decision.created_at)
    query = (
        select(
            number,
            Decision.moderator_id,
            Decision.action,
            Decision.reason,
            func.count(),
            func.count().filter(undone),
            func.count().filter(overturned & ~undone),
        )
        .where(*taken(scope))
        .group_by(number, Decision.moderator_id, Decision.action, Decision.reason)
    )
    return [Tally(*row) for row in session.execute(scope.narrow(query, Decision.comment_id))]


def gather(session: Session, scope: Scope, tallies: Iterable[Tally]) -> list[Work]:
    """Tell what each moderator did in a scope, the busiest first."""
    found: dict[UUID, Work] = {}
    people = {person.id: person for person in session.scalars(select(Moderator))}

    def of(moderator_id: UUID) -> Work:
        return found.setdefault(moderator_id, Work(people[moderator_id]))

    for row in tallies:
        work = of(row.moderator_id)
        if row.action == "approve":
            work.approved += row.number
        else:
            work.rejected += row.number
        work.undone += row.undone
        work.opinions += row.number - row.undone
        work.overturned += row.overturned
    for moderator_id, count, overturned in _readings(session, scope):
        work = of(moderator_id)
        work.opinions += count
        work.overturned += overturned
    for moderator_id, (median, _p90) in _open(session, scope).items():
        of(moderator_id).open_ms = median
    return sorted(found.values(), key=lambda work: (-work.decided, work.moderator.name))


def taken(scope: Scope) -> list[ColumnElement[bool]]:
    """Say in SQL that a `Decision` was taken in a scope; what takes one back is none."""
    return [*scope.within(Decision.created_at), Decision.action != "undo"]


def _readings(session: Session, scope: Scope) -> Iterable[tuple[UUID, int, int]]:
    """Count the readings that somebody else's decision confirmed or overturned."""
    query = (
        select(
            Reading.moderator_id,
            func.count(),
            func.count().filter(Decision.action != Reading.action),
        )
        .join(Decision, Decision.id == Reading.decision_id)
        .where(
            Reading.withdrawn_at.is_(None),
            Decision.moderator_id != Reading.moderator_id,
            *scope.within(Reading.created_at),
        )
        .group_by(Reading.moderator_id)
    )
    found = session.execute(scope.narrow(query, Reading.comment_id))
    return (tuple(row) for row in found)


def _open(session: Session, scope: Scope) -> dict[UUID, tuple[float, float]]:
    # To the tenth of a second: few enough different values to count each in SQL.
    rounded = Decision.open_ms // 100 * 100
    query = (
        select(Decision.moderator_id, rounded, func.count())
        .where(*taken(scope), Decision.open_ms.is_not(None), Decision.bulk_id.is_(None))
        .group_by(Decision.moderator_id, rounded)
    )
    return quantiles(session, scope.narrow(query, Decision.comment_id))[0]
