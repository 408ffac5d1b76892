"""The search box, in a real browser."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_company_is_found_from_the_keyboard_by_its_reading(visit):
    page = visit("coordinator").go("/tickets")
    page.keyboard.press("/")
    page.keyboard.type("やまだ")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/search[?]q="))
    for kind in ("案件", "会員企業"):
        expect(page.get_by_role("region", name=kind)).to_contain_text("株式会社ヤマダ部品")


def test_a_number_leads_to_its_ticket(visit, house):
    page = visit("operator").go("/calls")
    page.keyboard.press("/")
    page.keyboard.type(f"No. {number(house)}")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/tickets/{house.numbers['late']}$"))


def test_the_key_does_nothing_while_somebody_types(visit):
    page = visit("operator").go("/search")
    field = page.locator("main").get_by_role("searchbox")
    field.press_sequentially("a/b")
    page.locator("h1").click()
    page.evaluate(COMPOSING)

    expect(field).to_have_value("a/b")
    expect(page.locator("#find")).not_to_be_focused()


COMPOSING = """() => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key: "/", bubbles: true, isComposing: true }))"""


def number(house) -> str:
    late = house.numbers["late"]
    return f"{late[:4]} {late[4:8]} {late[8:]}"
