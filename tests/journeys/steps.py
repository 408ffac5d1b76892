"""What somebody does on the pages, where more than one story tells of it."""

import re

from playwright.sync_api import Page, expect

from hotline.coordination import queries
from hotline.coordination.models import Offer
from tests.browser.scene import House
from tests.journeys import story
from tests.journeys.story import AMOUNT, ASKED_FOR, CALLER, COMPANY, FIRST, REPORT, SECOND, WORDS

expect.set_options(timeout=10_000)  # As long as whatever else a browser waits for.


def it_rang_at_night(house: House, visit) -> str:
    """The operator took the call and wrote down what was said: the number of its ticket."""
    house.now = story.NIGHT
    operator = house.people["operator"]["email"]
    number = story.number_in(story.heard_on_the_phone(house, "1", "--accept", operator))
    page = visit("operator").go(f"/tickets/{number}/intake")
    page.locator("#company").press_sequentially("たかはしせいら")
    page.locator(".hit").filter(has_text=COMPANY).first.click()
    expect(page.locator("#part-company .name")).to_have_text(COMPANY)
    page.locator("#caller_name").fill(CALLER)
    page.locator("#summary").fill(WORDS)
    page.locator("[id='consents.partners-yes']").check(force=True)
    page.keyboard.press("Alt+s")
    expect(page.locator("#saved [data-state=saved]:visible")).to_contain_text("22:15:08")
    page.close()
    return number


def two_are_asked(page: Page, number: str) -> int:
    """The coordinator takes the proposal and asks one after the other: the id of the task."""
    page.goto(f"/tickets/{number}")
    proposed = page.locator(".task", has=page.get_by_role("heading", name="フォレンジック調査"))
    expect(proposed).to_contain_text("理由：")
    proposed.get_by_role("button", name="加える").click()
    page.get_by_role("link", name="フォレンジック調査").first.click()
    page.wait_for_url(re.compile(r"/tasks/\d+$"))
    task = int(page.url.rsplit("/", 1)[1])
    page.get_by_role("link", name="候補を見て打診する").first.click()
    page.fill("[name=scope]", ASKED_FOR)
    for name, when in ((FIRST, "now"), (SECOND, "then")):
        page.locator("tr", has_text=name).locator("select").select_option(when)
    page.fill("[name=overruled]", "会員の工場を知っている")
    page.locator("button[value=ask]").click()
    expect(page.locator("main")).to_contain_text(FIRST)
    return task


def live(house: House, task: int) -> Offer:
    """The offer that waits for an answer."""
    with house.app.app_context():
        return next(one for one in queries.offers_of([task]) if one.status == "offered")


def whoever_is_asked_accepts_by_telephone(house: House, task: int) -> None:
    """The one on duty there is rung, and presses 1."""
    offer, at = str(live(house, task).id), house.now.isoformat()
    story.tick(house)
    said = story.command(house, "call", "offer", offer, "--keys", "1", "--at", at)

    assert "お引き受けを記録しました" in said


def an_estimate_is_made(page: Page, task: int) -> None:
    """The partner writes down what it costs."""
    page.goto(f"/partner/tasks/{task}")
    page.get_by_role("button", name="見積りを始める").click()
    page.fill("[name=item]", "サーバーの保全と解析")
    page.fill("[name=quantity]", "3")
    page.fill("[name=unit_price_yen]", "3,000,000")
    page.get_by_role("button", name="行を加える").click()
    expect(page.locator("main")).to_contain_text(AMOUNT)


def the_member_is_asked(page: Page, number: str, task: int) -> None:
    """The coordinator says that it costs something from here on, and asks for the approval."""
    page.goto(f"/tickets/{number}/costs")
    page.fill("[name=said_to]", CALLER)
    page.locator("form:has([name=said_to]) button").click()
    expect(page.locator("main")).to_contain_text("伝えた日時")
    page.goto(f"/tasks/{task}")
    page.get_by_role("button", name="承認をお願いする").click()
    expect(page.locator("main")).to_contain_text("承認待ち")


def the_member_agrees(page: Page) -> None:
    """What it costs, and that a part may not be payable, is read before."""
    page.goto("/")
    asked = page.locator(".ask .part", has_text=AMOUNT)
    asked.get_by_role("link", name="見積りを見て回答する").click()
    expect(page.locator("main")).to_contain_text("一部お支払いの対象外となる場合があります")
    page.get_by_role("button", name=re.compile(AMOUNT)).click()
    expect(page.locator("h1")).to_contain_text("お見積りをご承認いただきました。")


def the_work_is_handed_in(page: Page, task: int) -> None:
    """The partner begins, and hands in its report for checking."""
    page.goto(f"/partner/tasks/{task}")
    page.locator("form:has([value=in_progress]) .btn-primary").click()
    page.fill("[name=note]", REPORT)
    page.select_option("[name=kind]", "final_report")
    page.get_by_role("button", name="提出する").click()
    page.locator("form:has([value=delivered]) .btn-primary").click()
    expect(page.locator("main")).to_contain_text("検収")


def it_is_closed(page: Page, task: int) -> None:
    """The coordinator puts the task away, once it is checked."""
    page.goto(f"/tasks/{task}")
    page.locator("button[value=closed]").click()
    expect(page.locator("main")).to_contain_text("この作業は終わりました：")
