"""The status on a small phone, when every PC of the company is dead."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = 390


@pytest.fixture
def phone(visit):
    """A phone of 390×844 that runs no script and shows no picture."""
    visitor = visit(width=PHONE)
    visitor.page.set_viewport_size({"width": PHONE, "height": 844})
    visitor.page.route(re.compile(r"\.(js|svg|png)(\?|$)"), lambda route: route.fulfill(status=204))
    return visitor


def test_the_link_of_a_text_message_leads_to_the_status(phone, house):
    page = phone.go(f"/status/{house.link('late')}")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("受付番号", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_number_and_code_lead_to_the_status_and_closing_ends_it(phone, house):
    page = phone.go("/sign-in")
    page.get_by_role("link", name="電話だけで状況を見る").click()
    page.get_by_label("受付番号").fill(house.numbers["shared"])  # Its safe phone rings.
    page.get_by_label("電話で聞く").check()
    page.get_by_role("button", name="確認コードを受け取る").click()
    (ring,) = [one for one in house.calls() if "確認コード" in one.words]
    said = re.findall(r"\d \d \d, \d \d \d", ring.words)
    page.get_by_label("確認コード 6桁").fill("".join(re.findall(r"\d", said[0])))
    page.get_by_role("button", name="状況を見る").click()
    expect(page).to_have_url(re.compile("/status/mine$"))
    expect(page.locator("#next-h")).to_be_in_viewport()
    page.get_by_role("button", name="この画面をいま閉じる").click()
    expect(page.get_by_text("閉じました。")).to_be_visible()
    page.go_back()

    expect(page).to_have_url(re.compile("/status$"))
