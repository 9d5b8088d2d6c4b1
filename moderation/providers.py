"""People whom an OpenID provider vouches for, and the accounts that are theirs."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation import accounts, journal, links
from moderation.accounts import NAME_MAX_LENGTH, Role
from moderation.errors import InvalidText, NotAllowed
from moderation.tables import Moderator

SUBJECT_MAX_LENGTH = 500
Why = Literal["unknown", "taken", "disabled"]


class Refused(NotAllowed):
    """Somebody whom the provider knows, and who is not let in here; `why` tells a page what."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"The provider vouches for them, but: {why}.")
        self.why = why


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody as their provider tells; `email` is None unless the provider verified it.

    `subject` is the issuer and its `sub`: the one thing that never passes to somebody else.
    """

    subject: str
    email: str | None
    name: str
    role: Role | None


def subject(issuer: str, sub: str) -> str:
    """Write down who somebody is, for whom."""
    return f"{issuer} {sub}"


def admit(session: Session, person: Vouched) -> Moderator:
    """Find the account of somebody vouched for, or make it, or raise Refused.

    It is the one linked to them; else the invited one whose login is their verified e-mail; else
    a new one, if the provider gives them a role. An account that somebody has entered by password
    is never taken over, and no account's role is ever changed.
    """
    if len(person.subject) > SUBJECT_MAX_LENGTH:
        raise Refused("unknown")
    moderator = session.scalar(select(Moderator).where(Moderator.subject == person.subject))
    if moderator is None:
        moderator = _invited(session, person) or _created(session, person)
    if moderator.disabled_at is not None:
        raise Refused("disabled")
    return moderator


def link(session: Session, moderator: Moderator, subject: str) -> None:
    """Let an account be entered by whoever the provider names so."""
    moderator.subject = subject
    links.close(session, moderator)
    journal.record(session, moderator, "account.link", moderator.id)
    session.flush()


def _invited(session: Session, person: Vouched) -> Moderator | None:
    account = accounts.by_login(session, person.email) if person.email else None
    if account is None:
        return None
    if account.disabled_at is not None:
        raise Refused("disabled")
    if links.entered(account):
        raise Refused("taken")
    link(session, account, person.subject)
    return account


def _created(session: Session, person: Vouched) -> Moderator:
    if person.role is None:
        raise Refused("unknown")
    login = person.email or person.subject
    try:
        name = accounts.named(person.name[:NAME_MAX_LENGTH])
        account = accounts.create(session, login, name, None, person.role)
    except InvalidText as error:
        raise Refused("unknown") from error
    link(session, account, person.subject)
    return account
