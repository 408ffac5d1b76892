"""Every page in a real browser: nothing axe finds, nothing that scrolls sideways, no complaint."""

import pytest

from tests.conftest import needs

needs("playwright")
from tests.browser import axe, pages, states
from tests.browser.conftest import Visitor
from tests.browser.pages import PAGES
from tests.browser.scene import serve

pytestmark = pytest.mark.browser


def test_every_page_is_looked_at_or_named_with_a_reason(house):
    assert pages.without_a_look(house.app.url_map) == [], (
        "each has its look: tests/browser/pages.py"
    )


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(known, house, name):
    look = PAGES[name]
    visitor = known(look)
    page = visitor.go(look.at(house))
    look.act(page)
    found = axe.run(page)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    found_in_the_dark = axe.run(page, only="color-contrast")

    assert found.violations_count == 0, found.generate_report()
    assert found_in_the_dark.violations_count == 0, found_in_the_dark.generate_report()
    assert visitor.complaints == []


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """With every state in it, and an address for every refusal."""
    with serve(tmp_path_factory.mktemp("house")) as running:
        states.add(running)
        yield running


@pytest.fixture(scope="module")
def known(browser, house):
    """Everybody keeps one browser for all pages: what was loaded once is not loaded again.

    Where something is typed first, nothing typed before may be left: that takes a fresh one.
    """
    opened = {}

    def visit(look):
        key = look if look.then else look.role
        if key not in opened:
            opened[key] = Visitor(browser, house, 1440, "ja")
            if look.role:
                opened[key].be(look.role)
        opened[key].complaints.clear()
        return opened[key]

    yield visit
    for visitor in opened.values():
        visitor.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_and_has_one_heading_and_one_thing_to_do(visit, house, name):
    look = PAGES[name]
    for language in ("ja", "en"):
        page = visit(look.role, width=390, language=language).go(look.at(house))
        look.act(page)

        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert page.locator("main .btn-primary:visible").count() <= 1


BELOW = """() => {
    const call = document.querySelector(".tel").getBoundingClientRect();
    const last = document.querySelector("main > :last-child").getBoundingClientRect();
    return {top: Math.round(call.top), bottom: Math.round(call.bottom), last: last.bottom};
}"""


def test_calling_is_where_the_thumb_is_and_covers_nothing_at_the_end(visit, house):
    page = visit("member", width=390).go(f"/portal/tickets/{house.numbers['shared']}")
    page.set_viewport_size({"width": 390, "height": 700})
    page.locator(".jumps").get_by_role("link", name="対応履歴").click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    seen = page.evaluate(BELOW)

    assert page.locator(".tel").inner_text().split() == ["電話", "0120-066-318"]
    assert seen["bottom"] == 700
    assert seen["last"] <= seen["top"]


BAR = """() => {
    const box = (one) => one.getBoundingClientRect();
    const last = box(document.querySelector(".bar-top nav li:last-child"));
    const others = Array.from(document.querySelectorAll(".bar-top .push > *"), box);
    const covers = (one) => one.left < last.right && one.bottom > last.top && one.top < last.bottom;
    return !others.some((one) => one.width && covers(one));
}"""
"""Whether nothing covers the last entry of the navigation."""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_covers_the_navigation(visit, language):
    visitor = visit("supervisor", language=language)
    page = visitor.go("/tickets")
    for width in (1920, 1536, 1440, 1366, 1280, 1210):
        page.set_viewport_size({"width": width, "height": 900})

        assert page.evaluate(BAR), width
    page.set_viewport_size({"width": 1440, "height": 900})

    assert page.locator(".bar-top").bounding_box()["height"] < 50


@pytest.mark.parametrize("width", [1440, 390])
def test_the_rarer_pages_unfold_where_they_can_be_reached(visit, width):
    page = visit("supervisor", width=width).go("/tickets")
    page.locator(".rarer > summary").click()
    page.locator(".rarer").get_by_role("link", name="提携事業者").click()
    page.wait_for_url("**/vendors")

    assert page.locator("nav [aria-current=page]").inner_text() == "提携事業者"
