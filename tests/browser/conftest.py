"""A real browser against a real server; skipped with a reason where there is no Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium
from tests.browser.scene import House, serve
from tests.conftest import skip_or_fail

if TYPE_CHECKING:  # Without playwright the tests skip with a reason; this file must still load.
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.path()
    if path is None:
        skip_or_fail("no Chromium on this machine: install one, or name it in CHROMIUM")
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.FLAGS}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One server for the tests of a module."""
    with serve(tmp_path_factory.mktemp("house")) as running:
        yield running


class Visitor:
    """Somebody with a browser: it notes whatever the page complains about."""

    def __init__(self, browser: Browser, house: House, width: int, language: str) -> None:
        self.house = house
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=house.address
        )
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " found => console.error('CSP refused ' + found.violatedDirective))"
        )
        self.context.add_cookies([{"name": "language", "value": language, "url": house.address}])
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message) -> None:
        # A page that is refused is told on the console too; that is its answer, no complaint.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)

    def be(self, role: str) -> None:
        self.context.add_cookies([self.house.session(role)])

    def go(self, path: str, theme: str = "light") -> Page:
        self.page.goto(path)
        self.page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        return self.page


@pytest.fixture
def visit(browser: Browser, house: House):
    """``visit("operator", width=390)`` opens a browser; at the end nothing may have complained."""
    opened: list[Visitor] = []

    def visit(role: str | None = None, *, width: int = 1440, language: str = "ja") -> Visitor:
        visitor = Visitor(browser, house, width, language)
        opened.append(visitor)
        if role:
            visitor.be(role)
        return visitor

    yield visit
    for visitor in opened:
        visitor.context.close()

    assert [complaint for visitor in opened for complaint in visitor.complaints] == []
