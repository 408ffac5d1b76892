"""The story of a partner: a mail in the evening, a page at night, and work that is paid for."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from hotline.transaction import transaction
from hotline.vendors import queries as vendors
from tests import builders, partners
from tests.browser.scene import House
from tests.journeys import steps, story
from tests.journeys.story import (
    ASKED_FOR,
    CALLER,
    COMPANY,
    EVENING,
    FIRST,
    REPORT,
    SECOND,
    WORDS,
)

pytestmark = pytest.mark.browser

LOGGED = "サーバー2台の保全を完了。"


def test_a_vendors_evening_from_a_mail_with_a_link_to_work_that_is_paid_for(house, visit):
    number = steps.it_rang_at_night(house, visit)
    house.now = EVENING
    task = steps.two_are_asked(visit("coordinator").page, number)
    first_link = link_in_the_mail(house, "duty@sigma-kanshiki.example")
    the_first_keeps_silent(house, task)
    second_link = link_in_the_mail(house, "toban@hokuto-data.example")
    they_accept_by_the_link_at_night(visit().page, second_link)
    whoever_comes_too_late_is_told_so_kindly(visit().page, first_link)
    desk = visit("coordinator").page
    the_desk_releases_one_thing(desk, task)
    partner = visit(SECOND).page
    they_see_what_was_released_and_nothing_else(partner, task)
    another_task_at_the_same_company_is_not_found(house, partner, task)
    steps.an_estimate_is_made(partner, task)
    steps.the_member_is_asked(desk, number, task)
    steps.the_member_agrees(visit("member").page)
    they_log_what_they_do(partner, task)
    steps.the_work_is_handed_in(partner, task)
    the_desk_checks_and_pays(desk, number, task)
    nothing_waits_for_them_any_more(partner)


def link_in_the_mail(house: House, address: str) -> str:
    """What the worker sends now to the one on duty there: the page behind the link in it."""
    mail = story.tick(house).split(f"mail to {address}", 1)[1]
    return re.search(r"http://\S+?(/offers/\S+)", mail)[1]


def the_first_keeps_silent(house: House, task: int) -> None:
    """Until the time to answer is over; the worker then asks the next one."""
    house.now = steps.live(house, task).reply_by


def they_accept_by_the_link_at_night(page: Page, link: str) -> None:
    """What is asked stands there, and nobody's name; the link takes one answer."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text(ASKED_FOR)
    expect(page.locator("main")).not_to_contain_text(COMPANY)
    page.locator("button[value=accept]").click()
    expect(page.locator("main")).to_contain_text("お引き受けいただき、ありがとうございます。")

    assert page.goto(link).status == 410


def whoever_comes_too_late_is_told_so_kindly(page: Page, link: str) -> None:
    answer = page.goto(link)

    assert answer.status == 410
    expect(page.locator("main")).to_contain_text("ありがとうございました。")
    expect(page.locator("main")).not_to_contain_text(SECOND)
    expect(page.locator("main form")).to_have_count(0)


def the_desk_releases_one_thing(page: Page, task: int) -> None:
    """The member agreed at night; each piece is released by itself."""
    page.goto(f"/tasks/{task}")
    page.get_by_role("link", name="情報とファイルを開示する").first.click()
    for box in page.locator("[name=piece]:checked").all():
        box.uncheck()
    page.locator("[name=piece][value=company]").check()
    page.locator("button[value=preview]").click()
    page.locator("button[value=release]").click()

    expect(page.locator(".told:visible")).to_contain_text("開示")


def they_see_what_was_released_and_nothing_else(page: Page, task: int) -> None:
    page.goto("/partner")
    page.get_by_role("link", name="フォレンジック調査").first.click()
    page.wait_for_url(f"**/partner/tasks/{task}")

    expect(page.locator("main")).to_contain_text(COMPANY)
    expect(page.locator("main")).not_to_contain_text(CALLER)
    expect(page.locator("main")).not_to_contain_text(WORDS)
    expect(page.locator("main")).not_to_contain_text(FIRST)


def another_task_at_the_same_company_is_not_found(house: House, page: Page, task: int) -> None:
    """Neither it nor anything of its ticket, which is the first partner's business."""
    with house.app.app_context(), transaction():
        other = builders.ticket(now=house.now, member_number="JNX-1001", company=COMPANY)
        theirs = partners.engaged(vendors.by_code("V-1001"), other).id
        number = other.number
    paths = (f"/partner/tasks/{theirs}", f"/tickets/{number}", f"/portal/tickets/{number}")

    assert [page.goto(path).status for path in paths] == [404, 403, 403]


def they_log_what_they_do(page: Page, task: int) -> None:
    page.goto(f"/partner/tasks/{task}")
    page.get_by_text("作業を記録する", exact=True).click()
    page.fill("#log-body", LOGGED)
    page.fill("#minutes", "180")
    page.locator("form:has(#log-body) button").click()

    expect(page.locator("main")).to_contain_text(LOGGED)


def the_desk_checks_and_pays(page: Page, number: str, task: int) -> None:
    """The coordinator reads what was done, and writes down the invoice and that it is paid."""
    page.goto(f"/tasks/{task}")
    expect(page.locator("main")).to_contain_text(REPORT)
    expect(page.locator("main")).to_contain_text(LOGGED)
    page.locator("button[value=checked]").click()
    expect(page.locator("main")).to_contain_text("検収済み")
    steps.it_is_closed(page, task)
    page.goto(f"/tickets/{number}/costs")
    for stage, said in (("invoice", "請求"), ("paid", "支払済み")):
        page.locator("table a").first.click()
        page.locator(f"button[value={stage}]").click()

        expect(page.locator("table").first).to_contain_text(said)


def nothing_waits_for_them_any_more(page: Page) -> None:
    page.goto("/partner")

    expect(page.locator("h1")).to_contain_text("ありません")
