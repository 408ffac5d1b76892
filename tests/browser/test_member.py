"""What a member sends from a small phone, however large it is."""

import hashlib
import os
import re

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from hotline.evidence import queries as evidence
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

MEGABYTE = 1024 * 1024
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 10 * MEGABYTE}


def test_a_member_sends_40_megabytes(visit, house, logs):
    page = on_a_phone(visit("member"))
    page.goto("/")
    page.locator(f"#main a[href*='{house.numbers['shared']}']").first.click()
    expect(page.locator("#needs")).to_be_visible()

    send(page, logs)

    desk = visit("coordinator").page
    desk.goto(f"/tickets/{house.numbers['shared']}/files")
    expect(desk.locator("main")).to_contain_text(logs.name)
    check_kept(house, logs)


def send(page: Page, logs) -> None:
    """Choose the file, see it go, and read the hash of what arrived."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.locator("#files input[type=file]").set_input_files(logs)
    page.locator("#files form[data-upload] button[type=submit]").click()
    bar = page.locator("#files [role=progressbar]").first
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"))
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=30_000)
    with logs.open("rb") as sent:
        digest = hashlib.file_digest(sent, "sha256").hexdigest()
    expect(page.locator("#files")).to_contain_text(digest)


def check_kept(house, logs) -> None:
    """What is on record is what was sent, byte for byte, and nobody has cleared it yet."""
    with house.app.app_context():
        kept = next(one for one in evidence.every_file() if one.name == logs.name)
        found = (kept.size, kept.scan)

    assert found == (40 * MEGABYTE, "unscanned")


def on_a_phone(visitor: Visitor) -> Page:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    return visitor.page


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """40 MB that nothing makes smaller."""
    file = tmp_path_factory.mktemp("logs") / "fw-2026-09.log"
    file.write_bytes(os.urandom(40 * MEGABYTE))
    return file
