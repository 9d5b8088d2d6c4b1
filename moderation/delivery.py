"""Delivering the outbox: at least once, in order for each comment, patiently, then not at all."""

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload
from standardwebhooks import Webhook as Signer

from moderation.database import Database, affect
from moderation.tables import Delivery, Webhook, now

logger = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(minutes=15)
# Longer than any sending takes: a worker that died in the middle loses its claim after this.
LEASE = timedelta(minutes=2)
AT_ONCE = 16
# So that one slow receiver cannot hold every thread.
AT_ONCE_PER_WEBHOOK = 4
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent to a receiver, read from the database beforehand."""

    number: int
    url: str
    body: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a receiver did not take an event; `answered` when it was there, and said no."""

    reason: str
    answered: bool = False


# Answers None when the receiver took it.
Send = Callable[[Parcel], Failure | None]


class Worker:
    """Deliver what is due; several may run, on one host or many.

    A row is claimed by moving its due time, conditionally; a receiver that answers after its
    worker died is told again, with the same `webhook-id`.
    """

    def __init__(self, database: Database, send: Send, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._send = send
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set; whatever goes wrong, go on."""
        while not stop.is_set():
            try:
                sent = self.deliver_due()
            except Exception:
                logger.exception("could not look the outbox up")
                sent = 0
            if not sent:
                stop.wait(POLL_SECONDS)

    def deliver_due(self) -> int:
        """Try once what is due now, and answer how many were tried."""
        parcels = self._claim()
        if parcels:
            with ThreadPoolExecutor(min(AT_ONCE, len(parcels))) as pool:
                list(pool.map(self._deliver, parcels))
        return len(parcels)

    def _claim(self) -> list[Parcel]:
        moment = self._clock()
        with self._database.read() as session:
            late = session.scalars(select(Delivery.number).where(*_expired(moment))).all()
            due = _due(session, moment)
        if not late and not due:
            return []
        with self._database.write() as session:
            _give_up(session, moment)
            return [_parcel(row, moment) for row in due if _claimed(session, row, moment + LEASE)]

    def _deliver(self, parcel: Parcel) -> None:
        try:
            error = self._send(parcel)
        except Exception as failure:
            error = Failure(type(failure).__name__)
        with self._database.write() as session:
            row = session.get_one(Delivery, parcel.number)
            webhook = session.get_one(Webhook, row.webhook_id, with_for_update=True)
            if error is None:
                row.delivered, row.settled_at, row.last_error = True, self._clock(), None
                webhook.failures, webhook.retry_at = 0, None
            else:
                _fail(row, webhook, error, self._clock())


def delay(failures: int, jitter: float) -> timedelta:
    """Tell how long to wait after so many failures; `jitter` in [0, 1) spreads the tries."""
    longest = min(FIRST_DELAY * 2.0 ** min(failures - 1, 30), LONGEST_DELAY)
    return longest * (0.5 + jitter / 2)


def _due(session: Session, moment: datetime) -> list[Delivery]:
    """Find the first waiting event of each comment, where it is due; a few for each webhook."""
    earlier = aliased(Delivery)
    blocked = exists().where(
        earlier.webhook_id == Delivery.webhook_id,
        earlier.comment_id == Delivery.comment_id,
        earlier.number < Delivery.number,
        earlier.settled_at.is_(None),
    )
    waiting = (Delivery.settled_at.is_(None), Delivery.due_at <= moment)
    reachable = (
        Webhook.disabled_at.is_(None),
        or_(Webhook.retry_at.is_(None), Webhook.retry_at <= moment),
        exists().where(Delivery.webhook_id == Webhook.id, *waiting),
    )
    found: list[Delivery] = []
    for webhook in session.scalars(select(Webhook.id).where(*reachable).limit(AT_ONCE)):
        query = (
            select(Delivery)
            .where(Delivery.webhook_id == webhook, *waiting, ~blocked)
            .order_by(Delivery.due_at, Delivery.number)
            .limit(AT_ONCE_PER_WEBHOOK)
            .options(joinedload(Delivery.webhook))
        )
        found += session.scalars(query)
    return found


def _claimed(session: Session, row: Delivery, until: datetime) -> bool:
    claim = (
        update(Delivery)
        .where(
            Delivery.number == row.number,
            Delivery.due_at == row.due_at,
            Delivery.settled_at.is_(None),
        )
        .values(due_at=until, attempts=Delivery.attempts + 1)
    )
    return affect(session, claim.execution_options(synchronize_session=False)) == 1


def _parcel(row: Delivery, moment: datetime) -> Parcel:
    name = f"msg_{row.id.hex}"
    headers = {
        "content-type": "application/json",
        "user-agent": "Vigie-Webhooks/1.0",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(row.webhook.secret).sign(name, moment, row.body),
    }
    return Parcel(row.number, row.webhook.url, row.body, headers)


def _fail(row: Delivery, webhook: Webhook, error: Failure, moment: datetime) -> None:
    """Wait longer and longer: for this event if it was refused, for all if nobody answered."""
    row.last_error = error.reason[:500]
    jitter = random.random()  # noqa: S311 - it needs no secrecy
    if error.answered:
        row.due_at = moment + delay(row.attempts, jitter)
        webhook.failures, webhook.retry_at = 0, None
        return
    row.due_at = moment
    # Those sent at the same time fail together, and count once.
    if webhook.retry_at is None or webhook.retry_at <= moment:
        webhook.failures += 1
        webhook.retry_at = moment + delay(webhook.failures, jitter)


def _expired(moment: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Delivery.settled_at.is_(None), Delivery.expires_at <= moment


def _give_up(session: Session, moment: datetime) -> None:
    rows = session.scalars(select(Delivery).where(*_expired(moment), Delivery.due_at <= moment))
    for row in rows:
        row.settled_at = moment
        logger.error("webhook event %s given up after %d tries", row.id, row.attempts)
    session.flush()
