"""Akismet's protocol, for blogs that speak it."""

from api.akismet.views import blueprint

__all__ = ["blueprint"]
