"""The API's readable page, in a real browser."""

import pytest
from playwright.sync_api import Page, Request, expect

pytestmark = pytest.mark.browser


def test_the_page_shows_the_api_and_calls_nobody_else(page: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto("/docs")
    expect(page.get_by_text("Submit a comment", exact=True)).to_be_visible()
    own = page.url.split("/docs")[0]
    assert len(asked) > 3
    assert [url for url in asked if not url.startswith((own, "data:"))] == []
