"""The engine, its sessions, and the schema's upgrades."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import alembic.command
from alembic.config import Config
from sqlalchemy import Delete, Engine, Update, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from moderation.tables import Base

# A commit that was answered must survive a power cut: hence FULL, where WAL's default is NORMAL.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 30000",
)
FOREIGN_KEYS = "PRAGMA foreign_keys = ON"
# As many as a process has threads, so that none waits for another's connection.
POOL = {"pool_size": 10, "max_overflow": 30}

ATTEMPTS = 5

T = TypeVar("T")


class Database:
    """One database and the two ways to use it: `read()` and `write()`, each one transaction."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.engine = _engine(url, (*PRAGMAS, FOREIGN_KEYS))
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        writing = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._writing = sessionmaker(writing, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that is never committed."""
        with self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back on any error.

        On SQLite the write lock is taken at once: a transaction that read first and then wants to
        write could otherwise be refused without waiting.
        """
        with self._writing.begin() as session:
            yield session

    def rewrite(self, work: Callable[[Session], T]) -> T:
        """Do work in a write transaction, afresh after a deadlock, which is nobody's fault.

        `work` may be called several times and must leave nothing behind but what it wrote.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                with self.write() as session:
                    return work(session)
            except OperationalError as error:
                if not isinstance(error.orig, _deadlocks()):
                    raise
        with self.write() as session:
            return work(session)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to an Alembic revision."""
        self._migrate(alembic.command.upgrade, revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to an Alembic revision."""
        self._migrate(alembic.command.downgrade, revision)

    def _migrate(self, command: Any, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        # SQLite changes a table by dropping it for its copy, which its references would forbid.
        engine = _engine(self._url, PRAGMAS)
        try:
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command(config, revision)
        finally:
            engine.dispose()


def _deadlocks() -> tuple[type[Exception], ...]:
    try:
        from psycopg.errors import DeadlockDetected, SerializationFailure
    except ImportError:  # SQLite alone is installed, and it has one writer at a time.
        return ()
    return DeadlockDetected, SerializationFailure


def insert_missing(session: Session, table: type[Base], key: tuple[str, ...], **row: Any) -> None:
    """Insert a row unless one with the same unique `key` stands, without failing in a race."""
    insert = _dialect(session).insert(table).values(**row)
    session.execute(insert.on_conflict_do_nothing(index_elements=key))


def upsert(session: Session, table: type[Base], key: str, **row: Any) -> None:
    """Insert a row, or bring the one with the same unique `key` up to date."""
    insert = _dialect(session).insert(table).values(**row)
    changed = {name: insert.excluded[name] for name in row if name != key}
    session.execute(insert.on_conflict_do_update(index_elements=[key], set_=changed))


def affect(session: Session, change: Update | Delete) -> int:
    """Change or delete rows, and answer how many there were."""
    result = session.execute(change)
    return result.rowcount if isinstance(result, CursorResult) else 0


def _dialect(session: Session) -> Any:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite


def _engine(url: str, pragmas: Sequence[str]) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, **POOL)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, **POOL)
    event.listen(engine, "connect", partial(_prepare_sqlite, pragmas))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(pragmas: Sequence[str], connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes late and breaks savepoints: we send ours.
    connection.isolation_level = None
    for pragma in pragmas:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    connection.exec_driver_sql(begin)
