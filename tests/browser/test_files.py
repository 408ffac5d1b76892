"""Files in a real browser: stopped and tried again, and never run when they come back."""

import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

from hotline.db import db
from hotline.evidence.models import File
from hotline.evidence.rules import Scan
from hotline.transaction import transaction

pytestmark = pytest.mark.browser

CANARY = b"<title>x</title><script>document.title='canary'</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'canary\'"/>'


def test_what_breaks_on_the_way_is_said_and_sent_again_with_one_press(visit, house):
    visitor = visit("member", width=390)
    page = visitor.go(f"/portal/tickets/{house.numbers['shared']}")
    page.route("**/files", lambda route: route.abort(), times=1)
    chosen = [
        {"name": "一つめ.log", "mimeType": "text/plain", "buffer": b"first"},
        {"name": "二つめ.log", "mimeType": "text/plain", "buffer": b"second"},
    ]
    page.set_input_files("#up", chosen)
    page.locator("form[data-upload] button[type=submit]").click()
    first, second = page.locator("[data-upload-list] li").all()

    expect(second).to_have_attribute("data-done", re.compile("^[0-9a-f]{64}$"))
    expect(first.locator("[data-problem]")).to_have_text(re.compile("通信が切れた"))
    first.locator("[data-again]").click()
    expect(first).to_have_attribute("data-done", re.compile("^[0-9a-f]{64}$"))
    assert [one for one in visitor.complaints if "ERR_FAILED" not in one] == []
    visitor.complaints.clear()  # The browser tells the console of what we broke off.


@pytest.mark.parametrize(
    ("name", "body"), [("page.html", CANARY), ("picture.svg", SVG)], ids=["html", "svg"]
)
def test_a_page_that_was_sent_is_saved_and_never_runs(visit, house, name, body):
    address = f"/portal/tickets/{house.numbers['shared']}"
    page = visit("member").go(address)
    page.set_input_files("#up", [{"name": name, "mimeType": "text/html", "buffer": body}])
    page.locator("form[data-upload] button[type=submit]").click()
    page.locator("li[data-done]").wait_for()
    file_id = clear(house, name)
    page.goto(address)
    title = page.title()
    with page.expect_download() as download:
        page.locator(f"form[action$='/files/{file_id}'] button").click()

    assert download.value.path().read_bytes() == body
    assert download.value.suggested_filename == name
    expect(page).to_have_title(title)
    page.goto(f"{address}/files/{file_id}")  # There is nothing to look at.
    expect(page).not_to_have_title("canary")


def clear(house, name: str) -> int:
    """A scanner finds nothing in the newest file of this name; its id."""
    with house.app.app_context(), transaction():
        query = db.select(File).where(File.name == name).order_by(File.id.desc())
        found = db.session.scalars(query).first()
        found.scan = Scan.CLEAN
        return found.id
