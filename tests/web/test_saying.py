"""The right column of the desk: advice with its time, the promise, who is rung, the read-back."""

import re
from datetime import timedelta

import pytest

from hotline.duty import queries as pages
from hotline.duty import service as duty
from hotline.notices import queries as notices
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.rules import Spoken
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

POWER = "keep_power_on"
SCRIPT = {"X-Fragment": "1"}


def test_a_line_is_said_when_the_browser_says_it_was(desk, ticket):
    answer = desk.tick(f"advice/{POWER}", ago_ms="90000")
    (kept,) = queries.said_advice(ticket.id)

    assert answer.json == {"at": "11:58:30", "by": desk.person.name}
    assert kept.said_at == NOON - timedelta(seconds=90)


def test_without_a_script_it_is_a_button_that_comes_back(desk, ticket):
    answer = desk.send(desk.of(f"advice/{POWER}"))

    assert (answer.status_code, answer.location) == (303, f"{desk.of('intake')}#advice-h")
    assert [one.code for one in queries.said_advice(ticket.id)] == [POWER]


def test_what_was_said_stands_ticked_with_time_and_person(desk):
    desk.tick(f"advice/{POWER}")
    page = desk.intake()

    assert re.search(rf'value="advice/{desk.number}/{POWER}"[^>]* checked>', page)
    assert "12:00:00" in page
    assert "1 of 13 said" in page


def test_what_was_said_stays_when_its_line_is_said_to_nobody_any_more(desk, ticket):
    gone = Spoken("gone_since", "do", "以前の文です。", "The words of before.")
    with transaction():
        tickets.keep_said(ticket, gone, said_at=NOON, by_id=None, now=NOON)

    assert gone.en in desk.intake()


def test_other_words_than_those_on_the_screen_are_refused_in_words(desk, ticket):
    answer = desk.tick(f"advice/{POWER}", as_read="0" * 64)

    assert (answer.status_code, "other words" in answer.json["sentence"]) == (409, True)
    assert queries.said_advice(ticket.id) == []


def test_a_tick_can_be_taken_back(desk, ticket):
    desk.tick(f"advice/{POWER}")

    assert desk.tick(f"advice/{POWER}/unsaid").json == {}
    assert queries.said_advice(ticket.id) == []


def test_what_was_said_is_sent_by_the_safe_way(desk):
    desk.tick(f"advice/{POWER}")
    before = desk.intake()
    answer = desk.tick("advice")
    kinds = [one.kind for one in notices.about(f"ticket:{desk.number}")]

    assert '<b class="nowrap">090-1234-5678</b>' in before
    assert "text message" in answer.json["sentence"]
    assert kinds.count("advice_sent") == 1
    assert "on its way already" in desk.tick("advice").json["sentence"]


def test_number_and_code_stand_in_the_sentence_to_read_out_in_both_languages(desk, ticket):
    page = desk.intake()
    code = f"{ticket.caller_code[:3]} {ticket.caller_code[3:]}"

    assert code in page  # To be read back; in both sentences it stays in one piece.
    assert page.count(code.replace(" ", "\N{NO-BREAK SPACE}")) == 2
    assert 'class="promise-say hint" lang="ja"' in page


def test_a_ticket_from_before_gets_a_code_by_one_press(desk, ticket):
    with transaction():
        ticket.caller_code = ""

    assert "Make a code" in desk.intake()
    desk.tick("code")
    assert "Make a code" not in desk.intake()


def test_an_override_rings_and_says_whom(desk):
    coordinator = desk.made("coordinator")
    answer = desk.tick("override", reason="暗号化が進んでいる")
    (page,) = pages.pages_of(desk.number)
    with transaction():
        duty.ring_next(page.id, now=NOON)
    shown = desk.get(desk.of("rung"))

    assert "rung now" in answer.json["sentence"]
    assert f"{coordinator.name} is being rung" in shown.text
    assert (
        desk.client.get(
            desk.of("rung"), headers={"If-None-Match": shown.headers["ETag"]}
        ).status_code
        == 304
    )


def test_who_took_it_is_named_and_it_can_be_pressed_again(desk):
    coordinator = desk.made("coordinator")
    desk.tick("override", reason="暗号化が進んでいる")
    ringing = desk.intake()
    (page,) = pages.pages_of(desk.number)
    with transaction():
        duty.take_page(page.id, by_id=coordinator.id, now=NOON)
    taken = desk.intake()

    assert ("override-reason" in ringing, "override-reason" in taken) == (False, True)
    assert f"{coordinator.name} takes it" in taken


@pytest.mark.parametrize("reason", ["", " "])
def test_an_override_without_a_reason_is_refused_beside_the_field(desk, reason):
    answer = desk.tick("override", reason=reason)

    assert (answer.status_code, "reason" in answer.json["fields"]) == (422, True)
    assert pages.pages_of(desk.number) == []


def test_what_is_read_back_stands_until_it_changes(desk, ticket):
    desk.tick("read-back/company", as_read=desk.digest("company"))
    before = desk.intake()
    with transaction():
        ticket.site = "知立工場"
    after = desk.intake()

    assert ("read back 1 of" in before, "changed since it was read back" in before) == (True, False)
    assert "changed since it was read back" in after


def test_everything_read_back_says_when(desk, ticket):
    for one in queries.read_back_of(ticket):
        desk.tick(f"read-back/{one.toread.item}", as_read=one.toread.digest)

    assert "read back 12:00" in desk.intake()


def test_a_read_back_can_be_taken_back(desk, ticket):
    desk.tick("read-back/number", as_read=desk.digest("number"))
    desk.tick("read-back/number/undo")

    assert all(one.said is None for one in queries.read_back_of(ticket))


def test_what_is_not_used_and_when_it_was_noticed_is_read_back_in_words(desk, ticket):
    with transaction():
        ticket.company_channels_unsafe, ticket.discovered_at = True, NOON
    page = desk.intake()

    assert "The company&#39;s mail and extensions are not used" in page
    assert "First noticed" in page


def test_without_a_script_the_answer_is_told_on_the_page(desk):
    desk.send(desk.of(f"advice/{POWER}"))
    desk.send(desk.of("advice"))

    assert "The link to the advice goes out by: text message" in desk.intake()
    assert desk.send(desk.of("override"), {"reason": ""}).status_code == 422


class Desk:
    """An operator in front of one ticket."""

    def __init__(self, browser, ticket) -> None:
        self.client, self.person, self.send, self.get = (
            browser.client,
            browser.person,
            browser.send,
            browser.get,
        )
        self.ticket, self.number = ticket, ticket.number
        self.client.set_cookie("language", "en")

    def of(self, path):
        return f"/tickets/{self.number}/{path}"

    def tick(self, path, **fields):
        self.client.environ_base["HTTP_X_FRAGMENT"] = "1"
        try:
            return self.send(self.of(path), fields)
        finally:
            del self.client.environ_base["HTTP_X_FRAGMENT"]

    def intake(self):
        answer = self.get(self.of("intake"))
        assert answer.status_code == 200
        return answer.text

    def made(self, role):
        with transaction():
            return builders.person(role, name="梶 正人", phone="+819012345678")

    def digest(self, item):
        found = {one.toread.item: one.toread for one in queries.read_back_of(self.ticket)}
        return found[item].digest


@pytest.fixture
def ticket(app, moved_clock):
    with transaction():
        return builders.ticket(
            company="確認工業", caller_name="山田 花子", caller_phone="090-1234-5678"
        )


@pytest.fixture
def desk(be, ticket):
    return Desk(be(Role.OPERATOR), ticket)
