"""What people do, in a real browser."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from tests.browser.scene import HOSTILE

pytestmark = pytest.mark.browser


def test_from_sign_in_to_the_promise_and_its_reason(visit, house):
    visitor = visit()
    page = visitor.go("/tickets")
    sign_in(page, house, "coordinator")
    expect(page).to_have_url(re.compile("/tickets$"))
    page.get_by_role("link", name=spaced(house.numbers["late"]), exact=True).first.click()

    expect(page.locator(".promise-time")).to_have_text("9月24日（木）9:00 まで")
    expect(page.locator(".is-steps li")).to_contain_text(["9月19日（土）10:26:53", "敬老の日"])


def test_a_call_is_seen_and_becomes_a_ticket(visit):
    page = visit("operator").go("/calls")
    missed = page.locator("#missed tbody tr").filter(has_text="0566-00-•••4").first
    missed.get_by_role("button", name="案件にする").click()

    expect(page).to_have_url(re.compile("/intake$"))
    expect(page.locator(".told:visible")).to_contain_text("案件にしました。")
    expect(page.locator(".promise-time")).to_have_text("9月24日（木）9:00 まで")


def test_a_promise_is_taken_up_and_kept_with_the_keyboard_alone(visit, house):
    page = visit("coordinator").go("/tickets")
    reach(page, f"引き受ける {spaced(house.numbers['now'])}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("引き受けました")
    reach(page, "折返し済みにする")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("折返し済みにしました。")
    expect(page.locator(".when.is-kept")).to_contain_text("折返し済み")


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(visit):
    page = visit("coordinator").go("/tickets")
    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_have_text("本文へ移動")
    expect(page.locator(":focus")).to_be_visible()


def test_what_keeps_the_focus_shows_it(visit):
    page = visit("coordinator").go("/tickets")
    reach(page, "新しい受電")

    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


def test_a_promise_is_moved_and_a_mistake_comes_back_with_the_words(visit, house):
    page = visit("coordinator").go(f"/tickets/{house.numbers['taken']}")
    page.get_by_text("お約束の日時を変更する").first.click()
    page.get_by_label("新しい日付").fill("２０２６/9/25")
    page.get_by_label("時刻").fill("25:00")
    page.get_by_label("理由").first.fill("先方の都合")
    page.get_by_role("button", name="お約束の日時を変更する").click()
    expect(page.locator(".field-error")).to_contain_text("18:10 のように")
    expect(page.get_by_label("新しい日付")).to_have_value("２０２６/9/25")
    page.get_by_label("時刻").fill("10:30")
    page.get_by_role("button", name="お約束の日時を変更する").click()

    expect(page.locator(".promise-time")).to_have_text("9月25日（金）10:30 まで")
    expect(page.locator(".promise-why")).to_have_text("先方の都合")


def test_the_switch_turns_the_page_into_english_and_stays_on_it(visit, house):
    page = visit("coordinator").go(f"/tickets/{house.numbers['late']}")
    page.get_by_role("button", name="English").click()

    expect(page).to_have_url(re.compile(house.numbers["late"]))
    expect(page.get_by_role("heading", name="Call back promised")).to_be_visible()
    expect(page.locator(".promise-time")).to_have_text("by Thu 24 Sep 9:00")


def test_hostile_text_is_shown_letter_by_letter(visit, house):
    visitor = visit("coordinator")
    for path in ("/tickets", f"/tickets/{house.numbers['hostile']}"):
        page = visitor.go(path)

        expect(page.locator("main")).to_contain_text("<script>document.title='broken'</script>")
        expect(page.locator("main")).to_contain_text("{{7*7}}")
        assert page.title() != "broken"
    assert HOSTILE in page.locator(".as-typed").inner_text()


def test_a_list_freshens_itself_and_says_when_the_line_is_dead(visit):
    visitor = visit("coordinator")
    visitor.page.clock.install()
    page = visitor.go("/tickets")
    freshened = page.locator("[data-live-time]")
    before = freshened.inner_text()
    with page.expect_response(lambda answer: "x-poll" in answer.request.headers) as polled:
        page.clock.run_for(16_000)
    assert polled.value.status == 200
    expect(freshened).not_to_have_text(before)
    visitor.context.route("**/tickets", lambda route: route.abort())
    page.clock.run_for(16_000)

    expect(page.locator("[data-live-dead]")).to_be_visible()
    visitor.complaints.clear()


def test_signing_out_closes_every_page(visit, house):
    visitor = visit("operator")
    page = visitor.go("/calls")
    page.get_by_role("button", name="サインアウト").click()
    visitor.go("/calls")

    expect(page).to_have_url(re.compile("/sign-in"))


def test_nothing_is_asked_of_another_host(visit, house):
    visitor = visit("coordinator")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.go(f"/tickets/{house.numbers['late']}")

    assert asked
    assert all(url.startswith(house.address) for url in asked)


def sign_in(page: Page, house, role: str) -> None:
    one = house.people[role]
    page.locator("input[autocomplete='username']").fill(one["email"])
    page.locator("input[autocomplete='current-password']").fill(one["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code**")
    page.locator("input[autocomplete='one-time-code']").fill(house.code(role))
    page.keyboard.press("Enter")


def spaced(number: str) -> str:
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def reach(page: Page, name: str) -> None:
    """Go on with the Tab key until the focus stands on what is called ``name``."""
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ').trim()")
        if found == name:
            return
    raise AssertionError(f"the Tab key never reached {name!r}")
