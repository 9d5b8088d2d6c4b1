"""One decision on many comments: frozen when asked for, worked through and undone in steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, literal, select, union_all, update
from sqlalchemy.orm import Session, selectinload

from moderation import accounts, journal, readings, review
from moderation.bulk_choice import MAX, Chosen, free, survey
from moderation.errors import Conflict, InvalidText, NotAllowed, NotFound, VigieError
from moderation.review import Action, Shown
from moderation.tables import (
    Appeal,
    Bulk,
    BulkItem,
    Claim,
    Comment,
    Decision,
    Flag,
    Hold,
    Moderator,
    now,
)

# More than this at once is for leads to decide.
LEAD_ABOVE = 200
# A step holds SQLite's write lock, which colleagues wait for: half a second at most.
STEP = 100


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with all of them; see `review.decide`."""

    action: Action
    reason: str | None = None
    note: str | None = None
    told: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many comments of a bulk have which outcome."""

    waiting: int = 0
    done: int = 0
    left: int = 0
    undone: int = 0
    kept: int = 0

    @property
    def total(self) -> int:
        """How many comments there were to decide on."""
        return self.waiting + self.done + self.left + self.undone + self.kept


def ask(
    session: Session,
    moderator: Moderator,
    chosen: Chosen,
    order: Order,
    described: str,
    expected: int,
) -> Bulk:
    """Freeze the comments that meet `chosen`, to be decided on by `go_on`.

    Raises Conflict when they are more than the `expected` that the moderator agreed to, NotAllowed
    where a lead has to decide, InvalidText for what no decision may be.
    """
    review.check(order.action, order.reason, order.note, order.told)
    found = survey(session, moderator, chosen, order.action)
    if found.total > MAX:
        raise InvalidText(f"A bulk decision is on {MAX} comments at most.")
    if not 0 < found.takes <= expected:
        raise Conflict("The comments chosen have changed meanwhile.")
    if found.takes > LEAD_ABOVE and not accounts.may(moderator, "lead"):
        raise NotAllowed(f"Only a lead decides on more than {LEAD_ABOVE} comments at once.")
    bulk = Bulk(
        moderator_id=moderator.id,
        action=order.action,
        reason=order.reason,
        note=order.note,
        told=order.told,
        described=described,
    )
    session.add(bulk)
    session.flush()
    those = select(
        literal(bulk.id, BulkItem.bulk_id.type), Comment.id, Comment.revision, Comment.status
    ).where(*chosen, *free(moderator, order.action))
    columns = ["bulk_id", "comment_id", "revision", "status"]
    session.execute(insert(BulkItem).from_select(columns, those))
    details = {"comments": found.takes, "reason": order.reason}
    journal.record(session, moderator, f"bulk.{order.action}", bulk.id, **details)
    return bulk


def go_on(session: Session, moderator: Moderator, bulk_id: UUID) -> Bulk:
    """Take a bulk's next step, of the decisions or of their undoing; none is left once it ended."""
    bulk = find(session, moderator, bulk_id, lock=True)
    if bulk.finished_at is None:
        _decide_some(session, moderator, bulk)
    elif bulk.undo_asked_at is not None and bulk.undone_at is None:
        _undo_some(session, moderator, bulk)
    session.flush()
    return bulk


def undo(session: Session, moderator: Moderator, bulk_id: UUID) -> Bulk:
    """Begin to take a bulk back: `go_on` undoes what still stands, and decides nothing more."""
    bulk = find(session, moderator, bulk_id, lock=True)
    if bulk.undo_asked_at is None:
        _settle(session, bulk, None, "left")
        bulk.finished_at = bulk.finished_at or now()
        bulk.undo_asked_at = now()
        journal.record(session, moderator, "bulk.undo", bulk.id)
        session.flush()
    return bulk


def find(session: Session, moderator: Moderator, bulk_id: UUID, *, lock: bool = False) -> Bulk:
    """Look up one's own bulk; NotFound for others."""
    bulk = session.get(Bulk, bulk_id, with_for_update=lock, populate_existing=lock)
    if bulk is None or bulk.moderator_id != moderator.id:
        raise NotFound(f"There is no bulk decision {bulk_id} of yours.")
    return bulk


def latest(session: Session, moderator: Moderator) -> Bulk | None:
    """Find the bulk that a moderator's last standing decision belongs to, if it does to one."""
    last = readings.last(session, moderator)
    bulk_id = last.bulk_id if isinstance(last, Decision) else None
    bulk = session.get(Bulk, bulk_id) if bulk_id else None
    return bulk if bulk and bulk.undone_at is None else None


