"""The board in a real browser: its rows are walked through with keys."""

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_rows_are_walked_through_with_keys_and_opened(visit):
    page = visit("coordinator").go("/board")
    links = page.locator("[data-row-link]")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    second = links.nth(1).get_attribute("href")

    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")
