"""Starting the webhooks' worker beside a server."""

import threading

from moderation.database import Database
from moderation.delivery import Worker
from moderation.receivers import Post
from moderation.settings import Settings


def worker(database: Database, settings: Settings) -> Worker:
    """Make the worker of an installation."""
    return Worker(database, Post(allow_private=settings.webhooks_to_private))


def start(database: Database, settings: Settings) -> None:
    """Deliver webhooks from a daemon thread, as long as the process lives."""
    threading.Thread(
        target=worker(database, settings).run,
        args=(threading.Event(),),
        name="deliveries",
        daemon=True,
    ).start()
