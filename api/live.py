"""Live changes of the queues: a stream of server-sent events, or the same JSON on request."""

import json
import queue
import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, request
from sqlalchemy import select
from werkzeug.exceptions import BadRequest

from api import login, narrowing
from api.context import service, today
from api.feed import Feed, Listener
from moderation import changes, filters, queues
from moderation.changes import Changes
from moderation.database import Database
from moderation.tables import Comment, now

blueprint = Blueprint("live", __name__, url_prefix="/live")
HEARTBEAT_SECONDS = 15.0
# The session is checked when a stream opens: this is how long a closed one may still be told.
STREAM_SECONDS = 300.0
WAKE_SECONDS = 0.5
# How often a browser without a stream asks.
POLL_SECONDS = 10.0
ARRIVALS_MAX = 100
RETRY_SECONDS = 10
SINCE_MAX = timedelta(days=30)
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@blueprint.get("")
@login.needs("moderate")
def stream() -> Response:
    """Tell what changes as it changes; 503 when every thread that may stream does."""
    moment = _moment(request.headers.get("Last-Event-ID") or request.args.get("since"))
    feed: Feed = service().feed
    listener = feed.listen()
    if listener is None:
        retry = {"Retry-After": str(RETRY_SECONDS)}
        return Response("", HTTPStatus.SERVICE_UNAVAILABLE, retry)
    connection = request.environ.get("gunicorn.socket")
    events = _events(feed, listener, service().database, moment, login.current().id, connection)
    response = Response(events, mimetype="text/event-stream", headers=HEADERS)
    response.call_on_close(lambda: feed.leave(listener))
    return response


@blueprint.get("/changes")
@login.needs("moderate")
def poll() -> dict[str, Any]:
    """Tell what changed since a moment, for a browser that has no stream."""
    moment = _moment(request.args.get("since"))
    with service().database.read() as session:
        return _told(changes.since(session, moment), login.current().id)


@blueprint.get("/arrivals")
@login.needs("moderate")
def arrivals() -> dict[str, Any]:
    """Tell what came into a narrowed queue since a moment: new, edited, decided again, returned."""
    with service().database.read() as session:
        since = [
            *queues.conditions("pending", login.current(), today()),
            *filters.conditions(narrowing.asked()),
            Comment.changed_at > _moment(request.args.get("since")),
        ]
        found = session.scalars(select(Comment.id).where(*since).limit(ARRIVALS_MAX + 1)).all()
    ids = [str(comment_id) for comment_id in found]
    return {"ids": ids[:ARRIVALS_MAX], "more": len(ids) > ARRIVALS_MAX}


def cursor() -> str:
    """Name the present moment, from which a page that is shown now wants to know changes."""
    return now().isoformat()


def end_with_the_process(feed: Feed) -> None:
    """End all streams as soon as the worker process is told to stop, which else waits for them."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        before = signal.getsignal(number)

        def stop(signum: int, frame: Any, before: Any = before) -> None:
            feed.stopping.set()
            if callable(before):
                before(signum, frame)

        signal.signal(number, stop)


def init_app(app: Flask) -> None:
    """Give templates the cursor, and the time between two looks without a stream."""
    app.jinja_env.globals.update(
        live_cursor=cursor, live_poll_ms=lambda: round(POLL_SECONDS * 1000)
    )


def _events(
    feed: Feed,
    listener: Listener,
    database: Database,
    moment: datetime,
    reader: UUID,
    connection: socket.socket | None,
) -> Iterator[str]:
    with database.read() as session:
        first = changes.since(session, moment)
    yield _event(first, reader)
    ends = time.monotonic() + STREAM_SECONDS
    beats = time.monotonic() + HEARTBEAT_SECONDS
    while time.monotonic() < ends and feed.listens(listener) and not feed.stopping.is_set():
        try:
            yield _event(listener.get(timeout=WAKE_SECONDS), reader)
        except queue.Empty:
            if connection is not None and _left(connection):
                return
            if time.monotonic() > beats:
                beats = time.monotonic() + HEARTBEAT_SECONDS
                yield ":\n\n"


def _left(connection: socket.socket) -> bool:
    """Tell whether the browser hung up, which writing alone would find out late."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _event(seen: Changes, reader: UUID) -> str:
    return f"id: {seen.moment.isoformat()}\ndata: {json.dumps(_told(seen, reader))}\n\n"


def _told(seen: Changes, reader: UUID) -> dict[str, Any]:
    """Tell changes to one moderator, whose own claims are no news."""
    return {
        "cursor": seen.moment.isoformat(),
        "comments": [
            {
                "id": str(row.comment_id),
                "site": str(row.site_id),
                "article": str(row.article_id),
                "status": row.status,
                "revision": row.revision,
                "received": row.received_at.isoformat(),
                "by": row.decided_by,
            }
            for row in seen.comments
        ],
        "held": [str(held) for held in seen.held],
        "readers": {
            str(comment_id): found.name
            for comment_id, found in seen.readers.items()
            if found.moderator_id != reader
        },
        "more": seen.more,
    }


def _moment(asked: str | None) -> datetime:
    if not asked:
        return now()
    try:
        # A « + » that was not escaped in an URL is read as a space.
        moment = datetime.fromisoformat(asked.replace(" ", "+"))
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest from error
    # No older than what can be told: some moments have nothing before them.
    return max(moment, now() - SINCE_MAX)
