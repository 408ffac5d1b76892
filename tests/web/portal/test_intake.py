"""The form for when the phone is busy: one ticket for each form, and whom to call above all."""

import re

import pytest
from sqlalchemy import func, select

from hotline.db import Base, db
from hotline.people.rules import Role
from hotline.tickets.models import Consent, HearingAnswer, Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import opened, reads

NUMBER = 'href="tel:0120066318"'
SAID = {
    "case_types": "ransom",
    "summary": "工場のPCが開けない",
    "callback_phone": "090-1234-5678",
    "answers.ongoing": "yes",
    "line": "jnx",
}


def test_whom_to_call_stands_above_everything(member):
    page = member.get("/portal/new").text

    asks = page.index("今まさに被害が")

    assert asks < page.index(NUMBER, asks) < page.index('<form class="pane"')
    assert "この電話は事故のご通知（保険金請求）ではありません。" in page
    assert 'value="+81901112222"' in page


def test_what_is_sent_is_a_ticket_with_number_promise_and_first_advice(member, form):
    answer = member.send("/portal/new", form())
    ticket = only_ticket()
    page = member.get(answer.location).text

    assert answer.location == f"/portal/new/{ticket.number}"
    assert f"{ticket.number[:4]} {ticket.number[4:8]} {ticket.number[8]}" in page
    assert "いますぐお電話もください。" in page
    assert "LANケーブルを抜き" in page
    assert "保険金請求" in page
    db.session.rollback()
    assert len(reads(f"ticket:{ticket.number}")) == 1


def test_what_stopped_spreading_is_not_told_to_call_again(member, form):
    answer = member.send("/portal/new", {**form(), "answers.ongoing": "no", "case_types": "other"})
    page = member.get(answer.location).text

    assert "いますぐお電話もください。" not in page
    assert "再起動・初期化・削除はしないでください" in page


def test_the_same_form_sent_twice_is_one_ticket_and_says_so(member, form):
    sent = form()
    first = member.send("/portal/new", sent)
    again = member.send("/portal/new", {**sent, "summary": "書き直した"})

    assert again.location == f"{first.location}?again=1"
    assert "すでに届いています" in member.get(again.location).text
    assert only_ticket().summary == "工場のPCが開けない"


def test_what_cannot_be_used_comes_back_as_it_was_typed_all_at_once(member, form):
    wrong = {**form(), "callback_phone": "", "discovered_day": "昨日", "line": "nowhere",
             "answers.ongoing": "perhaps", "consents.agent": "perhaps"}  # fmt: skip
    answer = member.send("/portal/new", wrong)

    assert answer.status_code == 422
    assert "工場のPCが開けない" in answer.text
    assert f'name="key" value="{wrong["key"]}"' in answer.text
    assert answer.text.count('class="field-error"') == 5
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


@pytest.mark.parametrize("key", ["", "短い", "x" * 65, "a b c d e f g h i j"])
def test_a_key_that_is_not_ours_is_replaced_and_nothing_is_lost(member, form, key):
    answer = member.send("/portal/new", {**form(), "key": key})

    assert answer.status_code == 422
    assert "もう一度お送りください" in answer.text
    assert "工場のPCが開けない" in answer.text


def test_who_writes_too_often_keeps_the_words_and_is_told_when(member, form):
    answers = [member.send("/portal/new", form()) for _ in range(6)]

    assert [one.status_code for one in answers] == [303] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert "工場のPCが開けない" in answers[-1].text


def test_no_column_rides_along(member, form):
    columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
    ours = {"callback_hours", "safe_phone", "safe_email", "company_channels_unsafe"}
    answer = member.send("/portal/new", {**dict.fromkeys(columns - ours, "7"), **form()})
    ticket = only_ticket()

    assert answer.status_code == 303
    assert (ticket.member_number, ticket.company) == ("JNX-1", "株式会社ヤマダ部品")
    assert (ticket.caller_name, ticket.drill, ticket.coordinator_id) == ("部品 花子", False, None)
    assert (ticket.severity, ticket.status) == ("p1", "received")


def test_answers_and_consents_are_those_of_the_form_and_no_others(member, form):
    member.send(
        "/portal/new",
        {**form(), "answers.stopped": "edi", "answers.insured": "none", "consents.agent": "yes",
         "consents.partners": "", "discovered_day": "11/4", "discovered_time": "9:00"},
    )  # fmt: skip
    ticket = only_ticket()

    assert set(db.session.scalars(select(HearingAnswer.question))) == {"ongoing", "stopped"}
    assert list(db.session.scalars(select(Consent.recipient))) == ["agent"]
    assert (ticket.discovered_at.hour, ticket.discovered_at.day) == (0, 4)


@pytest.mark.parametrize(("typed", "at"), [("2330", (14, 30)), ("", (15, 0))])
def test_a_time_is_typed_as_it_comes_or_left_out(member, form, typed, at):
    member.send("/portal/new", {**form(), "discovered_day": "11/3", "discovered_time": typed})
    found = only_ticket().discovered_at

    assert (found.hour, found.minute) == at


def test_what_goes_on_already_is_offered_first(member):
    ticket = opened(member_number="JNX-1")
    page = member.get("/portal/new").text

    assert "同じ事故のことですか？" in page
    assert f'href="/portal/tickets/{ticket.number}"' in page


def test_a_company_that_is_not_on_file_writes_to_the_first_line(be):
    member = be(Role.MEMBER, member_number="JNX-9")
    page = member.get("/portal/new").text

    assert re.search(r'value="jnx" checked', page)


def test_the_number_of_somebody_else_is_missing(member):
    foreign = opened(member_number="JNX-2")

    assert member.get(f"/portal/new/{foreign.number}").status_code == 404


def test_the_desk_sees_that_it_came_over_the_web(be, member, form):
    member.send("/portal/new", form())
    ticket = only_ticket()
    desk = be(Role.OPERATOR)

    assert "ウェブから書き込みました" in desk.get(f"/tickets/{ticket.number}").text
    assert "#globe2" in desk.get(f"/calls?day={NOON:%Y-%m-%d}").text


def only_ticket():
    db.session.rollback()
    return db.session.scalars(select(Ticket)).one()


@pytest.fixture
def member(be):
    with transaction():
        builders.member("JNX-1")
    return be(Role.MEMBER, member_number="JNX-1", name="部品 花子", phone="+81901112222")


@pytest.fixture
def form(member):
    def filled():
        key = re.search(r'name="key" value="([^"]+)"', member.get("/portal/new").text)
        return {**SAID, "key": key[1]}

    return filled
