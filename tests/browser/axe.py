"""What axe finds wrong with a page."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ALL = Axe()


def run(page: Page) -> AxeResults:
    """Every rule; only what it breaks is gathered, because the rest takes most of the time."""
    return ALL.run(page, options={"resultTypes": ["violations"]})
