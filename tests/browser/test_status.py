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
