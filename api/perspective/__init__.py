"""The Perspective API's protocol, for clients that must not know that it is gone."""

from api.perspective.discovery import blueprint as discovery
from api.perspective.views import blueprint

__all__ = ["blueprint", "discovery"]
