"""A member's day on a small phone: the link in a text message, then the portal."""

import hashlib
import os
import re
from datetime import timedelta

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Locator, Page, expect

from hotline.evidence import queries as evidence
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

MOBILE = "+819012345678"

MEGABYTE = 1024 * 1024
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 10 * MEGABYTE}


def test_the_link_of_a_text_message_opens_the_status(visit, house):
    number = ring(house, MOBILE)
    page = on_a_phone(visit())
    page.goto(link_sent_to(MOBILE, house))

    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("h1")).to_contain_text("ご連絡を受け付けました。")
    expect(page.locator(".next-time")).to_be_visible()


def test_a_member_sends_40_megabytes_writes_and_agrees_to_a_price(visit, house, logs):
    page = on_a_phone(visit("member"))
    page.goto("/")
    page.locator(f"#main a[href*='{house.numbers['shared']}']").first.click()
    expect(page.locator("#needs")).to_be_visible()

    send(page, logs)
    write(page, "記録を全部送りました。ほかに要るものがあればお知らせください。")
    agree(page)

    desk = visit("coordinator").page
    desk.goto(f"/tickets/{house.numbers['shared']}/files")
    expect(desk.locator("main")).to_contain_text(logs.name)
    desk.goto(f"/tickets/{house.numbers['shared']}/correspondence")
    expect(desk.locator("main")).to_contain_text("記録を全部送りました。")
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


def write(page: Page, body: str) -> None:
    thread: Locator = page.locator("#thread")
    thread.locator("textarea").fill(body)
    thread.get_by_role("button", name="送る").click()
    expect(page.locator("#thread")).to_contain_text(body)


def agree(page: Page) -> None:
    """The price stands on the page of the ticket; agreeing is one more page."""
    page.get_by_role("link", name="見積りを見て回答する").first.click()
    expect(page.locator("main")).to_contain_text("一部お支払いの対象外となる場合があります")
    page.locator("button[value=approve]").click()
    expect(page.locator("h1")).to_contain_text("お見積りをご承認いただきました。")


def check_kept(house, logs) -> None:
    """What is on record is what was sent, byte for byte, and nobody has cleared it yet."""
    with house.app.app_context():
        kept = next(one for one in evidence.every_file() if one.name == logs.name)
        found = (kept.size, kept.scan)

    assert found == (40 * MEGABYTE, "unscanned")


def on_a_phone(visitor: Visitor) -> Page:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    return visitor.page


def ring(house, phone: str) -> str:
    """Somebody rings from this phone and presses 1; the number that the machine tells."""
    args = ["call", "simulate", "--from", phone, "--menu", "1", "--missed"]
    done = house.app.test_cli_runner().invoke(args=[*args, "--at", house.now.isoformat()])

    assert done.exit_code == 0, done.output
    return re.search(r"受付番号は、 ([\d ]+) です", done.output)[1]


def link_sent_to(phone: str, house) -> str:
    """What the worker sends to this phone some minutes later: the page behind the link in it."""
    at = (house.now + timedelta(minutes=6)).isoformat()
    done = house.app.test_cli_runner().invoke(args=["tick", "--at", at])
    sent = done.output.split(f"text to {phone}", 1)[1]
    return re.search(r"http://\S+?(/status/\S+)", sent)[1]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """40 MB that nothing makes smaller."""
    file = tmp_path_factory.mktemp("logs") / "fw-2026-09.log"
    file.write_bytes(os.urandom(40 * MEGABYTE))
    return file
