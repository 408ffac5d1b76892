"""The story of a coordinator: from the mail at nine to a ticket that is closed."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from hotline.tickets.rules import spaced
from tests.browser.scene import House
from tests.journeys import steps, story
from tests.journeys.story import AMOUNT, CALLER, COMPANY, FIRST, MORNING, REPORT, SECOND, WORDS

pytestmark = pytest.mark.browser


def test_a_coordinators_morning_from_the_mail_at_nine_to_a_closed_ticket(house, visit):
    number = steps.it_rang_at_night(house, visit)
    house.now = MORNING
    the_mail_arrives_at_nine(house, number)
    page = visit("coordinator").page
    what_is_due_stands_first_on_the_board(page, number)
    she_reads_what_was_written_at_night_and_takes_it_up(page, number)
    she_reaches_the_caller_and_writes_it_down(page)
    left_open = visit("coordinator").go(f"/tickets/{number}")
    task = steps.two_are_asked(page, number)
    it_cannot_be_closed_while_somebody_is_asked(left_open)
    page = the_first_keeps_silent_and_the_second_is_asked(house, visit, task)
    steps.whoever_is_asked_accepts_by_telephone(house, task)
    steps.an_estimate_is_made(visit(SECOND).page, task)
    steps.the_member_is_asked(page, number, task)
    steps.the_member_agrees(visit("member").page)
    steps.the_work_is_handed_in(visit(SECOND).page, task)
    she_checks_it_and_what_it_cost(page, number, task)
    each_side_reads_its_own_story(page, visit, number, task)
    she_closes_the_task_and_the_ticket(page, number, task)


def the_mail_arrives_at_nine(house: House, number: str) -> None:
    """Not a second before, and to the one who is on duty."""
    told = story.tick(house)

    assert f"mail to {house.people['coordinator']['email']}" in told
    assert f"折返しの時刻です：{spaced(number)}" in told
    assert f"/tickets/{number}" in told


def what_is_due_stands_first_on_the_board(page: Page, number: str) -> None:
    page.goto("/board")
    first = page.locator("tr[data-row]").first

    expect(first).to_contain_text(spaced(number))
    expect(first).to_contain_text(COMPANY)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{number}")


def she_reads_what_was_written_at_night_and_takes_it_up(page: Page, number: str) -> None:
    expect(page.locator("main")).to_contain_text(WORDS)
    expect(page.locator("main")).to_contain_text(CALLER)
    expect(page.locator(".promise-time")).to_have_text(story.PROMISED_TODAY)
    page.locator(".nexts").first.get_by_role("button", name="引き受ける").click()

    expect(page.locator(".told:visible")).to_contain_text("引き受けました")


def she_reaches_the_caller_and_writes_it_down(page: Page) -> None:
    result = page.get_by_role("radiogroup", name="結果")
    result.locator("label").first.click()
    page.locator("#with-whom").fill(CALLER)
    page.locator("form:has(#with-whom)").get_by_role("button", name="記録する").click()

    expect(page.locator("main")).to_contain_text("この案件のお約束はすべて済んでいます。")


def it_cannot_be_closed_while_somebody_is_asked(left_open: Page) -> None:
    """A page that was opened before anybody was asked still has the button."""
    left_open.get_by_role("button", name="案件を終了する").click()

    expect(left_open.locator("[role=alert]")).to_contain_text("終わっていないタスクが1件あります。")


def the_first_keeps_silent_and_the_second_is_asked(house: House, visit, task: int) -> Page:
    """An hour later she comes back to her desk and signs in again."""
    house.now = steps.live(house, task).reply_by
    story.tick(house)
    page = visit("coordinator").go(f"/tasks/{task}")

    expect(page.locator(".story")).to_contain_text(f"{FIRST}の回答期限が過ぎました")
    expect(page.locator(".nexts").first).to_contain_text(SECOND)
    return page


def she_checks_it_and_what_it_cost(page: Page, number: str, task: int) -> None:
    """Three per cent of the plan's limit, said in words and drawn."""
    page.goto(f"/tasks/{task}")
    expect(page.locator("main")).to_contain_text(REPORT)
    page.locator("button[value=checked]").click()
    expect(page.locator("main")).to_contain_text("検収済み")
    page.goto(f"/tickets/{number}/costs")

    expect(page.locator("main")).to_contain_text("300,000,000円")
    expect(page.locator("main")).to_contain_text("3.3%")
    expect(page.locator("svg.draw").first).to_have_attribute("aria-label", re.compile(AMOUNT))


def each_side_reads_its_own_story(page: Page, visit, number: str, task: int) -> None:
    """The desk reads everything, the member who works for it, the partner its own task alone."""
    page.goto(f"/tickets/{number}")
    member = visit("member").go(f"/portal/tickets/{number}?story=all")
    partner = visit(SECOND).go(f"/partner/tasks/{task}")
    told = [one.locator(".story").inner_text() for one in (page, member, partner)]

    assert [(FIRST in one, SECOND in one) for one in told] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def she_closes_the_task_and_the_ticket(page: Page, number: str, task: int) -> None:
    steps.it_is_closed(page, task)
    page.goto(f"/tickets/{number}")
    page.get_by_role("button", name="案件を終了する").click()

    expect(page.locator(".told:visible")).to_contain_text("状況を「終結」にしました。")
    expect(page.locator("main")).to_contain_text("再開する")
