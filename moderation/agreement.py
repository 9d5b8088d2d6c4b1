"""How far two readers agree: Cohen's κ on comments that were read twice, and with adjudication."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from moderation.scope import Scope, Share, Z
from moderation.tables import Decision, Reading

# Below this a coefficient says more about chance than about people.
SHOWN_FROM = 20
# How many times the first of two said one thing and the second another.
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's κ with its 95 % interval; None where it cannot be told."""

    n: int
    agreed: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over all that was read twice, by pair of readers, and with adjudication."""

    overall: Kappa
    pairs: dict[tuple[UUID, UUID], Kappa]
    followed: dict[UUID, Share]


def kappa(counts: Counts) -> Kappa:
    """Measure agreement beyond chance (Cohen 1960).

    The interval is the large-sample one of Fleiss, Cohen and Everitt (1969); perfect agreement has
    none, since its variance there is zero.
    """
    n = sum(counts.values())
    agreed = sum(number for (one, other), number in counts.items() if one == other)
    if n < SHOWN_FROM:
        return Kappa(n, agreed)
    labels = sorted({label for pair in counts for label in pair})
    share = {pair: number / n for pair, number in counts.items()}
    first = {a: sum(share.get((a, b), 0) for b in labels) for a in labels}
    second = {b: sum(share.get((a, b), 0) for a in labels) for b in labels}
    by_chance = sum(first[label] * second[label] for label in labels)
    if by_chance == 1:
        return Kappa(n, agreed)
    value = (agreed / n - by_chance) / (1 - by_chance)
    on = sum(share.get((a, a), 0) * (1 - (first[a] + second[a]) * (1 - value)) ** 2 for a in labels)
    off = (1 - value) ** 2 * sum(
        part * (second[a] + first[b]) ** 2 for (a, b), part in share.items() if a != b
    )
    variance = (on + off - (value - by_chance * (1 - value)) ** 2) / (n * (1 - by_chance) ** 2)
    if agreed == n:
        return Kappa(n, agreed, value)
    half = Z * sqrt(max(variance, 0))
    return Kappa(n, agreed, value, max(value - half, -1), min(value + half, 1))


def measure(session: Session, scope: Scope) -> Agreement:
    """Measure agreement on what was read a second time within a scope."""
    rows = list(_read_twice(session, scope))
    pairs: dict[tuple[UUID, UUID], dict[tuple[str, str], int]] = {}
    overall: dict[tuple[str, str], int] = {}
    for one, other, said, answered, number in rows:
        overall[said, answered] = overall.get((said, answered), 0) + number
        # A pair is the same whoever read first.
        swapped = one > other
        pair = (other, one) if swapped else (one, other)
        given = (answered, said) if swapped else (said, answered)
        counts = pairs.setdefault(pair, {})
        counts[given] = counts.get(given, 0) + number
    measured = {pair: kappa(counts) for pair, counts in pairs.items()}
    return Agreement(kappa(overall), measured, _followed(session, scope))


def _read_twice(session: Session, scope: Scope) -> Iterable[tuple[UUID, UUID, str, str, int]]:
    first, second = aliased(Reading), aliased(Reading)
    query = (
        select(first.moderator_id, second.moderator_id, first.action, second.action, func.count())
        .join(second, (second.revision_id == first.revision_id) & (second.id > first.id))
        .where(
            first.withdrawn_at.is_(None),
            second.withdrawn_at.is_(None),
            *scope.within(second.created_at),
        )
        .group_by(first.moderator_id, second.moderator_id, first.action, second.action)
    )
    found = session.execute(scope.narrow(query, first.comment_id))
    return (tuple(row) for row in found)


def _followed(session: Session, scope: Scope) -> dict[UUID, Share]:
    """Tell how often the lead who settled a disagreement sided with each reader."""
    other = aliased(Reading)
    sided = func.sum(scope.one_if(Decision.action == Reading.action))
    query = (
        select(Reading.moderator_id, sided, func.count())
        .join(Decision, Decision.id == Reading.decision_id)
        .join(other, (other.decision_id == Reading.decision_id) & (other.action != Reading.action))
        .where(Reading.withdrawn_at.is_(None), *scope.within(Decision.created_at))
        .group_by(Reading.moderator_id)
    )
    found = session.execute(scope.narrow(query, Reading.comment_id))
    return {reader: Share(sided, n) for reader, sided, n in found}
