"""One-time links to choose a password: invitations, and resets for those who forgot theirs."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from moderation import accounts, journal, keys, login_sessions
from moderation.database import affect
from moderation.errors import Conflict
from moderation.tables import AccountLink, Moderator, now

Kind = Literal["invitation", "reset"]
State = Literal["open", "used", "expired"]
LIFETIMES: dict[Kind, timedelta] = {"invitation": timedelta(days=7), "reset": timedelta(days=1)}


def make(session: Session, moderator: Moderator, made_by: Moderator | None) -> str:
    """Make the link that lets someone in, and answer its key, which cannot be read again.

    An account that nobody has entered yet gets an invitation, any other a reset. Those made
    before for the same account are closed: a link that was passed on badly can be replaced.
    """
    close(session, moderator)
    kind: Kind = "reset" if entered(moderator) else "invitation"
    key = keys.make()
    session.add(
        AccountLink(
            digest=keys.digest(key),
            kind=kind,
            moderator_id=moderator.id,
            made_by_id=made_by.id if made_by else None,
            expires_at=now() + LIFETIMES[kind],
        )
    )
    session.flush()
    journal.record(session, made_by, f"link.{kind}", moderator.id)
    return key


def close(session: Session, moderator: Moderator) -> None:
    """Let an account's links expire at once."""
    moment = now()
    session.execute(
        update(AccountLink)
        .where(AccountLink.moderator_id == moderator.id, AccountLink.expires_at > moment)
        .values(expires_at=moment),
        execution_options={"synchronize_session": False},
    )


def find(session: Session, key: str) -> AccountLink | None:
    """Find a link by its key, with the account that it opens."""
    return session.scalar(
        select(AccountLink)
        .where(AccountLink.digest == keys.digest(key))
        .options(joinedload(AccountLink.moderator))
    )


def state(link: AccountLink) -> State:
    """Tell whether a link still opens its account; that of a disabled one does not."""
    if link.used_at is not None:
        return "used"
    gone = link.expires_at <= now() or link.moderator.disabled_at is not None
    return "expired" if gone else "open"


def use(session: Session, link: AccountLink, password: str) -> Moderator:
    """Choose the password of a link's account, once, and end its sessions.

    Raises Conflict when the link was used or has expired meanwhile, InvalidText for a password
    that is easily guessed.
    """
    moderator = accounts.find(session, link.moderator_id)
    accounts.choose_password(moderator, password)
    opened = [AccountLink.used_at.is_(None), AccountLink.expires_at > now()]
    used = update(AccountLink).where(AccountLink.id == link.id, *opened).values(used_at=now())
    once = affect(session, used.execution_options(synchronize_session=False)) == 1
    if not once or moderator.disabled_at:
        raise Conflict("This link was used, or has expired.")
    login_sessions.end_all(session, moderator)
    journal.record(session, moderator, f"account.{link.kind}", moderator.id)
    session.flush()
    return moderator


def entered(moderator: Moderator) -> bool:
    """Tell whether somebody can log in to an account, or its invitation is still open."""
    return moderator.password_hash is not None or moderator.subject is not None
