"""Commands of `moderation` for other systems: Coral's secrets, webhooks and their worker."""

import signal
import threading
from datetime import datetime
from uuid import UUID

import click
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from api import deliveries
from api.installation import open_database, settings
from moderation import journal, outbox, signatures, sites
from moderation.outbox import EVENTS
from moderation.tables import Delivery, Webhook, now

console = Console()
ERRORS_SHOWN = 10


@click.command("coral-secret")
@click.argument("slug")
@click.option("--secret", prompt="Signing secret, as Coral shows it", hide_input=True)
def coral_secret(slug: str, secret: str) -> None:
    """Accept a signing secret of Coral's external phase; the one before it stays valid."""
    with open_database() as database, database.write() as session:
        signatures.add(session, sites.by_slug(session, slug), secret)
        journal.record(session, None, "site.coral_secret", slug)


@click.command()
def worker() -> None:
    """Deliver webhooks until stopped; several may run."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_database() as database:
        deliveries.worker(database, settings()).run(stop)


@click.group()
def webhooks() -> None:
    """Tell a site what becomes of its comments."""


@webhooks.command("add")
@click.argument("slug")
@click.argument("url")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="All, if none.")
def add(slug: str, url: str, events: tuple[str, ...]) -> None:
    """Tell an address of a site from now on; print the secret that signs what it gets."""
    with open_database() as database, database.write() as session:
        site = sites.by_slug(session, slug)
        webhook = outbox.subscribe(session, site, url, events or EVENTS)
        journal.record(session, None, "webhook.add", webhook.id, site=slug)
        console.print(f"{webhook.id}\n{webhook.secret}", soft_wrap=True)


@webhooks.command("remove")
@click.argument("webhook", type=click.UUID)
def remove(webhook: UUID) -> None:
    """Tell an address nothing more; what it was told stays listed."""
    with open_database() as database, database.write() as session:
        outbox.find(session, webhook).disabled_at = now()
        journal.record(session, None, "webhook.remove", webhook)


@webhooks.command("list")
def show() -> None:
    """List the addresses with what they got, what waits, what was given up, and the last errors."""
    with open_database() as database, database.read() as session:
        console.print(_addresses(session))
        failed = _failed(session)
        if failed:
            console.print(failed)


@webhooks.command("replay")
@click.argument("webhook", type=click.UUID)
@click.option("--since", type=click.DateTime(), help="Of events made since then (local time).")
@click.option("--failed", is_flag=True, help="Only of events that were given up.")
def replay(webhook: UUID, since: datetime | None, failed: bool) -> None:
    """Deliver past events again, under the same ids."""
    moment = since.astimezone() if since else None
    with open_database() as database, database.write() as session:
        number = outbox.replay(session, webhook, moment, failed_only=failed)
        journal.record(session, None, "webhook.replay", webhook, events=number)
    console.print(f"{number} events will be delivered again.")


COMMANDS = (coral_secret, worker, webhooks)


def _addresses(session: Session) -> Table:
    whole = Column("Webhook", no_wrap=True, min_width=36)
    table = Table(whole, "Site", "Address", "Events", "Delivered", "Waiting", "Given up")
    query = select(Webhook).order_by(Webhook.id).options(joinedload(Webhook.site))
    for webhook in session.scalars(query):
        state = " (removed)" if webhook.disabled_at else ""
        table.add_row(
            str(webhook.id),
            webhook.site.slug,
            webhook.url + state,
            ", ".join(event.removeprefix("comment.") for event in webhook.events),
            *map(str, _counts(session, webhook)),
        )
    return table


def _counts(session: Session, webhook: Webhook) -> tuple[int, ...]:
    waiting = Delivery.settled_at.is_(None)
    kinds = (Delivery.delivered, waiting, ~Delivery.delivered & ~waiting)
    columns = [func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds]
    return tuple(session.execute(select(*columns).where(Delivery.webhook_id == webhook.id)).one())


def _failed(session: Session) -> Table | None:
    query = (
        select(Delivery)
        .where(Delivery.last_error.is_not(None))
        .order_by(Delivery.number.desc())
        .limit(ERRORS_SHOWN)
    )
    rows = session.scalars(query).all()
    table = Table("Event", "Made at", "Tries", "State", "Last error", title="Latest errors")
    for row in rows:
        state = "given up" if row.settled_at else "waiting"
        moment = row.created_at.isoformat(timespec="seconds")
        table.add_row(row.event, moment, str(row.attempts), state, row.last_error)
    return table if rows else None
