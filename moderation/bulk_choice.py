"""Which comments a decision on many at once takes, and which it leaves to be read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from moderation.review import STATUS_AFTER, Action
from moderation.tables import Appeal, Claim, Comment, Hold, Moderator, Reading, now

MAX = 10_000

Chosen = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a bulk would decide on, and what it leaves out: of each comment, the first that holds.

    A selection beyond `MAX` is counted no further.
    """

    takes: int = 0
    blind: int = 0
    held: int = 0
    claimed: int = 0

    @property
    def total(self) -> int:
        """How many comments were chosen."""
        return self.takes + self.blind + self.held + self.claimed


def survey(session: Session, moderator: Moderator, chosen: Chosen, action: Action) -> Survey:
    """Count what a decision on the comments that meet `chosen` would bear on."""
    outcome = case(
        (_blind(), "blind"), (_held(), "held"), (_claimed(moderator), "claimed"), else_="takes"
    )
    those = select(outcome.label("outcome")).where(*chosen, _undecided(action)).limit(MAX + 1)
    outcomes = those.subquery().c.outcome
    rows = session.execute(select(outcomes, func.count()).group_by(outcomes))
    found = {outcome: number for outcome, number in rows}  # noqa: C416 - a row is no pair to mypy
    return Survey(**found)


def free(moderator: Moderator, action: Action) -> Chosen:
    """Say in SQL, about `Comment`, what a bulk may decide on: the `takes` of a survey."""
    return [_undecided(action), ~or_(_blind(), _held(), _claimed(moderator))]


def _undecided(action: Action) -> ColumnElement[bool]:
    return Comment.status.not_in((STATUS_AFTER[action], "removed"))


def _blind() -> ColumnElement[bool]:
    return and_(Comment.status == "pending", Comment.bands.is_(None))


def _held() -> ColumnElement[bool]:
    """Set aside, escalated, appealed, or waiting for a second reader."""
    open_reading = (Reading.decision_id.is_(None), Reading.withdrawn_at.is_(None))
    open_appeal = Appeal.settled_at.is_(None)
    return or_(
        exists().where(Hold.comment_id == Comment.id),
        exists().where(Appeal.comment_id == Comment.id, open_appeal),
        exists().where(Reading.comment_id == Comment.id, *open_reading),
    )


def _claimed(moderator: Moderator) -> ColumnElement[bool]:
    return exists().where(
        Claim.comment_id == Comment.id,
        Claim.moderator_id != moderator.id,
        Claim.expires_at > now(),
    )
