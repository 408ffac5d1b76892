"""Nothing that is typed is lost: the server dies, the line breaks, the browser is killed, the
session ends, two tabs and two people write. Everything here really happens."""

import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from hotline.db import db
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.sessions import service as sessions
from hotline.tickets import queries
from hotline.tickets.models import HearingAnswer, Ticket
from hotline.transaction import transaction
from tests import builders
from tests.browser import chromium
from tests.browser.process import Running, running
from tests.postgres import _free_port

pytestmark = pytest.mark.browser

TEXT = "EDIが開かない。月曜の出荷に間に合わない。"
LATE = 15_000
"""Milliseconds for what comes by itself: the longest pause between two tries, and some more."""


def test_every_field_is_saved_while_it_is_typed_without_any_button(desk):
    page = desk.open()
    page.locator("#summary").press_sequentially(TEXT)
    tick(page, "ongoing-yes")
    page.locator("#discovered_day").fill("2026/11/3")
    page.locator("#discovered_time").fill("7:40")
    expect(page.locator("#part-count")).to_contain_text("問中3問記入済み")
    says_saved(page)
    kept = desk.kept()

    assert (kept.summary, kept.answers) == (TEXT, {"ongoing": ["yes"]})
    assert kept.discovered_at is not None


def test_the_server_dies_while_somebody_types_and_comes_back(desk, hotline):
    page = desk.open()
    hotline.kill()
    tick(page, "ongoing-yes")
    page.locator("#summary").fill(TEXT)
    expect(page.locator("#saved")).to_contain_text(
        "このPCに保存中・つながりしだい送ります（2項目）"
    )
    expect(page.locator(".q.is-local")).to_have_count(2)
    warns(page, "つながっていません")
    hotline.start()
    says_saved(page)
    expect(page.locator("[data-broken]")).to_be_hidden()
    expect(page.locator(".q.is-local")).to_have_count(0)

    assert desk.kept().summary == TEXT
    assert desk.saved_at() - desk.heard("ongoing") > timedelta(seconds=4)


def test_the_network_goes_and_comes(desk):
    page = desk.open()
    desk.context.set_offline(True)
    page.locator("#caller_name").fill("邊見 さゆり")
    says_kept_here(page)
    page.locator("#caller_name").fill("邊見 さゆり 様")
    desk.context.set_offline(False)
    says_saved(page)

    assert desk.kept().caller_name == "邊見 さゆり 様"


def test_the_page_is_killed_without_a_line_and_the_next_one_has_every_word(desk):
    page = desk.open()
    desk.context.set_offline(True)
    page.locator("#summary").fill(TEXT)
    says_kept_here(page)
    kill(page)
    desk.context.set_offline(False)
    again = desk.open()
    expect(again.locator("#summary")).to_have_value(TEXT)
    says_saved(again)

    assert desk.kept().summary == TEXT


def test_what_a_dead_page_left_is_sent_by_any_page_of_the_hotline(desk):
    page = desk.open()
    desk.context.set_offline(True)
    page.locator("#summary").fill(TEXT)
    says_kept_here(page)
    kill(page)
    desk.context.set_offline(False)
    desk.open("/tickets")

    until(lambda: desk.kept().summary == TEXT)


def test_the_whole_browser_is_killed_and_started_again(playwright, hotline, desk, tmp_path):
    with started(playwright, tmp_path) as (process, context):
        desk.sign_in(context)
        page = desk.open(context=context)
        hotline.kill()
        page.locator("#summary").fill(TEXT)
        says_kept_here(page)
        until(lambda: is_on_disk(tmp_path, TEXT))
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    hotline.start()
    with started(playwright, tmp_path) as (_process, context):
        desk.sign_in(context)
        page = desk.open(context=context)
        expect(page.locator("#summary")).to_have_value(TEXT)
        says_saved(page)

    assert desk.kept().summary == TEXT


def test_the_last_letters_before_the_page_is_left_arrive(desk):
    page = desk.open()
    page.locator("#summary").fill(TEXT)
    page.goto("/calendar")

    until(lambda: desk.kept().summary == TEXT)


