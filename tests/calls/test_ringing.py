"""A call is on record once, and ends up the same in whatever order we hear of it."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.calls import queries, service
from hotline.calls.models import Call, CallEvent, Recording, TextMessage
from hotline.calls.rules import Event, Happening, Kind, Status
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests.builders import NOON
from tests.calls.happenings import ACCEPTED, CAME, CHOSE, ENDED, RECORDED, RINGING, SID, told


def test_a_call_is_recorded_with_its_line_and_the_key_of_its_number(writing):
    call = told(CAME)

    assert (call.line, call.from_key, call.status) == ("sompo_desk", "0354226351", "ringing")


def test_the_same_call_twice_is_one_call(writing):
    assert told(CAME) is told(CAME)
    assert queries.count() == 1


def test_a_withheld_number_is_no_number(writing):
    assert told(replace(CAME, from_number="")).from_key == ""


def test_a_choice_opens_one_ticket_that_carries_the_caller(writing):
    call = told(CHOSE)
    told(CHOSE)
    told(replace(CHOSE, key="2"))
    [ticket] = db.session.scalars(select(Ticket))

    assert (ticket.id, ticket.case_types) == (call.ticket_id, ["ransom"])
    assert (ticket.caller_phone, ticket.received_at) == ("+81354226351", NOON)
    assert call.menu_key == "1"


def test_the_ticket_promises_by_when_the_call_came_not_by_when_a_key_was_pressed(writing):
    evening = NOON.replace(hour=7, minute=59, second=59)
    told(replace(CAME, at=evening))
    told(replace(CHOSE, at=evening), now=evening + timedelta(minutes=5))

    assert db.session.scalars(select(Ticket)).one().received_at == evening


def test_key_five_is_english_and_opens_nothing(writing):
    call = told(replace(CHOSE, key="5"))

    assert (call.language, call.ticket_id) == ("en", None)


def test_a_key_that_means_nothing_changes_nothing(writing):
    assert told(replace(CHOSE, key="8")).ticket_id is None


def test_a_call_that_nobody_took_is_missed_and_stands_on_the_worklist(writing):
    call = told(ENDED)

    assert call.status == Status.MISSED
    assert queries.missed(NOON) == [call]
    assert db.session.scalar(*queries.counting_missed(NOON)) == 1


def test_a_call_that_a_person_took_is_done_when_it_ends(writing):
    call = told(ACCEPTED)
    assert call.status == Status.ANSWERED
    told(ENDED)

    assert (call.status, call.answered_by_id) == (Status.DONE, 7)
    assert queries.missed(NOON) == []


@pytest.mark.parametrize(("before", "status"), [(CAME, "missed"), (ACCEPTED, "done")])
def test_how_a_call_ended_is_on_record_once(writing, before, status):
    told(before)
    told(ENDED)
    told(replace(ENDED, sequence=4))
    ended = select(AuditEntry.detail).where(AuditEntry.action == "call.ended")

    assert db.session.scalars(ended).all() == [{"status": status}]


def test_the_first_person_who_took_a_call_stands(writing):
    told(ACCEPTED)

    assert told(replace(ACCEPTED, person_id=8)).answered_by_id == 7


def test_a_message_that_was_left_is_kept_once(writing):
    told(RECORDED)
    call = told(replace(RECORDED, recording_sid="RE" + "c" * 32))

    assert (call.status, call.recording_sid) == (Status.VOICEMAIL, RECORDED.recording_sid)
    assert call.recording_seconds == 12


def test_the_same_event_twice_is_one_row(writing):
    told(ENDED)
    told(ENDED)
    told(RINGING)

    assert db.session.scalar(select(func.count()).select_from(CallEvent)) == 2


def test_a_call_we_first_hear_of_late_is_completed_when_more_is_known(writing):
    told(replace(RECORDED, at=NOON + timedelta(minutes=2)))
    call = told(CAME)

    assert (call.from_number, call.to_number, call.line) == (
        "+81354226351",
        "+81120318258",
        "sompo_desk",
    )
    assert call.received_at == NOON


def test_a_text_message_is_kept_once(writing):
    text = Happening(Kind.TEXTED, NOON, message_sid="SM" + "a" * 32, body="折り返しください")

    assert service.record(text, now=NOON) is None
    assert service.record(text, now=NOON) is None
    assert [one.body for one in queries.texts()] == ["折り返しください"]


STORY = [CAME, RINGING, CHOSE, ACCEPTED, ENDED, RECORDED]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.permutations(STORY * 2))
def test_r_16_shuffled_and_repeated_reports_end_in_the_same_state(app, story):
    with transaction():
        for model in (Recording, CallEvent, Call, TextMessage):
            db.session.query(model).delete()
        for happening in story:
            service.record(happening, now=NOON)
        call = db.session.scalars(select(Call)).one()

        assert (call.status, call.answered_by_id, call.menu_key) == (Status.DONE, 7, "1")
        assert (call.received_at, call.ended_at, call.from_key) == (NOON, NOON, "0354226351")
        assert db.session.scalar(select(func.count()).select_from(CallEvent)) == 2


REPORTS = [
    Happening(Kind.TOLD, NOON, SID, event=event, sequence=number)
    for number, event in enumerate((Event.RINGING, Event.CONNECTED, Event.ENDED))
]


@pytest.mark.parametrize("order", list(permutations(REPORTS)))
def test_without_a_key_no_report_of_the_company_makes_a_call_answered(app, order):
    """A machine can pick up, and the company then says "in-progress" and "completed"."""
    with transaction():
        call = [service.record(one, now=NOON) for one in order][-1]

    assert (call.status, call.answered_at) == (Status.MISSED, None)
