"""Webhooks' outbox: events written with the change that they tell, for a worker to deliver."""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from moderation.database import affect
from moderation.errors import InvalidText, NotFound
from moderation.tables import Article, Comment, Delivery, Site, Webhook, now

Event = Literal[
    "comment.approved",
    "comment.rejected",
    "comment.queued",
    "comment.removed",
    "comment.appealed",
]
EVENTS: tuple[Event, ...] = get_args(Event)
EVENT_OF: dict[str, Event] = {
    "approved": "comment.approved",
    "rejected": "comment.rejected",
    "pending": "comment.queued",
    "removed": "comment.removed",
}
GIVE_UP_AFTER = timedelta(days=3)


def subscribe(session: Session, site: Site, url: str, events: Sequence[str] = EVENTS) -> Webhook:
    """Tell an address of a site these events from now on; its secret is made here."""
    unknown = sorted(set(events) - set(EVENTS))
    if unknown:
        raise InvalidText(f"There is no event {unknown[0]}; there are {', '.join(EVENTS)}.")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise InvalidText("A webhook's address starts with https:// or http://.")
    webhook = Webhook(
        site_id=site.id,
        url=url,
        secret="whsec_" + b64encode(secrets.token_bytes(32)).decode(),
        events=list(events),
    )
    session.add(webhook)
    session.flush()
    return webhook


def find(session: Session, webhook_id: UUID) -> Webhook:
    """Look up a webhook, or raise NotFound."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFound(f"There is no webhook {webhook_id}.")
    return webhook


def enqueue(
    session: Session,
    comment: Comment,
    event: Event | None = None,
    reason: str | None = None,
    statement: str | None = None,
) -> None:
    """Write an event for each webhook of the comment's site, in the change's own transaction.

    Without an `event`, the comment's present status tells which. The body names the comment but
    does not quote it: an erased text must not live on in a queue. What its author is told of a
    rejection is in it.
    """
    event = event or EVENT_OF[comment.status]
    subscribed = select(Webhook).where(
        Webhook.site_id == comment.site_id, Webhook.disabled_at.is_(None)
    )
    webhooks = [found for found in session.scalars(subscribed) if event in found.events]
    if not webhooks:
        return
    moment = now()
    told = {"reason": reason, "statement": statement}
    body = _body(session, comment, event, told, moment)
    for webhook in webhooks:
        session.add(
            Delivery(
                webhook_id=webhook.id,
                comment_id=comment.id,
                event=event,
                body=body,
                due_at=moment,
                expires_at=moment + GIVE_UP_AFTER,
            )
        )
    session.flush()


def forget(session: Session, comments: Sequence[UUID]) -> None:
    """Take what authors were told out of the events of these comments: they were erased."""
    events = select(Delivery).where(
        Delivery.comment_id.in_(comments), Delivery.event == "comment.rejected"
    )
    for delivery in session.scalars(events):
        document = json.loads(delivery.body)
        document["data"]["statement"] = None
        delivery.body = _write(document)


def replay(
    session: Session,
    webhook_id: UUID,
    since: datetime | None = None,
    *,
    failed_only: bool = False,
) -> int:
    """Put settled events back in the queue, in their order; answer how many.

    They keep their ids, so that a receiver knows those it has had.
    """
    find(session, webhook_id)
    moment = now()
    conditions = [Delivery.webhook_id == webhook_id, Delivery.settled_at.is_not(None)]
    if since is not None:
        conditions.append(Delivery.created_at >= since)
    if failed_only:
        conditions.append(Delivery.delivered.is_(False))
    fresh = {"due_at": moment, "expires_at": moment + GIVE_UP_AFTER, "attempts": 0}
    again = (
        update(Delivery)
        .where(*conditions)
        .values(settled_at=None, delivered=False, last_error=None, **fresh)
    )
    return affect(session, again)


def _body(
    session: Session,
    comment: Comment,
    event: Event,
    told: Mapping[str, str | None],
    moment: datetime,
) -> str:
    article = session.get_one(Article, comment.article_id)
    data = {
        "id": str(comment.id),
        "external_id": comment.external_id,
        "article_external_id": article.external_id,
        "status": comment.status,
        "revision": comment.revision,
        **told,
    }
    document = {"type": event, "timestamp": moment.isoformat(), "data": data}
    return _write(document)


def _write(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