def test_the_session_ends_and_the_words_go_on_after_the_next_sign_in(desk):
    page = desk.open()
    desk.sign_out_everywhere()
    page.locator("#summary").fill(TEXT)
    warns(page, "サインアウトしています")
    says_kept_here(page)
    assert desk.kept().summary == ""
    desk.sign_in(desk.context)
    says_saved(page)

    assert desk.kept().summary == TEXT
    expect(page.locator("[data-broken]")).to_be_hidden()


def test_somebody_else_signs_in_here_and_nobody_writes_under_a_wrong_name(desk, another):
    page = desk.open()
    desk.sign_out_everywhere()
    another.sign_in(desk.context)
    page.locator("#summary").fill(TEXT)
    warns(page, "別の人がサインインしています")
    page.close()
    theirs = desk.open()
    expect(theirs.locator("#summary")).to_have_value("")
    theirs.get_by_role("button", name="この入力を捨てる").click()
    left = theirs.evaluate("Object.keys(localStorage).filter(one => one.startsWith('outbox/'))")

    assert (left, desk.kept().summary) == ([], "")


def test_two_tabs_write_one_field_and_both_versions_stand_beside_it(desk):
    first, second = desk.open(), desk.open()
    first.locator("#summary").fill("一つめの版")
    says_saved(first)
    second.locator("#summary").fill("二つめの版")
    both = second.locator("[data-part-name=summary]")
    expect(both).to_contain_text("一つめの版")
    expect(both).to_contain_text("二つめの版")
    both.get_by_role("button", name="両方をつなげる").click()
    expect(both).to_have_count(0)
    says_saved(second)

    assert desk.kept().summary == "一つめの版\n二つめの版"


def test_two_people_write_and_each_sees_what_the_other_saved(desk, another):
    mine, theirs = desk.open(), another.open(desk.ticket)
    theirs.locator("#caller_name").fill("朴が聞いた名前")
    says_saved(theirs)
    mine.locator("#summary").fill(TEXT)
    expect(mine.locator("#caller_name")).to_have_value("朴が聞いた名前")
    expect(mine.locator(".by[data-by=theirs]")).to_contain_text("朴 美咲")
    mine.locator("#caller_name").fill("私が聞いた名前")
    says_saved(mine)
    theirs.locator("#caller_name").fill("朴の訂正")
    both = theirs.locator("[data-part-name=caller_name]")
    expect(both).to_contain_text("大槻 美咲")
    both.locator("label").filter(has_text="朴の訂正").click()
    expect(both).to_have_count(0)

    until(lambda: desk.kept().caller_name == "朴の訂正")
    assert desk.kept().summary == TEXT


def test_half_composed_text_is_not_saved_and_presses_no_key(desk):
    page = desk.open()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/fields") else None)
    page.locator("#caller_name").focus()
    keyboard = desk.context.new_cdp_session(page)
    for half in ("h", "へ", "へn", "へんみ"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": half, "selectionStart": len(half), "selectionEnd": len(half)},
        )
    page.wait_for_timeout(1500)  # Longer than typing rests before it is saved.
    assert sent == []
    keyboard.send("Input.insertText", {"text": "邊見"})
    says_saved(page)

    assert desk.kept().caller_name == "邊見"


def test_what_a_joined_ticket_does_not_take_stays_in_sight(desk):
    page = desk.open()
    desk.join_elsewhere()
    page.locator("#summary").fill(TEXT)
    warns(page, "別の受付番号で対応中です")
    expect(page.locator("#saved")).to_contain_text("受け付けられませんでした")

    assert page.locator("#summary").input_value() == TEXT


def test_a_browser_that_keeps_nothing_says_so_while_the_line_is_dead(desk):
    page = desk.open()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
    desk.context.set_offline(True)
    page.locator("#summary").fill(TEXT)
    expect(page.locator("#saved")).to_contain_text("紙に控えてください")
    desk.context.set_offline(False)
    says_saved(page)

    assert desk.kept().summary == TEXT


