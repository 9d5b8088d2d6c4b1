"""What every protocol facade shares: keys, quotas, and texts taken as they come."""

import hashlib
import html
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from flask import Blueprint, g, request

from api import login
from api.context import service
from moderation import sites
from moderation.errors import InvalidText
from moderation.tables import Site
from moderation.text import clean, from_html

# No classifier reads further.
MAX_LENGTH = 20_000
BATCH = 64
Item = TypeVar("Item")


def bearer() -> str | None:
    """Read the key of an `Authorization: Bearer` header."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def site_of(key: str | None) -> Site | None:
    """Find the site whose key this is, and make it the calling site."""
    if not key:
        return None
    with service().database.read() as session:
        found = sites.authenticate(session, key.strip())
    if found is not None:
        g.site = found
    return found


def limited(blueprint: Blueprint, caller: Callable[[], str | None]) -> None:
    """Hold the calls of each key to the installation's quota, over all of a blueprint's routes."""

    def bucket() -> str:
        return hashlib.sha256((caller() or "").encode("utf-8", "replace")).hexdigest()

    shared = login.limiter.shared_limit(_quota, scope="site key", key_func=bucket)
    shared(blueprint)


def readable(text: str, *, markup: bool = False) -> str:
    """Turn a text into the plain text that is scored; empty when there is nothing to read.

    Unlike `intake.prepare`, refuse nothing: the caller's protocol has no word for a null byte, and
    a text that went unscored would be let through. `markup` says that it is HTML even without tags.
    """
    text = text[: 2 * MAX_LENGTH]
    plain = from_html(_tolerated(text))
    if markup:
        plain = html.unescape(plain)
    return _tolerated(plain)[:MAX_LENGTH].strip()


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Part items in lists that one call of the classifier scores well within its time."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _tolerated(text: str) -> str:
    try:
        return clean(text)
    except InvalidText:
        return clean("".join(map(_or_space, text)))


def _or_space(character: str) -> str:
    known = unicodedata.category(character) not in ("Cc", "Cn", "Cs")
    return character if character in "\n\t" or (known and character != "\u202e") else " "


def _quota() -> str:
    return service().settings.key_quota
