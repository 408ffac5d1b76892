"""A browser for everybody: it opens a page in a look, and stays open for the next one."""

from typing import Self

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts._pictures.grid import Shot
from tests.browser import chromium
from tests.browser.scene import House

REFUSED = (403, 404)

LINK = """(address) => {
  const link = Object.assign(document.createElement("a"), { href: address, textContent: address });
  document.body.prepend(link);
}"""

WATCH = """
window.shifted = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (!one.hadRecentInput) window.shifted.push(one.value);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


class Camera:
    """Chromium, with one window for each role, so that everybody signs in once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.windows: dict[str | None, Page] = {}

    def __enter__(self) -> Self:
        self.playwright = sync_playwright().start()
        self.browser: Browser = self.playwright.chromium.launch(
            executable_path=chromium.path(), args=chromium.FLAGS
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self.playwright.stop()

    def open(self, shot: Shot) -> Page | None:
        """The page in its look and state; None when its role may not see it."""
        page = self._window(shot)
        page.set_viewport_size({"width": shot.width, "height": 900})
        scheme = "dark" if shot.medium == "dark" else "light"
        page.emulate_media(media="screen", color_scheme=scheme)
        page.context.add_cookies(
            [{"name": "language", "value": shot.language, "url": self.house.address}]
        )
        answer = page.goto(self.house.address + shot.look.at(self.house))
        if "@" in shot.name and answer is not None and answer.status in REFUSED:
            return None
        shot.look.act(page)
        if shot.medium == "print":  # Only now: paper has no buttons to press.
            page.emulate_media(media="print")
        return page

    def _window(self, shot: Shot) -> Page:
        role = shot.look.role
        if role is None or shot.look.then:
            # Nothing that was typed or opened before may be left.
            return self._context(role).new_page()
        if role not in self.windows:
            self.windows[role] = self._context(role).new_page()
        return self.windows[role]

    def _context(self, role: str | None) -> BrowserContext:
        context = self.browser.new_context()
        context.add_init_script(WATCH)
        if role:
            context.add_cookies([self.house.session(role)])
        return context

    def close(self, page: Page) -> None:
        """Done with a page: a window of nobody's goes, the others stay."""
        if page not in self.windows.values():
            page.context.close()

    def weigh(self, shot: Shot) -> int:
        """Bytes over the line for somebody who has nothing of it yet, headers included.

        They pressed a link on a page of ours: addresses that brought words of strangers come whole.
        """
        context = self._context(shot.look.role)
        page, came = context.new_page(), []
        line = context.new_cdp_session(page)
        page.goto(self.house.address + "/healthz")  # A page of ours that loads nothing else.
        page.evaluate(LINK, shot.look.at(self.house))
        line.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
        line.send("Network.enable")
        page.locator("a").first.press("Enter")
        page.wait_for_load_state()
        page.wait_for_timeout(300)  # Scripts may ask for more; those that ask on never rest.
        context.close()
        return int(sum(came))
