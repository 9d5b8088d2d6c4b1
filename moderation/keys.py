"""Random keys, shown once and kept as digests."""

import hashlib
import secrets


def make() -> str:
    """Make a key of 256 random bits that fits in an address or a cookie."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """Tell what is kept of a key, and looked up by index.

    A plain SHA-256 suffices: keys are 256 random bits, not passwords.
    """
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
