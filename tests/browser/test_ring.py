"""A call rings on the open pages of people on duty: seen, taken by one, and said to the other."""

import re
from datetime import timedelta

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

from hotline.calls import queries, service
from hotline.people import queries as people
from hotline.transaction import transaction
from tests import builders
from tests.browser.scene import NOW

pytestmark = pytest.mark.browser

HOURS = timedelta(hours=3)


def test_a_call_appears_on_two_open_pages_and_one_key_takes_it(visit, house):
    first, second = visit("operator"), visit("supervisor")
    on_duty(house)
    mine, theirs = first.go("/tickets"), second.go("/console")
    call_id = ring(house)
    for page in (mine, theirs):
        expect(page.locator(f'[data-call="{call_id}"]')).to_contain_text("0566-00-7777")
    expect(mine.locator("[data-ring-said]")).to_contain_text("0566-00-7777")
    mine.locator(f'[data-call="{call_id}"] button').click()

    expect(mine).to_have_url(re.compile(r"/tickets/\d{9}/intake$"))
    expect(mine.locator("#line")).to_contain_text("0566-00-7777")
    expect(theirs.locator(f'[data-call="{call_id}"]')).to_contain_text("が受けています")


def test_whoever_is_too_late_is_told_who_was_quicker_and_stays_on_the_page(visit, house):
    visitor = visit("operator")
    on_duty(house)
    page = visitor.go("/tickets")
    call_id = ring(house)
    strip = page.locator(f'[data-call="{call_id}"]')
    expect(strip).to_be_visible()
    page.route("**/console/ringing*", lambda route: route.fulfill(status=304))
    take_as_somebody_else(house, call_id)
    strip.locator("button").click()

    expect(page.locator("[data-ring-refused]")).to_contain_text("大槻 一")
    assert page.url.endswith("/tickets")


def ring(house) -> int:
    with house.app.app_context(), transaction():
        return builders.call(from_number="+81566007777", received_at=NOW).id


def on_duty(house) -> None:
    with house.app.app_context(), transaction():
        for role in ("operator", "supervisor"):
            someone = people.by_email(house.people[role]["email"])
            builders.shift(someone, role, starts_at=NOW - HOURS, ends_at=NOW + HOURS)


def take_as_somebody_else(house, call_id: int) -> None:
    with house.app.app_context(), transaction():
        quicker = builders.person("operator", name="大槻 一")
        builders.shift(quicker, starts_at=NOW - HOURS, ends_at=NOW + HOURS)
        service.claim(queries.by_id(call_id), by=quicker, now=NOW)
