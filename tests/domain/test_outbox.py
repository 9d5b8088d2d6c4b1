"""Webhooks: written with the change, delivered in order, patiently, then given up."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook as Verifier

from moderation import accounts, intake, outbox, privacy, review
from moderation.champion import Champion
from moderation.database import Database
from moderation.delivery import Failure, Parcel, Worker, delay
from moderation.errors import InvalidText
from moderation.intake import ArticleRef, AuthorRef, Submission
from moderation.tables import Comment, Delivery, Moderator, Site, Webhook, now

ARTICLE = ArticleRef("a1", "https://gazette.example/rocade", "La rocade")
Submit = Callable[[str, str], UUID]


@dataclass
class Clock:
    """A clock that only moves when told."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Receiver:
    """A receiver that may be down; it keeps what it took."""

    def __init__(self) -> None:
        self.failure: Failure | None = None
        self.taken: list[Parcel] = []
        self.tries = 0

    def __call__(self, parcel: Parcel) -> Failure | None:
        self.tries += 1
        if self.failure is None:
            self.taken.append(parcel)
        return self.failure

    @property
    def events(self) -> list[tuple[str, str]]:
        documents = [json.loads(parcel.body) for parcel in self.taken]
        return [(found["data"]["external_id"], found["type"]) for found in documents]


@pytest.fixture
def webhook(database: Database, site: Site) -> Webhook:
    with database.write() as session:
        return outbox.subscribe(session, site, "https://gazette.example/hook")


@pytest.fixture
def moderator(database: Database) -> Moderator:
    with database.write() as session:
        return accounts.create(session, "camille", "Camille", "un mot de passe long")


@pytest.fixture
def submit(database: Database, site: Site, champion: Champion) -> Submit:
    def submit(external_id: str, text: str) -> UUID:
        submission = Submission(external_id, ARTICLE, AuthorRef("Lucie", "id:u1"), text)
        [assessment] = champion.assess([text])
        with database.write() as session:
            comment, _ = intake.submit(session, site, submission, assessment, 0.9)
            return comment.id

    return submit


@pytest.fixture
def clock() -> Clock:
    return Clock(now() + timedelta(minutes=1))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def worker(database: Database, receiver: Receiver, clock: Clock) -> Worker:
    return Worker(database, receiver, clock)


def drain(worker: Worker) -> None:
    while worker.deliver_due():
        pass


def decide(database: Database, moderator: Moderator, comment: UUID, action: str) -> UUID:
    with database.write() as session:
        row = session.get_one(Comment, comment)
        reason = "insult" if action == "reject" else None
        shown = review.Shown(row.revision, row.status, score=True)
        return review.decide(session, moderator, comment, action, shown, reason).id


def test_each_change_is_told_in_order_and_without_its_text(
    database: Database,
    site: Site,
    webhook: Webhook,
    moderator: Moderator,
    submit: Submit,
    worker: Worker,
    receiver: Receiver,
) -> None:
    comment = submit("c1", "Ce maire est un idiot fini.")
    decision = decide(database, moderator, comment, "reject")
    with database.write() as session:
        review.undo(session, moderator, decision)
    decide(database, moderator, comment, "approve")
    with database.write() as session:
        privacy.remove(session, intake.get(session, site, comment))
    drain(worker)

    assert [event for _, event in receiver.events] == [
        "comment.queued",
        "comment.rejected",
        "comment.queued",
        "comment.approved",
        "comment.removed",
    ]
    assert all("idiot" not in parcel.body for parcel in receiver.taken)
    assert json.loads(receiver.taken[1].body)["data"]["reason"] == "insult"


def test_receivers_can_verify_the_signature(
    webhook: Webhook, submit: Submit, database: Database, receiver: Receiver
) -> None:
    submit("c1", "Merci pour cet article.")
    drain(Worker(database, receiver))
    [parcel] = receiver.taken
    verified = Verifier(webhook.secret).verify(parcel.body, parcel.headers)
    assert verified["type"] == "comment.approved"


def test_a_change_that_is_rolled_back_tells_nothing(
    database: Database, site: Site, webhook: Webhook, champion: Champion
) -> None:
    submission = Submission("c1", ARTICLE, AuthorRef("Lucie"), "Bonjour")
    [assessment] = champion.assess(["Bonjour"])

    def submit_and_fail() -> None:
        with database.write() as session:
            intake.submit(session, site, submission, assessment, 0.9)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        submit_and_fail()
    with database.read() as session:
        assert session.query(Delivery).count() == 0


