"""The story of an operator: a call in the night, by keyboard alone, while the server dies."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.calls.models import Call
from hotline.db import db
from hotline.tickets.models import HearingAnswer, ReadBack, SaidAdvice, Ticket
from hotline.tickets.rules import spaced
from tests.browser.conftest import Visitor
from tests.browser.process import Running, running
from tests.company import SID
from tests.journeys import story
from tests.journeys.story import CALLER, COMPANY, MOBILE, NIGHT, PROMISED, WORDS

pytestmark = pytest.mark.browser

MOST_ACTIONS, LEAST_ANSWERS = 60, 12
TYPED = {
    "caller_name": CALLER,
    "caller_kana": "ヘンミ サユリ",
    "caller_title": "情報システム課 主任",
    "caller_email": "henmi@private.example",
    "callback_phone": "090-0000-7781",
    "callback_hours": "終日",
    "safe_phone": "080-1111-2222",
    "safe_email": "sayuri@private.example",
    "discovered_by": "警備員",
}
BY_KIND = {"numeric": "1200", "tel": "03-5422-6351"}
HALF = len(WORDS) // 2
NOTE = "月曜日の朝、工場長からも電話がある。"


def test_an_operators_night_from_the_first_ring_to_the_next_shift(hotline, desk, coordinator):
    number = it_rings_and_one_key_takes_it(hotline, desk)
    the_promise_stands_there_to_be_read_out(desk)
    hear(desk, hotline)
    read_back(desk)
    hotline.ring("/twilio/status", From=MOBILE, CallStatus="completed")
    wrap_up(desk)
    check_effort(desk)
    check_kept(hotline, number, desk)
    the_caller_reads_the_same_promise(hotline, number)
    hand_over(desk, number)
    the_coordinator_finds_everything(coordinator, number)


def it_rings_and_one_key_takes_it(hotline: Running, desk: "Desk") -> str:
    """The company is known by its number before anybody says a word: the number of the ticket."""
    hotline.ring(From=MOBILE)
    rang = time.monotonic()
    expect(desk.page.locator("[data-call]")).to_contain_text(COMPANY)
    print(f"{time.monotonic() - rang:.2f} s to the screen")  # noqa: T201
    hotline.ring("/twilio/voice/menu?language=ja", From=MOBILE, Digits="1")
    number = desk.take()
    accepted = f"/twilio/voice/accept?call={SID}&person={desk.person}&language=ja"
    hotline.ring(accepted, From=MOBILE, Digits="1")
    return number


def the_promise_stands_there_to_be_read_out(desk: "Desk") -> None:
    expect(desk.page.locator(".promise-time")).to_have_text(story.PROMISED_AT)
    expect(desk.page.locator(".promise-say").first).to_contain_text(PROMISED)
    expect(desk.page.locator(".promise-say[lang=en]")).to_contain_text("Monday, 4 January")
    expect(desk.page.locator("#part-company .name")).to_have_text(COMPANY)


def hear(desk: "Desk", hotline: Running) -> None:
    """Two case types, answers, three lines of advice; the server dies in mid-sentence."""
    desk.press("Alt+2")
    desk.sees("saved")
    desk.answer(5)
    desk.press("Alt+k")
    desk.begin("summary", WORDS[:HALF])
    hotline.kill()
    desk.type(WORDS[HALF:])
    desk.answer(5)
    desk.press("Alt+k")
    desk.sees("local")
    hotline.start()
    desk.answer(5)
    desk.press("Alt+k")
    desk.sees("saved")


def read_back(desk: "Desk") -> None:
    """Open the list and say the first two facts once more."""
    for _ in range(3):
        desk.press("Alt+b")
    expect(desk.page.locator("#read-back :checked")).to_have_count(2)


def wrap_up(desk: "Desk") -> None:
    """The first way a call ends, with a note."""
    desk.press("Alt+o")
    desk.page.wait_for_url("**/wrap-up")
    desk.press("Space")
    desk.press("Tab")
    desk.type(NOTE)
    desk.press("Alt+s")
    desk.page.wait_for_url(re.compile(r"/tickets/\d{9}$"))


def check_effort(desk: "Desk") -> None:
    expect(desk.page.locator(".promise-time")).to_have_text(story.PROMISED_AT)

    assert desk.actions <= MOST_ACTIONS
    assert len(desk.given) >= LEAST_ANSWERS


def check_kept(hotline: Running, number: str, desk: "Desk") -> None:
    """Everything that was typed, chosen and ticked is in the database, once."""
    with hotline.app.app_context():
        ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one()
        call = db.session.scalars(select(Call)).one()
        heard, said, repeated = (
            list(db.session.scalars(select(model).where(model.ticket_id == ticket.id)))
            for model in (HearingAnswer, SaidAdvice, ReadBack)
        )
        kept = {f"answers.{one.question}": one.answer for one in heard}
        kept |= {name: [getattr(ticket, name)] for name in TYPED}

        assert {name: kept.get(name) for name in desk.given} == desk.given
        assert (ticket.summary, ticket.case_types) == (WORDS, ["ransom", "leak"])
        assert [len(said), len(repeated)] == [3, 2]
        assert (call.ticket_id, call.answered_by_id) == (ticket.id, desk.person)
        assert (call.disposition, call.note) == ("new_incident", NOTE)


def the_caller_reads_the_same_promise(hotline: Running, number: str) -> None:
    """In a text message, some minutes later."""
    told = story.command(hotline, "tick", "--at", story.SOON.isoformat())
    text = told.split(f"text to {MOBILE}", 1)[-1]

    assert PROMISED in text, told
    assert spaced(number) in text


def hand_over(desk: "Desk", number: str) -> None:
    """What the next shift has to know, beside the number it is about."""
    desk.page.goto("/handover")
    desk.page.locator("#body").fill(NOTE)
    desk.page.locator("#note-number").fill(number)
    desk.page.get_by_role("button", name="申し送りに載せる").click()

    expect(desk.page.locator("main")).to_contain_text(NOTE)


def the_coordinator_finds_everything(page: Page, number: str) -> None:
    page.goto("/handover")
    expect(page.locator("main")).to_contain_text(NOTE)
    page.goto(f"/tickets/{number}")

    expect(page.locator("main")).to_contain_text(WORDS)
    expect(page.locator(".promise-time")).to_have_text(story.PROMISED_AT)


@dataclass
class Desk:
    """An operator without a mouse, whose actions are counted."""

    page: Page
    person: int
    actions: int = 0
    given: dict[str, list[str]] = field(default_factory=dict)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.actions += 1
        self.page.keyboard.type(text)

    def begin(self, name: str, text: str) -> None:
        """Write into the field, and stay in it."""
        self.actions += 1
        self.page.locator(f"#{name}").focus()
        self.type(text)

    def take(self) -> str:
        """Take the call that rings; the number of its ticket."""
        self.press("Alt+a")
        self.page.wait_for_url("**/intake")
        return re.findall(r"/tickets/(\d{9})/", self.page.url)[0]

    def sees(self, state: str) -> None:
        """What the page says of where the words are."""
        place = self.page.locator(f"#saved [data-state={state}]")
        expect(place).to_be_visible(timeout=30_000)

    def answer(self, count: int) -> None:
        """Answer the next open questions, whatever kind they are; a time nobody knows is left."""
        for _ in range(count):
            name, kind, value = self.go_on()
            while name.endswith("_day"):
                name, kind, value = self.go_on()
            if kind in ("radio", "checkbox"):
                self.press("Space")
            else:
                value = TYPED.get(name) or BY_KIND.get(kind, "聞いたとおり")
                self.type(value)
            if value:
                self.given[name] = [value]

    def go_on(self) -> tuple[str, str, str]:
        """To the next open question: name, kind and value of its first field."""
        self.press("Control+ArrowDown")
        return self.page.evaluate(FOCUSED)


FOCUSED = """() => {
    const at = document.activeElement;
    return [at.name, at.inputMode || at.type, at.value];
}"""


@pytest.fixture(scope="module")
def hotline(tmp_path_factory):
    """A hotline in which it is 22:15 on 30 December, until it is killed and after that."""
    with running(tmp_path_factory.mktemp("hotline"), NIGHT) as one:
        story.furnish(one)
        one.start()
        yield one


@pytest.fixture
def desk(hotline, browser):
    """Somebody on duty who waits for a call with open eyes."""
    with sitting(hotline, browser, "operator") as page:
        page.goto("/calls")
        yield Desk(page, hotline.people["operator"]["id"])


@pytest.fixture
def coordinator(hotline, browser):
    with sitting(hotline, browser, "coordinator") as page:
        yield page


@contextmanager
def sitting(hotline: Running, browser, role: str) -> Iterator[Page]:
    visitor = Visitor(browser, hotline, 1440, "ja")
    visitor.context.add_cookies([hotline.session(hotline.people[role]["id"])])
    yield visitor.page
    visitor.context.close()
