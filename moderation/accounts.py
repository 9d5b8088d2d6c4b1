"""Moderators' accounts and passwords."""

import secrets
from typing import Literal, get_args
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from moderation.errors import InvalidText
from moderation.tables import Moderator

Role = Literal["moderator", "lead", "administrator", "data"]
ROLES: tuple[Role, ...] = get_args(Role)
Right = Literal["moderate", "lead", "administer", "study"]
RIGHTS: dict[Role, frozenset[Right]] = {
    "moderator": frozenset({"moderate"}),
    "lead": frozenset({"moderate", "lead", "study"}),
    "administrator": frozenset({"moderate", "lead", "administer", "study"}),
    "data": frozenset({"study"}),
}
PASSWORD_MIN_LENGTH = 12

_hasher = PasswordHasher()
# Verified when the account is unknown, so that the answer takes as long as for a known one.
_nobody = _hasher.hash(secrets.token_urlsafe())


def create(
    session: Session, login: str, name: str, password: str, role: Role = "moderator"
) -> Moderator:
    """Create an account; the password is kept as an argon2id hash."""
    if len(password) < PASSWORD_MIN_LENGTH:
        raise InvalidText(f"A password has {PASSWORD_MIN_LENGTH} characters or more.")
    moderator = Moderator(
        login=login.strip().casefold(), name=name, password_hash=_hasher.hash(password), role=role
    )
    session.add(moderator)
    session.flush()
    return moderator


def authenticate(session: Session, login: str, password: str) -> Moderator | None:
    """Find the moderator whose login and password these are; None for anyone else."""
    moderator = session.scalar(
        select(Moderator).where(
            Moderator.login == login.strip().casefold(), Moderator.disabled_at.is_(None)
        )
    )
    try:
        _hasher.verify((moderator and moderator.password_hash) or _nobody, password)
    except (VerificationError, InvalidHashError):
        return None
    return moderator


def active(session: Session, moderator_id: UUID) -> Moderator | None:
    """Find a moderator whose session goes on; None once the account is disabled."""
    moderator = session.get(Moderator, moderator_id)
    return moderator if moderator and moderator.disabled_at is None else None


def may(moderator: Moderator, right: Right) -> bool:
    """Tell whether a moderator's role carries a right; an unknown role carries none."""
    return right in RIGHTS.get(moderator.role, frozenset())  # type: ignore[call-overload]


def holding(right: Right) -> list[Role]:
    """List the roles that carry a right."""
    return [role for role in ROLES if right in RIGHTS[role]]


def colleagues(moderator: Moderator) -> ColumnElement[bool]:
    """Say in SQL whether anybody else could decide in a moderator's place."""
    return (
        select(Moderator.id)
        .where(
            Moderator.id != moderator.id,
            Moderator.role.in_(holding("moderate")),
            Moderator.disabled_at.is_(None),
        )
        .exists()
    )
