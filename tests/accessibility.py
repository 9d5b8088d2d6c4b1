"""What axe-core has to say of a page (WCAG 2.1 AA)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    """List what breaks a rule, with where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{row['id']}: {[node['target'] for node in row['nodes']]}" for row in found]
