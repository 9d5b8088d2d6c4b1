"""What leads and administrators do to the team: invite, change roles, disable, let in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from moderation import accounts, journal, links, login_sessions
from moderation.accounts import RIGHTS, ROLES, Role
from moderation.errors import Conflict, NotAllowed
from moderation.tables import LoginSession, Moderator, now

State = Literal["invited", "active", "disabled"]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, and whether whoever looks may change their account."""

    account: Moderator
    state: State
    seen_at: datetime | None
    manageable: bool


def members(session: Session, by: Moderator) -> Sequence[Member]:
    """List the team, those at work first, as one of its leads sees it."""
    seen = (
        select(LoginSession.moderator_id, func.max(LoginSession.seen_at).label("at"))
        .group_by(LoginSession.moderator_id)
        .subquery()
    )
    query = (
        select(Moderator, seen.c.at)
        .outerjoin(seen, seen.c.moderator_id == Moderator.id)
        # Those of other tools (see `external`) are nobody's.
        .where(Moderator.role.in_(ROLES))
        .order_by(Moderator.disabled_at.is_not(None), func.lower(Moderator.name), Moderator.id)
    )
    return [
        Member(account, state(account), seen_at, manages(by, account))
        for account, seen_at in session.execute(query)
    ]


def state(account: Moderator) -> State:
    """Tell whether somebody works with an account, not yet, or no longer."""
    if account.disabled_at is not None:
        return "disabled"
    return "active" if links.entered(account) else "invited"


def grants(by: Moderator) -> list[Role]:
    """List the roles that someone may invite to; a lead invites moderators."""
    if accounts.may(by, "administer"):
        return list(ROLES)
    return ["moderator"] if accounts.may(by, "lead") else []


def manages(by: Moderator, account: Moderator) -> bool:
    """Tell whether someone may let an account in again, or disable it; never one's own.

    A lead manages those whose rights are fewer than a lead's; an administrator, everybody.
    """
    if account.id == by.id or account.role not in RIGHTS or not accounts.may(by, "lead"):
        return False
    own, theirs = (RIGHTS[person.role] for person in (by, account))  # type: ignore[index]
    return accounts.may(by, "administer") or theirs < own


def invite(session: Session, by: Moderator, login: str, name: str, role: Role) -> str:
    """Create an account that nobody has entered, and answer the key of its invitation."""
    if role not in grants(by):
        raise NotAllowed(f"This role may not invite a {role}.")
    return links.make(session, accounts.create(session, login, name, None, role, by), by)


def let_in(session: Session, by: Moderator, account: Moderator) -> str:
    """Answer the key of a link by which someone chooses a password, for the first time or anew."""
    _check(by, account)
    if account.disabled_at is not None:
        raise Conflict("This account is disabled.")
    return links.make(session, account, by)


def change_role(session: Session, by: Moderator, account: Moderator, role: Role) -> None:
    """Give someone another role; Conflict when no active administrator would be left."""
    _check(by, account)
    if not accounts.may(by, "administer"):
        raise NotAllowed("Only administrators change roles.")
    if role == account.role:
        return
    _keep_an_administrator(session, account)
    journal.record(session, by, "account.role", account.id, before=account.role, role=role)
    account.role = role
    session.flush()


def disable(session: Session, by: Moderator, account: Moderator) -> None:
    """Keep someone out from now on, in all browsers; what they did stays theirs.

    Raises Conflict when no active administrator would be left.
    """
    _check(by, account)
    if account.disabled_at is not None:
        return
    _keep_an_administrator(session, account)
    account.disabled_at = now()
    login_sessions.end_all(session, account)
    links.close(session, account)
    journal.record(session, by, "account.disable", account.id)
    session.flush()


def enable(session: Session, by: Moderator, account: Moderator) -> None:
    """Let someone work with their account again."""
    _check(by, account)
    if account.disabled_at is not None:
        account.disabled_at = None
        journal.record(session, by, "account.enable", account.id)
        session.flush()


def _check(by: Moderator, account: Moderator) -> None:
    if not manages(by, account):
        raise NotAllowed("This account is not for you to change.")


def _keep_an_administrator(session: Session, leaving: Moderator) -> None:
    # Locked, in one order: two administrators who remove each other must not both succeed.
    query = (
        select(Moderator)
        .where(Moderator.role == "administrator", Moderator.disabled_at.is_(None))
        .order_by(Moderator.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    left = [found for found in session.scalars(query) if links.entered(found)]
    if leaving.role == "administrator" and not any(found.id != leaving.id for found in left):
        raise Conflict("An active administrator must be left.")
