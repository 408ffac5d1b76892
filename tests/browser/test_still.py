"""Nothing moves on a page while what it watches changes by itself."""

from datetime import timedelta

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

from hotline.calls.models import Call
from hotline.db import db
from hotline.people import queries as people
from hotline.tickets import service as tickets
from hotline.tickets.rules import Report
from hotline.transaction import transaction
from tests import builders
from tests.browser.scene import NOW

pytestmark = pytest.mark.browser

MOST = 0.01
HOURS = timedelta(hours=3)
WIDTHS = (1440, pytest.param(390, marks=pytest.mark.slow))

WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""

LISTS = {
    "the board": "/board",
    "the list of tickets": "/tickets",
    "what needs attention": "/attention",
    "the hand-over": "/handover",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_a_new_ticket_in_and_nothing_else_moves(visit, house, name, width):
    page = watched(visit("coordinator", width=width), LISTS[name])
    company = f"株式会社 {name} {width}"
    come(house, company)
    page.clock.run_for(16_000)
    expect(page.locator("[data-live]")).to_contain_text(company)
    page.wait_for_timeout(100)

    assert shifted(page) < MOST


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/tickets", "/tickets/{taken}", "/tickets/{taken}/intake"])
def test_a_call_comes_and_goes_and_the_page_stays_where_it_is(visit, house, path, width):
    on_duty(house)
    page = watched(visit("operator", width=width), path.format(**house.numbers))
    call_id = ring(house)
    page.clock.run_for(1_000)
    expect(page.locator(f'[data-call="{call_id}"]')).to_be_attached()
    end(house, call_id)
    page.clock.run_for(1_000)
    expect(page.locator(f'[data-call="{call_id}"]')).not_to_be_attached()

    assert shifted(page) < MOST


def test_a_dead_line_and_a_saved_mark_move_nothing(visit, house):
    visitor = visit("operator")
    page = watched(visitor, f"/tickets/{house.numbers['taken']}/intake")
    page.locator("#caller_name").fill("田中")
    page.clock.run_for(1_000)  # From here on nothing counts as moved by a hand.
    page.wait_for_timeout(600)
    page.context.set_offline(True)
    page.locator("#caller_name").press("End")
    page.wait_for_timeout(600)
    page.clock.run_for(8_000)
    page.wait_for_timeout(600)
    page.context.set_offline(False)
    page.clock.run_for(8_000)
    page.wait_for_timeout(600)
    visitor.complaints.clear()  # Without a line the browser complains of every request.

    assert shifted(page) < MOST


def watched(visitor, path):
    """The page at ``path``, whose clock goes on when it is told to."""
    visitor.context.add_init_script(WATCH)
    visitor.page.clock.install(time=NOW)
    page = visitor.go(path)
    page.wait_for_timeout(200)
    return page


def shifted(page) -> float:
    return page.evaluate("window.shifted")


def come(house, company: str) -> None:
    """A ticket whose promise is late already: it stands first wherever there is a list."""
    at = NOW - timedelta(days=7)
    report = Report(received_at=at, line="jnx", case_types=("ransom",), company=company)
    with house.app.app_context(), transaction():
        tickets.open_ticket(report, by_id=None, now=at)


def ring(house) -> int:
    with house.app.app_context(), transaction():
        return builders.call(from_number="+81566007777", received_at=NOW).id


def end(house, call_id: int) -> None:
    with house.app.app_context(), transaction():
        db.session.get(Call, call_id).status = "missed"


def on_duty(house) -> None:
    with house.app.app_context(), transaction():
        someone = people.by_email(house.people["operator"]["email"])
        builders.shift(someone, starts_at=NOW - HOURS, ends_at=NOW + HOURS)
