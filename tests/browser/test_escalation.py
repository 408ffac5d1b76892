"""A promise nobody takes up: people are told one after the other, until somebody has it."""

from datetime import datetime

import pytest

from hotline.transaction import transaction
from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

from tests.browser import scene

pytestmark = pytest.mark.browser

TEAM = "コーディネーター全員に知らせました"
LEAD = "SVに知らせました"


def test_an_escalation_ends_when_somebody_takes_the_promise_up(visit, house):
    number = promised(house, "昇進精機㈱")
    told(house, "2026-09-24T09:16:00+09:00")
    page = visit("coordinator").go(f"/tickets/{number}")
    expect(page.locator(".story")).to_contain_text(TEAM)
    expect(page.locator(".story")).not_to_contain_text(LEAD)
    page.locator(".nexts").first.get_by_role("button", name="引き受ける").click()
    expect(page.locator(".told:visible")).to_contain_text("引き受けました")
    told(house, "2026-09-24T09:45:00+09:00")
    page.reload()

    expect(page.locator(".story")).not_to_contain_text(LEAD)
    expect(page.locator(".state.is-done").first).to_contain_text("引き受け済み")


def test_an_escalation_that_nobody_ends_reaches_the_lead_and_stands_on_the_attention_page(
    visit, house
):
    number = promised(house, "放置工業㈱")
    told(house, "2026-09-24T09:16:00+09:00")
    told(house, "2026-09-24T09:31:00+09:00")
    page = visit("supervisor").go(f"/tickets/{number}")
    expect(page.locator(".story")).to_contain_text(TEAM)
    expect(page.locator(".story")).to_contain_text(LEAD)
    page.get_by_role("link", name="要対応").click()
    row = page.locator("tr", has_text="放置工業㈱")
    row.get_by_role("button", name="引き受ける").click()
    page.get_by_role("link", name="要対応").click()

    expect(page.locator("main")).to_contain_text("要対応")
    expect(page.locator("main")).not_to_contain_text("放置工業㈱")


def promised(house, company: str) -> str:
    """A P2 that came on the Saturday before, promised for this Thursday at 9:00."""
    with house.app.app_context(), transaction():
        made = scene._ticket("2026-09-19T11:00:00+09:00", company=company, severity="p2")
        return made.number


def told(house, moment: str) -> None:
    """What is due by then has been done, as the worker does it."""
    at = datetime.fromisoformat(moment).isoformat()
    done = house.app.test_cli_runner().invoke(args=["tick", "--at", at])

    assert done.exit_code == 0, done.output
