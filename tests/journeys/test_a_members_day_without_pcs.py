"""The story of a member whose PCs are all dead: a phone, the telephone, and one promise."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from hotline.tickets.rules import spaced
from tests.browser.scene import House
from tests.journeys import steps, story
from tests.journeys.story import AMOUNT, FIRST, MOBILE, MORNING, PROMISED, SOON

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PHOTO = {
    "name": "画面.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"\xff\xd8\xff\xe0 locked \xff\xd9",
}
NOT_NEEDED = re.compile(r"\.(js|svg|png)(\?|$)")
WRITTEN = "守衛室の端末にも同じ画面が出ました。"


def test_a_members_day_from_a_call_in_the_night_to_a_price_that_is_agreed_to(house, visit):
    number = steps.it_rang_at_night(house, visit)
    house.now = SOON
    phone = on_a_phone(visit)
    the_promise_is_read_in_a_text_message_and_behind_its_link(house, phone, number)
    a_code_that_is_read_out_opens_the_status(house, phone, number)
    the_same_promise_is_heard_by_key_nine(house, visit, number)
    they_write_and_send_a_photo(phone)
    they_close_it_and_nothing_is_seen_any_more(phone)
    the_desk_has_both(visit("operator").page, number)
    house.now = MORNING
    the_estimate_of_a_partner_is_there(house, visit, number)
    they_agree_to_it_in_the_portal(on_a_phone(visit, "member"), number)


def on_a_phone(visit, role: str | None = None) -> Page:
    visitor = visit(role, width=PHONE["width"])
    visitor.page.set_viewport_size(PHONE)
    return visitor.page


def the_promise_is_read_in_a_text_message_and_behind_its_link(
    house: House, phone: Page, number: str
) -> None:
    text = story.tick(house).split(f"text to {MOBILE}", 1)[1]
    assert PROMISED in text
    phone.goto(re.search(r"http://\S+?(/status/\S+)", text)[1])

    expect(phone.locator("main")).to_contain_text(spaced(number))
    expect(phone.locator("main")).to_contain_text(PROMISED)


def a_code_that_is_read_out_opens_the_status(house: House, phone: Page, number: str) -> None:
    """No script and no picture is needed: the phone has next to no connection."""
    phone.route(NOT_NEEDED, lambda route: route.fulfill(content_type="text/javascript"))
    phone.goto("/status")
    phone.get_by_label("受付番号").fill(number)
    phone.get_by_label("電話で聞く").check()
    phone.get_by_role("button", name="確認コードを受け取る").click()
    phone.get_by_label("確認コード 6桁").fill(read_out(house))
    phone.get_by_role("button", name="状況を見る").click()

    expect(phone).to_have_url(re.compile("/status/mine$"))
    expect(phone.locator("#next-h")).to_be_in_viewport()
    expect(phone.locator("main")).to_contain_text(PROMISED)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def read_out(house: House) -> str:
    """The six digits that the telephone says, digit by digit."""
    (ring,) = [one for one in house.calls() if "確認コード" in one.words]
    return "".join(re.findall(r"\d", re.search(r"\d \d \d, \d \d \d", ring.words)[0]))


def the_same_promise_is_heard_by_key_nine(house: House, visit, number: str) -> None:
    """With the number and the code that the operator read out at the end of the call."""
    desk = visit("operator").go(f"/tickets/{number}/intake")
    code = re.search(r"確認コード\D*(\d{3})\s(\d{3})", desk.locator("#part-promise").inner_text())
    heard = story.heard_on_the_phone(house, f"9{number}{code[1]}{code[2]}")

    assert heard.count(PROMISED) >= 2  # With the greeting, and as the status.


def they_write_and_send_a_photo(phone: Page) -> None:
    phone.get_by_role("textbox").fill(WRITTEN)
    phone.get_by_role("button", name="メッセージを送る").click()
    expect(phone.locator("#messages")).to_contain_text(WRITTEN)
    phone.get_by_role("button", name="ファイルを送る画面を開く").click()
    phone.set_input_files("#up", [PHOTO])
    phone.get_by_role("button", name="送る").click()

    expect(phone.locator("main")).to_contain_text("受け取りました")
    expect(phone.locator("main")).to_contain_text(PHOTO["name"])


def they_close_it_and_nothing_is_seen_any_more(phone: Page) -> None:
    phone.goto("/status/mine")
    phone.get_by_role("button", name="この画面をいま閉じる").click()
    expect(phone.get_by_text("閉じました。")).to_be_visible()
    phone.go_back()

    expect(phone).to_have_url(re.compile("/status$"))


def the_desk_has_both(desk: Page, number: str) -> None:
    desk.goto(f"/tickets/{number}/correspondence")
    expect(desk.locator("main")).to_contain_text(WRITTEN)
    desk.goto(f"/tickets/{number}/files")

    expect(desk.locator("main")).to_contain_text(PHOTO["name"])


def the_estimate_of_a_partner_is_there(house: House, visit, number: str) -> None:
    """Found, asked and reckoned before noon; the coordinator asks for the approval."""
    desk = visit("coordinator").page
    task = steps.two_are_asked(desk, number)
    steps.whoever_is_asked_accepts_by_telephone(house, task)
    steps.an_estimate_is_made(visit(FIRST).page, task)
    steps.the_member_is_asked(desk, number, task)


def they_agree_to_it_in_the_portal(phone: Page, number: str) -> None:
    """They read there what they wrote at night, who works for them, and what it costs."""
    phone.goto(f"/portal/tickets/{number}")
    expect(phone.locator("#thread")).to_contain_text(WRITTEN)
    expect(phone.locator("#tasks")).to_contain_text(FIRST)
    expect(phone.locator("main")).to_contain_text(AMOUNT)
    steps.the_member_agrees(phone)

    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
