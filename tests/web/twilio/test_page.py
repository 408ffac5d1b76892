"""Somebody who is paged hears what it is about; only the key takes it, and only once."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hotline import policy
from hotline.adapters.twilio import PATTERNS
from hotline.db import db
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.models import Page
from hotline.duty.rules import PagingPolicy
from hotline.followups import service as followups
from hotline.notices.models import Notice
from hotline.policy import PolicyError
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.web.twilio import page as twilio_page
from tests import builders
from tests.builders import NOON
from tests.company import SID, post, verbs, words

LEG = {"Direction": "outbound-api", "From": "+81120066318", "To": "+819012345601"}


# What is heard


def test_somebody_who_picks_up_hears_the_line_the_number_and_the_key(paged):
    answer = paged.asks(paged.first)

    assert answer.content_type == "text/xml; charset=utf-8"
    assert verbs(answer) == ["Gather", "Gather", "Say", "Hangup"]
    assert "JNX会員専用サイバー事故相談窓口" in words(answer)
    assert words(answer).replace(" ", "").count(paged.page.number) == 2
    assert "1を押して" in words(answer)


def test_picking_up_alone_takes_nothing(paged):
    paged.asks(paged.first)

    assert paged.now().status == "open"


def test_it_is_said_in_the_language_of_the_person(paged):
    with transaction():
        db.session.merge(paged.first).locale = "en"

    assert "JNX members' cyber incident line" in words(paged.asks(paged.first))


def test_a_line_that_is_gone_is_said_by_its_code(paged):
    with transaction():
        paged.now().line = "closed_line"

    assert "closed_line" in words(paged.asks(paged.first))


@pytest.mark.parametrize("stranger", [0, 999])
def test_who_was_not_rung_hears_nothing_of_it(paged, stranger):
    answer = paged.phone(f"/twilio/page?page={paged.page.id}&person={stranger}")

    assert paged.page.number not in words(answer).replace(" ", "")
    assert verbs(answer) == ["Say", "Hangup"]


# The key


def test_the_key_takes_it_and_the_promise_and_says_so(paged):
    answer = paged.presses("1", paged.first)
    page = paged.now()

    assert (page.status, page.ended_by_id) == ("taken", paged.first.id)
    assert paged.promise().taken_by_id == paged.first.id
    assert "あなたが引き受けた" in words(answer)
    assert unsent(page) == 0


@pytest.mark.parametrize("key", ["2", "0", "*", "#", "11", "hangup", "", None])
def test_nothing_but_the_key_takes_it(paged, key):
    answer = paged.presses(key, paged.first)

    assert paged.now().status == "open"
    assert "引き受けは記録されていません" in words(answer)


def test_another_key_rings_the_next_person_at_once(paged):
    paged.presses("2", paged.first)

    assert queries.due_page_ids(now=NOON) == [paged.page.id]


def test_the_second_hears_kindly_that_somebody_has_it(paged):
    paged.ring_second()
    paged.presses("1", paged.first)
    picked_up, pressed = paged.asks(paged.second), paged.presses("1", paged.second)

    assert [verbs(answer) for answer in (picked_up, pressed)] == [["Say", "Hangup"]] * 2
    assert "すでにほかの担当者が引き受けています" in words(picked_up)
    assert words(picked_up) == words(pressed)
    assert paged.now().ended_by_id == paged.first.id


def test_the_key_pressed_twice_says_the_same_twice(paged):
    first, second = (paged.presses("1", paged.first) for _ in range(2))

    assert words(first) == words(second)


def test_a_call_that_rings_when_it_is_called_off_says_so(paged):
    with transaction():
        duty.call_off_pages(paged.page.number, by_id=None, now=NOON)

    assert "取り消されました" in words(paged.asks(paged.first))


def test_who_is_no_coordinator_any_more_cannot_take_it(paged):
    with transaction():
        someone = db.session.merge(paged.first)
        someone.role_rows[0].role = "operator"
    paged.presses("1", paged.first)

    assert paged.now().status == "open"


def test_of_all_who_press_at_the_same_moment_one_hears_that_it_is_theirs(app, paged):
    paged.ring_second()
    gate, said = threading.Barrier(2), []

    def press(someone_id: int) -> None:
        gate.wait()
        path = f"/twilio/page/answer?page={paged.page_id}&person={someone_id}"
        said.append(words(post(app.test_client(), path, Digits="1", **LEG)))

    threads = [threading.Thread(target=press, args=[one]) for one in paged.ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted("あなたが引き受けた" in one for one in said) == [False, True]


# The end of the call


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_the_end_of_a_call_without_the_key_rings_the_next_at_once(paged, status):
    answer = paged.ended(status, paged.first)

    assert verbs(answer) == []
    assert queries.due_page_ids(now=NOON) == [paged.page.id]


def test_the_end_of_a_call_that_took_it_changes_nothing(paged):
    paged.presses("1", paged.first)
    paged.ended("completed", paged.first)

    assert (paged.now().status, queries.due_page_ids(now=NOON)) == ("taken", [])


def test_the_end_of_an_earlier_call_hurries_nobody(paged):
    paged.ring_second()
    paged.ended("completed", paged.first)

    assert queries.due_page_ids(now=NOON) == []


# Believed, and answered in any case


@pytest.mark.parametrize("path", ["", "/answer", "/ended"])
def test_s_15_only_the_telephone_company_is_heard(paged, path):
    address = f"/twilio/page{path}?page={paged.page.id}&person={paged.first.id}"
    forged = paged.client.post(address, data={"CallSid": SID, "Digits": "1"})

    assert forged.status_code == 403
    assert paged.now().status == "open"


@pytest.mark.parametrize("query", ["page=x&person=1", "page=1&page=2&person=1", "page=1&person=-1"])
def test_what_we_did_not_write_is_refused(paged, query):
    assert paged.phone(f"/twilio/page/answer?{query}", Digits="1").status_code == 400


@pytest.mark.parametrize("field", ["CallSid", "CallStatus"])
def test_a_report_without_its_fields_is_refused(paged, field):
    answer = paged.phone("/twilio/page/ended?page=1&person=1", **{field: None})

    assert answer.status_code == 400
    assert field in PATTERNS


def test_without_a_database_the_caller_is_asked_to_call_the_desk(paged, away):
    answer = paged.asks(paged.first)

    assert answer.status_code == 200
    assert "0120-066-318" in words(answer)
    assert paged.page.number not in words(answer).replace(" ", "")


def test_without_a_database_the_key_is_asked_for_again_and_nothing_is_claimed(paged, away):
    answer = paged.presses("1", paged.first)

    assert "記録できませんでした" in words(answer)
    assert "あなたが引き受けた" not in words(answer)
    assert verbs(answer) == ["Gather", "Say", "Hangup"]
    assert "attempt=2" in answer.text


def test_after_three_tries_the_caller_is_asked_to_call_the_desk(paged, away):
    answer = paged.presses("1", paged.first, attempt=3)

    assert "0120-066-318" in words(answer)


def test_the_key_counts_once_the_database_is_back(paged, away):
    paged.presses("1", paged.first)
    away.undo()
    answer = paged.presses("1", paged.first, attempt=2)

    assert "あなたが引き受けた" in words(answer)
    assert paged.now().status == "taken"


def test_without_a_database_the_end_of_a_call_is_answered_all_the_same(paged, away):
    assert verbs(paged.ended("busy", paged.first)) == []


def test_a_case_type_nobody_can_call_about_stops_the_process(monkeypatch, app):
    known = policy.get(PagingPolicy)
    strange = known.model_copy(update={"unanswered_case_types": ("fire",)})
    monkeypatch.setitem(policy._loaded, PagingPolicy, strange)

    with pytest.raises(PolicyError, match="fire is no case type"):
        Flask("another").register_blueprint(twilio_page.bp)


def unsent(page) -> int:
    query = select(Notice).where(Notice.subject == f"page:{page.id}", Notice.status == "waiting")
    return len(list(db.session.scalars(query)))


class Paged:
    """A page, the people it rings, and their telephones."""

    def __init__(self, client) -> None:
        self.client = client
        with transaction():
            self.page = builders.page()
            self.first, self.second = (
                builders.person("coordinator", phone=f"+81901234560{number}") for number in (1, 2)
            )
            duty.ring_next(self.page.id, now=NOON)
            self.page_id, self.ids = self.page.id, (self.first.id, self.second.id)

    def ring_second(self) -> None:
        with transaction():
            duty.ring_next(self.page.id, now=self.now().wake_at)

    def phone(self, path, **fields):
        return post(self.client, path, **{**LEG, **fields})

    def asks(self, someone):
        return self.phone(self._to("", someone))

    def presses(self, key, someone, *, attempt=1):
        return self.phone(f"{self._to('/answer', someone)}&attempt={attempt}", Digits=key)

    def ended(self, status, someone):
        return self.phone(self._to("/ended", someone), CallStatus=status)

    def now(self) -> Page:
        return db.session.get(Page, self.page_id, populate_existing=True)

    def promise(self):
        return builders.promise_of(db.session.get(Ticket, self.page.ticket_id))

    def _to(self, path, someone) -> str:
        at = self.ids[0] if someone is self.first else self.ids[1]
        return f"/twilio/page{path}?page={self.page_id}&person={at}"


@pytest.fixture
def paged(app, client, at):
    with at(NOON):
        yield Paged(client)


@pytest.fixture
def away(monkeypatch):
    """The database cannot be reached."""

    def refuse(*_arguments, **_facts):
        raise OperationalError("SELECT", None, OSError())

    monkeypatch.setattr(queries, "page_by_id", refuse)
    monkeypatch.setattr(followups, "take_page", refuse)
    monkeypatch.setattr(duty, "pass_over", refuse)
    return monkeypatch
