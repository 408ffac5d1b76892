"""What axe finds wrong with a page."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ALL = Axe()


def run(page: Page, *, only: str | None = None) -> AxeResults:
    """Every rule, or ``only`` one; only what is broken is gathered: the rest takes most time."""
    asked = {"resultTypes": ["violations"]}
    return ALL.run(page, options={**asked, "runOnly": [only]} if only else asked)
