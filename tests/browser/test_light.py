"""What a first page brings over a slow line, to a phone that was never here before."""

import pytest

from tests.conftest import needs

needs("playwright")

pytestmark = pytest.mark.browser

MOST = 100_000
"""Bytes over the line, headers and everything the page loads included."""

HEAVIEST = 150_000
"""The same for the sheet, which brings the most: scripts/pictures --axe weighs every page."""

PAGES = {
    "sign-in": ("/sign-in", None),
    "the link in our message": ("/status/{link}", None),
    "the status by number": ("/status", None),
    "the portal": ("/portal", "member"),
    "a ticket with everything on it": ("/portal/tickets/{shared}", "member"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_first_page_is_light_enough_for_a_slow_line(visit, house, name):
    path, role = PAGES[name]
    visitor = visit(role, width=390)
    line, came = visitor.context.new_cdp_session(visitor.page), []
    line.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
    line.send("Network.enable")
    visitor.page.goto(path.format(**house.numbers, link=house.link("late")))
    visitor.page.wait_for_load_state("networkidle")

    assert len(came) > 3
    assert sum(came) <= MOST


def test_the_heaviest_page_is_light_enough_for_an_office(visit, house):
    visitor = visit("operator")
    line, came = visitor.context.new_cdp_session(visitor.page), []
    line.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
    line.send("Network.enable")
    visitor.page.goto(f"/tickets/{house.numbers['late']}/intake")
    visitor.page.locator(".has-script").wait_for()

    assert len(came) > 10
    assert sum(came) <= HEAVIEST