def test_only_what_was_asked_for_is_told(
    database: Database, site: Site, submit: Submit, worker: Worker, receiver: Receiver
) -> None:
    with database.write() as session:
        outbox.subscribe(session, site, "https://gazette.example/q", ["comment.queued"])
    submit("c1", "Merci pour cet article.")
    submit("c2", "Quel idiot !")
    drain(worker)
    assert receiver.events == [("c2", "comment.queued")]


@pytest.mark.parametrize(
    ("url", "events"),
    [("ftp://gazette.example", ["comment.queued"]), ("https://gazette.example", ["comment.ate"])],
)
def test_a_subscription_is_checked(
    database: Database, site: Site, url: str, events: list[str]
) -> None:
    with database.write() as session, pytest.raises(InvalidText):
        outbox.subscribe(session, site, url, events)


def test_a_receiver_that_is_down_for_an_hour_gets_everything_in_order(
    database: Database,
    webhook: Webhook,
    moderator: Moderator,
    submit: Submit,
    worker: Worker,
    receiver: Receiver,
    clock: Clock,
) -> None:
    receiver.failure = Failure("ConnectError")
    comments = [submit(f"c{number}", f"Quel idiot, numéro {number} !") for number in range(20)]
    for comment in comments:
        decide(database, moderator, comment, random.choice(["approve", "reject"]))
    for _ in range(360):
        worker.deliver_due()
        clock.forward(seconds=10)
    tries_while_down = receiver.tries
    receiver.failure = None
    waited = 0
    while not receiver.taken:
        worker.deliver_due()
        clock.forward(seconds=10)
        waited += 10
    drain(worker)

    assert tries_while_down <= 4 * 16
    assert waited <= 15 * 60 + 10
    assert len(receiver.events) == len(set(receiver.events)) == 40
    for number in range(20):
        told = [event for name, event in receiver.events if name == f"c{number}"]
        assert told[0] == "comment.queued"
        assert len(told) == 2


def test_an_event_that_is_refused_holds_back_its_own_comment_only(
    webhook: Webhook, submit: Submit, database: Database, clock: Clock, moderator: Moderator
) -> None:
    taken: list[str] = []

    def refuse_the_first(parcel: Parcel) -> Failure | None:
        document = json.loads(parcel.body)
        if document["data"]["external_id"] == "c1" and document["type"] == "comment.queued":
            return Failure("HTTP 500", answered=True)
        taken.append(document["data"]["external_id"])
        return None

    first = submit("c1", "Quel idiot !")
    decide(database, moderator, first, "approve")
    submit("c2", "Merci.")
    drain(Worker(database, refuse_the_first, clock))
    assert taken == ["c2"]


def test_what_cannot_be_delivered_for_three_days_is_given_up_visibly(
    database: Database,
    webhook: Webhook,
    submit: Submit,
    worker: Worker,
    receiver: Receiver,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    submit("c1", "Merci.")
    receiver.failure = Failure("HTTP 503", answered=True)
    while clock.moment < now() + timedelta(days=3, minutes=20):
        worker.deliver_due()
        clock.forward(minutes=15)
    with database.read() as session:
        row = session.query(Delivery).one()
    assert (row.delivered, row.last_error) == (False, "HTTP 503")
    assert row.settled_at is not None
    assert "given up" in caplog.text


def test_events_can_be_replayed_under_the_same_id(
    database: Database, webhook: Webhook, submit: Submit, worker: Worker, receiver: Receiver
) -> None:
    submit("c1", "Merci.")
    drain(worker)
    with database.write() as session:
        assert outbox.replay(session, webhook.id, failed_only=True) == 0
        assert outbox.replay(session, webhook.id) == 1
    drain(worker)
    first, second = receiver.taken
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_worker_that_died_leaves_its_events_to_others(
    database: Database, webhook: Webhook, submit: Submit, receiver: Receiver, clock: Clock
) -> None:
    submit("c1", "Merci.")
    assert len(Worker(database, receiver, clock)._claim()) == 1
    assert Worker(database, receiver, clock).deliver_due() == 0
    clock.forward(minutes=3)
    assert Worker(database, receiver, clock).deliver_due() == 1


def test_the_delay_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert delay(1, 0.0) == timedelta(seconds=5)
    assert delay(3, 1.0) == timedelta(seconds=40)
    assert delay(500, 1.0) == timedelta(minutes=15)
