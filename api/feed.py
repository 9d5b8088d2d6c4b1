"""One watcher a process, and the consoles that listen to what it sees."""

import logging
import queue
import threading
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from moderation import changes
from moderation.changes import OVERLAP, Changes
from moderation.database import Database
from moderation.tables import now

LOOK_SECONDS = 1.0
# A console that takes in less than this much is told to come back, and misses nothing.
BACKLOG = 60

log = logging.getLogger(__name__)
Listener = queue.Queue[Changes]


class Feed:
    """Look at the database while somebody listens, and tell each listener what is new."""

    def __init__(self, database: Database, listeners_max: int) -> None:
        self._database = database
        self._listeners_max = listeners_max
        self._listeners: set[Listener] = set()
        self._watching = False
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    def listen(self) -> Listener | None:
        """Add a listener; None when there are as many as threads allow, or the process stops."""
        with self._lock:
            if len(self._listeners) >= self._listeners_max or self.stopping.is_set():
                return None
            listener: Listener = queue.Queue(BACKLOG)
            self._listeners.add(listener)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="live", daemon=True).start()
            return listener

    def leave(self, listener: Listener) -> None:
        """Take a listener out; twice does no harm."""
        with self._lock:
            self._listeners.discard(listener)

    def listens(self, listener: Listener) -> bool:
        """Tell whether a listener still gets everything."""
        return listener in self._listeners

    def _watch(self) -> None:
        told: dict[object, datetime] = {}
        readers: object = {}
        moment = now()
        while self._goes_on():
            try:
                with self._database.read() as session:
                    seen = changes.since(session, moment)
            except SQLAlchemyError as error:
                # The database restarts, or is busy: the next look covers this one.
                log.warning("Live changes could not be read: %s", type(error).__name__)
            else:
                moment = seen.moment
                news = _news(seen, told)
                if news.comments or news.held or readers != news.readers:
                    readers = news.readers
                    self._tell(news)
            self.stopping.wait(LOOK_SECONDS)

    def _goes_on(self) -> bool:
        with self._lock:
            self._watching = bool(self._listeners) and not self.stopping.is_set()
            return self._watching

    def _tell(self, news: Changes) -> None:
        with self._lock:
            for listener in list(self._listeners):
                try:
                    listener.put_nowait(news)
                except queue.Full:
                    self._listeners.discard(listener)


def _news(seen: Changes, told: dict[object, datetime]) -> Changes:
    """Keep what was not told yet, and remember it for as long as it can be seen again."""
    comments = [row for row in seen.comments if (row.comment_id, row.changed_at) not in told]
    held = frozenset(held for held in seen.held if held not in told)
    for key in [*((row.comment_id, row.changed_at) for row in comments), *held]:
        told[key] = seen.moment
    for key in [key for key, at in told.items() if at < seen.moment - 2 * OVERLAP]:
        del told[key]
    return replace(seen, comments=comments, held=held)
