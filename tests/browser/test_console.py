"""A call from its first ring to its wrap-up, by keyboard alone, while the server dies."""

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.calls.models import Call
from hotline.db import db
from hotline.members.models import Phone
from hotline.people.models import Person
from hotline.searchkeys import phone_key
from hotline.tickets.models import HearingAnswer, ReadBack, SaidAdvice, Ticket
from hotline.transaction import transaction
from tests import builders
from tests.browser.conftest import Visitor
from tests.browser.process import Running, running
from tests.company import CALLER, SID

pytestmark = pytest.mark.browser

MOST_ACTIONS, LEAST_ANSWERS = 60, 12
TYPED = {
    "caller_name": "邊見 さゆり",
    "caller_kana": "ヘンミ サユリ",
    "caller_title": "情報システム課 主任",
    "caller_email": "henmi@private.example",
    "callback_phone": "090-0000-7781",
    "callback_hours": "終日",
    "safe_phone": "080-1111-2222",
    "safe_email": "sayuri@private.example",
    "discovered_by": "警備員",
    "summary": "ファイルサーバー2台、NAS 1台。拡張子は .l0ck3d。EDIが開かない。",
}
BY_KIND = {"numeric": "1200", "tel": "03-5422-6351"}
NOTE = "月曜日の朝、工場長からも電話がある。"


def test_a_call_by_keyboard_alone_while_the_server_is_killed_and_started_again(hotline, desk):
    hotline.ring()
    rang = time.monotonic()
    expect(desk.page.locator("[data-call]")).to_contain_text("株式会社ヤマダ部品")
    shown = time.monotonic() - rang
    hotline.ring("/twilio/voice/menu?language=ja", Digits="1")
    number = desk.take()
    hotline.ring(f"/twilio/voice/accept?call={SID}&person={desk.person.id}&language=ja", Digits="1")
    promise = desk.promise()
    hear(desk, hotline)
    read_back(desk)
    hotline.ring("/twilio/status", CallStatus="completed")
    wrap_up(desk)
    print(f"{shown:.2f} s to the screen, {desk.actions} actions, {len(desk.given)} answers")  # noqa: T201

    assert desk.promise() == promise
    assert desk.actions <= MOST_ACTIONS
    assert len(desk.given) >= LEAST_ANSWERS
    check_kept(hotline, number, desk)


def hear(desk: "Desk", hotline: Running) -> None:
    """Two case types, fifteen answers and three lines of advice; the server dies in between."""
    desk.press("Alt+2")
    desk.sees("saved")
    desk.answer(5)
    desk.press("Alt+k")
    hotline.kill()
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
        assert ticket.case_types == ["ransom", "leak"]
        assert [len(said), len(repeated)] == [3, 2]
        assert (call.ticket_id, call.answered_by_id) == (ticket.id, desk.person.id)
        assert (call.disposition, call.note) == ("new_incident", NOTE)


@dataclass
class Desk:
    """An operator without a mouse, whose actions are counted."""

    page: Page
    person: Person
    actions: int = 0
    given: dict[str, list[str]] = field(default_factory=dict)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.actions += 1
        self.page.keyboard.type(text)

    def take(self) -> str:
        """Take the call that rings; the number of its ticket."""
        self.press("Alt+a")
        self.page.wait_for_url("**/intake")
        return re.findall(r"/tickets/(\d{9})/", self.page.url)[0]

    def sees(self, state: str) -> None:
        """What the page says of where the words are."""
        place = self.page.locator(f"#saved [data-state={state}]")
        expect(place).to_be_visible(timeout=30_000)

    def promise(self) -> str:
        return self.page.locator(".promise-time").inner_text()

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


@pytest.fixture
def hotline(tmp_path):
    with running(tmp_path) as one:
        one.start()
        yield one


@pytest.fixture
def desk(browser, hotline):
    """Somebody on duty who waits for a call of a company that is known, with open eyes."""
    with hotline.app.app_context(), transaction():
        someone = builders.person("operator", name="森下 由紀", phone="+819000000001")
        oncall = builders.person("coordinator", phone="+819000000002")
        hours = timedelta(hours=6)
        for one, role in ((someone, "operator"), (oncall, "coordinator")):
            builders.shift(one, role, starts_at=hotline.now - hours, ends_at=hotline.now + hours)
        company = builders.member("JNX-1001")
        company.phones.append(Phone(raw=CALLER, key=phone_key(CALLER), e164=CALLER))
        db.session.flush()
        db.session.expunge(someone)
    visitor = Visitor(browser, hotline, 1440, "ja")
    visitor.context.add_cookies([hotline.session(someone)])
    yield Desk(visitor.go("/calls"), someone)
    visitor.context.close()