def history(session: Session, moderator: Moderator, limit: int = 50) -> list[tuple[Bulk, Progress]]:
    """List a moderator's bulks, the latest first, with how far each has come."""
    query = select(Bulk).where(Bulk.moderator_id == moderator.id)
    bulks = session.scalars(query.order_by(Bulk.id.desc()).limit(limit)).all()
    found = progress(session, [bulk.id for bulk in bulks])
    return [(bulk, found[bulk.id]) for bulk in bulks]


def progress(session: Session, bulks: Sequence[UUID]) -> dict[UUID, Progress]:
    """Count how far bulks have come."""
    query = (
        select(BulkItem.bulk_id, BulkItem.outcome, func.count())
        .where(BulkItem.bulk_id.in_(bulks))
        .group_by(BulkItem.bulk_id, BulkItem.outcome)
    )
    counts: dict[UUID, dict[str, int]] = {bulk: {} for bulk in bulks}
    for bulk, outcome, number in session.execute(query):
        counts[bulk][outcome or "waiting"] = number
    return {bulk: Progress(**by_outcome) for bulk, by_outcome in counts.items()}


def _decide_some(session: Session, moderator: Moderator, bulk: Bulk) -> None:
    items = _items(session, bulk, None)
    known = _load(session, items)
    hanging = _hanging(session, [item.comment_id for item in items])
    outcomes: dict[str, list[UUID]] = {"done": [], "left": []}
    for item in items:
        shown = Shown(item.revision, item.status, score=True)
        words = (bulk.reason, bulk.note, bulk.told)
        action: Action = "approve" if bulk.action == "approve" else "reject"
        try:
            review.decide(
                session,
                moderator,
                item.comment_id,
                action,
                shown,
                *words,
                bulk_id=bulk.id,
                alone=item.comment_id not in hanging,
            )
            outcomes["done"].append(item.comment_id)
        except VigieError:
            outcomes["left"].append(item.comment_id)
    del known
    for outcome, comments in outcomes.items():
        _settle(session, bulk, comments, outcome)
    if len(items) < STEP:
        bulk.finished_at = now()


def _undo_some(session: Session, moderator: Moderator, bulk: Bulk) -> None:
    items = _items(session, bulk, "done")
    known = _load(session, items)
    taken = select(Decision).where(
        Decision.bulk_id == bulk.id,
        Decision.action != "undo",
        Decision.comment_id.in_([item.comment_id for item in items]),
    )
    outcomes: dict[str, list[UUID]] = {"undone": [], "kept": []}
    for decision in session.scalars(taken).all():
        try:
            review.undo(session, moderator, decision.id, bulk_id=bulk.id)
            outcomes["undone"].append(decision.comment_id)
        except Conflict:
            outcomes["kept"].append(decision.comment_id)
    del known
    for outcome, comments in outcomes.items():
        _settle(session, bulk, comments, outcome)
    if len(items) < STEP:
        bulk.undone_at = now()


def _items(session: Session, bulk: Bulk, outcome: str | None) -> Sequence[BulkItem]:
    # In one order for everybody, so that two bulks never wait for each other's rows.
    query = (
        select(BulkItem)
        .where(BulkItem.bulk_id == bulk.id, BulkItem.outcome.is_not_distinct_from(outcome))
        .order_by(BulkItem.comment_id)
        .limit(STEP)
    )
    return session.scalars(query).all()


def _load(session: Session, items: Sequence[BulkItem]) -> Sequence[Comment]:
    """Lock a step's comments, in one order for everybody.

    The session forgets what nobody holds: they are to be held while they are decided on.
    """
    ids = [item.comment_id for item in items]
    query = select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id).with_for_update()
    articles = selectinload(Comment.article), selectinload(Comment.site)
    return session.scalars(query.options(*articles)).all()


def _hanging(session: Session, comments: Sequence[UUID]) -> set[UUID]:
    """Find which comments have a claim, a hold, a flag or an appeal that a decision would end."""
    those = (
        select(Claim.comment_id).where(Claim.comment_id.in_(comments)),
        select(Hold.comment_id).where(Hold.comment_id.in_(comments)),
        select(Flag.comment_id).where(Flag.comment_id.in_(comments), Flag.resolved_at.is_(None)),
        select(Appeal.comment_id).where(
            Appeal.comment_id.in_(comments), Appeal.settled_at.is_(None)
        ),
    )
    return set(session.scalars(union_all(*those)))


def _settle(session: Session, bulk: Bulk, comments: Sequence[UUID] | None, outcome: str) -> None:
    query = update(BulkItem).where(BulkItem.bulk_id == bulk.id)
    those = BulkItem.outcome.is_(None) if comments is None else BulkItem.comment_id.in_(comments)
    session.execute(query.where(those).values(outcome=outcome))
