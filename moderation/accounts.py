"""Moderators' accounts, their rights, and their passwords."""

import secrets
import unicodedata
from typing import Literal, get_args
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from moderation import journal
from moderation.errors import Conflict, InvalidText, NotFound
from moderation.tables import Moderator
from moderation.text import clean

Role = Literal["moderator", "lead", "administrator", "data"]
ROLES: tuple[Role, ...] = get_args(Role)
Right = Literal["moderate", "lead", "administer", "study"]
RIGHTS: dict[Role, frozenset[Right]] = {
    "moderator": frozenset({"moderate"}),
    "lead": frozenset({"moderate", "lead", "study"}),
    "administrator": frozenset({"moderate", "lead", "administer", "study"}),
    "data": frozenset({"study"}),
}
NAME_MAX_LENGTH = 100
LOGIN_MAX_LENGTH = 254
PASSWORD_MIN_LENGTH = 12
# Bounds what is hashed; nobody types as much.
PASSWORD_MAX_LENGTH = 1_000
# How much a password must have beside the account's own name.
OWN_MIN_LENGTH = 8
# How many different characters; « abababababab » has two.
VARIETY = 5
Weakness = Literal["short", "own", "common"]
# What people choose first where twelve characters are asked for.
COMMON = frozenset(
    "motdepasse12 motdepasse123 motdepasse1234 monmotdepasse azertyuiop12 azertyuiop123"
    " azertyuiopqs azertyuiopqsdf azerty123456 azerty12345678 123456789azerty 1234567890azerty"
    " qwertyuiop12 qwertyuiop123 qwerty123456 1q2w3e4r5t6y 1a2z3e4r5t6y 1qaz2wsx3edc aqwzsxedcrfv"
    " password1234 password12345 passwordpassword motdepassemotdepasse administrateur"
    " administrator administrator1 administrateur1 moderateur123 123456789012 1234567890123"
    " 123456789123 012345678910 0123456789012 abcdefghijkl abcdefghijklm bienvenue123"
    " bienvenue2026 changezmoi123 changeme1234 iloveyou1234 jetaimejetaime doudoudoudou"
    " marseille1313 football1234".split()
)

_hasher = PasswordHasher()
# Verified when the account is unknown, so that the answer takes as long as for a known one.
_nobody = _hasher.hash(secrets.token_urlsafe())


def create(
    session: Session,
    login: str,
    name: str,
    password: str | None,
    role: Role = "moderator",
    made_by: Moderator | None = None,
) -> Moderator:
    """Create an account; the password is kept as an argon2id hash.

    Without a password nobody can log in by one: see `links`. Raises InvalidText for a login or a
    password that cannot be, Conflict for a login that is taken.
    """
    login, name = _known_as(login), named(name)
    if not login or len(login) > LOGIN_MAX_LENGTH:
        raise InvalidText(f"A login has 1 to {LOGIN_MAX_LENGTH} characters.")
    if by_login(session, login) is not None:
        raise Conflict(f"There is an account {login} already.")
    moderator = Moderator(login=login, name=name, role=role)
    if password is not None:
        choose_password(moderator, password)
    session.add(moderator)
    session.flush()
    journal.record(session, made_by, "account.create", moderator.id, role=role)
    return moderator


def named(raw: str) -> str:
    """Put a person's name in the form that is stored; InvalidText for one that cannot be."""
    name = " ".join(clean(raw).split())
    if not name or len(name) > NAME_MAX_LENGTH:
        raise InvalidText(f"A name has 1 to {NAME_MAX_LENGTH} characters.")
    return name


def find(session: Session, moderator_id: UUID) -> Moderator:
    """Look up an account by its id, or raise NotFound."""
    moderator = session.get(Moderator, moderator_id)
    if moderator is None:
        raise NotFound(f"There is no account {moderator_id}.")
    return moderator


def by_login(session: Session, login: str) -> Moderator | None:
    """Look up an account by what its owner types."""
    return session.scalar(select(Moderator).where(Moderator.login == _known_as(login)))


def authenticate(session: Session, login: str, password: str) -> Moderator | None:
    """Find the moderator whose login and password these are; None for anyone else."""
    moderator = by_login(session, login)
    if moderator is not None and moderator.disabled_at is not None:
        moderator = None
    return moderator if has_password(moderator, password) and moderator else None


def has_password(moderator: Moderator | None, password: str) -> bool:
    """Tell whether this is an account's password, as slowly where there is no account."""
    kept = moderator.password_hash if moderator else None
    try:
        _hasher.verify(kept or _nobody, password[: PASSWORD_MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def weakness(password: str, login: str, name: str) -> Weakness | None:
    """Tell why a password would be too easily guessed for an account; None when it would not."""
    if not PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
        return "short"
    bare = _bare(password)
    if bare in COMMON or len(set(bare)) < VARIETY:
        return "common"
    for own in (login, login.partition("@")[0], name, *name.split()):
        if len(own) > 1 and _bare(own) in bare:
            bare = bare.replace(_bare(own), "")
    return "own" if len(bare) < OWN_MIN_LENGTH else None


def choose_password(moderator: Moderator, password: str) -> None:
    """Give an account a password, or raise InvalidText for one that is easily guessed."""
    weak = weakness(password, moderator.login, moderator.name)
    if weak == "short":
        raise InvalidText(f"A password has {PASSWORD_MIN_LENGTH} characters or more.")
    if weak is not None:
        raise InvalidText(f"This password is easily guessed ({weak}).")
    moderator.password_hash = _hasher.hash(password)


def may(moderator: Moderator, right: Right) -> bool:
    """Tell whether a moderator's role carries a right; an unknown role carries none."""
    return right in RIGHTS.get(moderator.role, frozenset())  # type: ignore[call-overload]


def holding(right: Right) -> list[Role]:
    """List the roles that carry a right."""
    return [role for role in ROLES if right in RIGHTS[role]]


def colleagues(moderator: Moderator) -> Select[Moderator]:
    """Select the others whose accounts are active and who moderate too, by name."""
    return (
        select(Moderator)
        .where(
            Moderator.id != moderator.id,
            Moderator.role.in_(holding("moderate")),
            Moderator.disabled_at.is_(None),
        )
        .order_by(Moderator.name)
    )


def _known_as(login: str) -> str:
    # A control character is in no login, and PostgreSQL stores no null byte.
    kept = (sign for sign in login if unicodedata.category(sign) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept)).strip().casefold()


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
