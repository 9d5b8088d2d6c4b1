"""The browsers of moderators, named as they would: family and system, and nothing more."""

import re

# In this order: browsers also claim to be those that came before them.
BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrom(e|ium)/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad|iPod"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def name(user_agent: str) -> str:
    """Name a browser, as « Firefox, Linux »; empty when nothing is recognised."""
    found = (_first(kinds, user_agent) for kinds in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((kind for kind, pattern in kinds if re.search(pattern, user_agent)), None)
