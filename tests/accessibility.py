"""What axe-core has to say of a page (WCAG 2.1 AA)."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    """List what breaks a rule, with where."""
    return _run(page, RULES)


def contrasts(page: Page) -> list[str]:
    """List what is hard to read: all that another colour scheme can change."""
    return _run(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})


def _run(page: Page, options: dict[str, Any]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [f"{row['id']}: {[node['target'] for node in row['nodes']]}" for row in found]