class Desk:
    """One person with a browser, and a ticket of their own."""

    def __init__(self, hotline: Running, browser: Browser, someone: Person, number: str) -> None:
        self.hotline, self.someone, self.ticket = hotline, someone, number
        self.context = browser.new_context(base_url=hotline.address)
        self.context.set_default_timeout(10_000)
        self.sign_in(self.context)

    def sign_in(self, context: BrowserContext) -> None:
        """As after a sign-in: another session, and other tokens of forms."""
        context.clear_cookies()
        context.add_cookies([self.hotline.session(self.someone.id)])

    def sign_out_everywhere(self) -> None:
        with self.hotline.app.app_context(), transaction():
            sessions.end_all(self.someone.id)

    def open(self, path: str = "", context: BrowserContext | None = None) -> Page:
        page = (context or self.context).new_page()
        number = path if path.isdecimal() else self.ticket
        address = path if path.startswith("/") else f"/tickets/{number}/intake"
        page.goto(f"{self.hotline.address}{address}")
        return page

    def kept(self):
        """What is in the database, as it would be typed."""
        with self.hotline.app.app_context():
            return queries.intake_of(self._saved())

    def heard(self, question: str):
        with self.hotline.app.app_context():
            row = db.session.get(HearingAnswer, (self._saved().id, question))
            assert row is not None
            return row.answered_at

    def saved_at(self):
        with self.hotline.app.app_context():
            return self._saved().changed_at

    def join_elsewhere(self) -> None:
        with self.hotline.app.app_context(), transaction():
            other = builders.ticket(now=self.hotline.now, received_at=self.hotline.now)
            joined = self._saved()
            joined.status, joined.duplicate_of_id = "duplicate", other.id

    def _saved(self) -> Ticket:
        return db.session.query(Ticket).filter_by(number=self.ticket).one()


def says_saved(page: Page) -> None:
    state = page.locator("#saved [data-state=saved]")
    expect(state).to_be_visible(timeout=LATE)
    expect(state).to_contain_text(re.compile(r"保存済み \d+:\d\d:\d\d"))


def warns(page: Page, words: str) -> None:
    """The band on top says so; only what stays away for five seconds is told there."""
    expect(page.locator("[data-broken]").get_by_text(words)).to_be_visible(timeout=LATE)


def says_kept_here(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("このPCに保存中")


def tick(page: Page, answer: str) -> None:
    page.locator(f"[id='answers.{answer}']").check()


def kill(page: Page) -> None:
    """End the process of the page at once."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=3000)
    page.close()


def until(done) -> None:
    ends = time.monotonic() + 20
    while not done():
        assert time.monotonic() < ends, "it did not happen within 20 seconds"
        time.sleep(0.1)


@contextmanager
def started(playwright, profile: Path):
    """A browser of its own, with a profile that outlives it, and a context of its default."""
    port = _free_port()
    flags = [*chromium.FLAGS, "--headless=new", f"--remote-debugging-port={port}"]
    program = [str(chromium.whole()), *flags, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process, connected(playwright, port).contexts[0]
    finally:
        process.kill()
        process.wait(20)


def connected(playwright, port: int) -> Browser:
    found: list[Browser] = []

    def connect() -> bool:
        try:
            found.append(playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}"))
        except Exception:
            return False
        return True

    until(connect)
    return found[0]


def is_on_disk(profile: Path, text: str) -> bool:
    """Whether the browser has written its own copy, in whichever width of letters."""
    wanted = [text.encode(coding) for coding in ("utf-16-le", "utf-8")]
    files = [Path(folder, name) for folder, _, names in os.walk(profile) for name in names]
    kept = [one for one in files if "leveldb" in str(one) and one.suffix in (".log", ".ldb")]
    return any(words in one.read_bytes() for one in kept for words in wanted)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory):
    with running(tmp_path_factory.mktemp("hotline")) as one:
        one.start()
        yield one


@pytest.fixture
def desk(hotline, browser):
    made = person_at(hotline, browser, "大槻 美咲")
    yield made
    made.context.close()


@pytest.fixture
def another(hotline, browser):
    made = person_at(hotline, browser, "朴 美咲")
    yield made
    made.context.close()


def person_at(hotline: Running, browser: Browser, name: str) -> Desk:
    with hotline.app.app_context(), transaction():
        someone = builders.person(Role.OPERATOR, name=name)
        ticket = builders.ticket(
            now=hotline.now, received_at=hotline.now, case_types=(), caller_phone=""
        )
        number = ticket.number
        for row in (someone, ticket):
            db.session.expunge(row)
    return Desk(hotline, browser, someone, number)
