"""What is typed into a form that is sent by a button survives until the server has it."""

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

KEPT = "このPCに残っています"
WRAP_UP = "/calls/{answered call}/wrap-up"


def test_a_note_survives_a_page_that_was_left_and_a_server_that_was_away(visit, house):
    visitor = visit("operator")
    page = visitor.go("/handover")
    page.locator("#body").fill("夜間に折返し")
    visitor.go("/tickets")
    visitor.go("/handover")
    expect(page.locator("#body")).to_have_value("夜間に折返し")
    expect(page.locator("form[data-kept]")).to_contain_text(KEPT)
    visitor.context.set_offline(True)
    page.locator("form[data-kept] [type=submit]").click()
    page.wait_for_url("chrome-error://**")
    visitor.context.set_offline(False)
    visitor.complaints.clear()
    visitor.go("/handover")

    expect(page.locator("#body")).to_have_value("夜間に折返し")


def test_what_is_kept_can_be_discarded(visit, house):
    visitor = visit("operator")
    page = visitor.go("/handover")
    page.locator("#body").fill("書きかけ")
    visitor.go("/handover")
    page.get_by_role("button", name="この入力を捨てる").click()
    given_up = page.locator("#body").input_value()
    visitor.go("/handover")

    assert given_up == ""
    expect(page.locator("#body")).to_have_value("")
    expect(page.locator("form[data-kept]")).not_to_contain_text(KEPT)


def test_what_the_server_has_taken_is_kept_no_longer(visit, house):
    visitor = visit("operator")
    page = visitor.go("/handover")
    page.locator("#body").fill("朝一番に確認")
    page.locator("form[data-kept] button").click()
    expect(page.locator("[data-live]")).to_contain_text("朝一番に確認")
    visitor.go("/handover")

    expect(page.locator("#body")).to_have_value("")
    expect(page.locator("form[data-kept]")).not_to_contain_text(KEPT)


def test_how_a_call_ended_is_chosen_and_noted_once(visit, house):
    visitor = visit("operator")
    path = WRAP_UP.format_map(house.numbers)
    page = visitor.go(path)
    page.locator("[name=disposition][value=cut_off]").check()
    page.locator("#note").fill("途中で切れた")
    page.reload()

    expect(page.locator("[name=disposition][value=cut_off]")).to_be_checked()
    expect(page.locator("#note")).to_have_value("途中で切れた")
