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
from hotline.duty import queries as duty
from hotline.duty.models import Page
from hotline.errors import Invalid, Refused
from hotline.followups import service as followups
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

SID = "CA" + "a" * 32
CAME = Happening(
    kind=Kind.CAME,
    at=NOON,
    call_sid=SID,
    from_number="+81354226351",
    to_number="+81120318258",
)
CHOSE = replace(CAME, kind=Kind.CHOSE, key="1")
ENDED = replace(CAME, kind=Kind.TOLD, event=Event.ENDED, sequence=3)
RINGING = replace(CAME, kind=Kind.TOLD, event=Event.RINGING)
ACCEPTED = Happening(kind=Kind.ACCEPTED, at=NOON, call_sid=SID, person_id=7)
RECORDED = Happening(
    kind=Kind.RECORDED, at=NOON, call_sid=SID, recording_sid="RE" + "b" * 32, seconds=12
)


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


def test_a_call_without_a_ticket_is_given_one_by_a_person_once(writing):
    call = told(ENDED)
    ticket = service.open_from(call, ["leak", "ransom"], by_id=7, now=NOON)

    assert (call.ticket_id, ticket.case_types) == (ticket.id, ["leak", "ransom"])
    assert queries.of_ticket(ticket.id) == [call]
    with pytest.raises(Refused, match="has a ticket already"):
        service.open_from(call, ["leak"], by_id=7, now=NOON)


def test_a_call_becomes_a_ticket_before_anybody_knows_what_happened(writing):
    call = told(CAME)
    ticket = service.open_from(call, by_id=7, now=NOON)

    assert (ticket.case_types, ticket.severity, ticket.assessed) == ([], "p3", False)
    assert builders.promise_of(ticket).status == "pending"


def test_a_new_call_is_recorded_and_has_its_ticket_at_once(writing):
    ticket = service.new_call(line="jnx", by_id=7, now=NOON, from_number="090-1234-5678")
    [call] = queries.of_ticket(ticket.id)

    assert (call.received_at, call.answered_by_id, call.status) == (NOON, 7, "done")
    assert (ticket.received_at, ticket.caller_phone) == (NOON, "090-1234-5678")
    assert builders.promise_of(ticket).due_at == NOON


def test_a_button_that_is_pressed_twice_is_one_call(writing):
    first = service.begin_call(line="jnx", by_id=7, now=NOON)
    second = service.begin_call(line="jnx", by_id=7, now=NOON + timedelta(seconds=9))
    others = [
        service.begin_call(line="jnx", by_id=8, now=NOON),
        service.begin_call(line="sompo_desk", by_id=7, now=NOON),
        service.begin_call(line="jnx", by_id=7, now=NOON + timedelta(seconds=11)),
    ]

    assert second.id == first.id
    assert len({one.id for one in [first, *others]}) == 4


def test_a_call_that_was_written_down_is_not_begun_again(writing):
    first = service.begin_call(line="jnx", by_id=7, now=NOON)
    first.changed_at = NOON
    db.session.flush()

    assert service.begin_call(line="jnx", by_id=7, now=NOON).id != first.id


def test_a_call_that_came_earlier_is_promised_by_its_own_time(writing):
    friday = NOON.replace(day=6, hour=9)
    monday = NOON.replace(day=9, hour=1)
    ticket = service.new_call(line="jnx", by_id=7, now=monday, received_at=friday)

    assert ticket.received_at == friday
    assert builders.promise_of(ticket).due_at == NOON.replace(day=9, hour=0)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"line": "fax"}, "line"),
        ({"from_number": "\0"}, "from_number"),
        ({"received_at": NOON + timedelta(days=1)}, "received_at"),
    ],
)
def test_a_new_call_that_cannot_be_used_names_the_field(writing, facts, field):
    with pytest.raises(Invalid) as refused:
        service.new_call(**{"line": "jnx", "by_id": 7, "now": NOON, **facts})

    assert list(refused.value.fields) == [field]


def test_a_missed_call_with_a_ticket_is_owed_by_the_ticket(writing):
    call = told(ENDED)
    service.open_from(call, ["leak"], by_id=7, now=NOON)

    assert (call.handled_at, call.handled_by_id) == (NOON, 7)
    assert queries.missed(NOON) == []


def test_a_call_that_was_dealt_with_can_still_be_given_a_ticket(writing):
    call = told(ENDED)
    service.handle(call, by_id=3, now=NOON)
    service.open_from(call, ["leak"], by_id=7, now=NOON)

    assert call.handled_by_id == 3


def test_a_missed_call_that_was_dealt_with_leaves_the_worklist(writing):
    call = told(ENDED)
    service.handle(call, by_id=7, now=NOON)

    assert (call.handled_by_id, queries.missed(NOON)) == (7, [])
    with pytest.raises(Refused, match="dealt with this call already"):
        service.handle(call, by_id=8, now=NOON)


def test_a_call_that_was_not_missed_cannot_be_taken_off_the_worklist(writing):
    with pytest.raises(Refused, match="was not missed"):
        service.handle(told(CAME), by_id=7, now=NOON)


def test_a_call_whose_end_was_lost_comes_to_the_worklist_after_an_hour(writing):
    call = told(CAME)

    assert queries.missed(NOON + timedelta(minutes=59)) == []
    assert queries.missed(NOON + timedelta(minutes=60)) == [call]


def test_a_call_entered_by_hand_keeps_its_true_time(writing):
    call = service.enter(
        line="jnx",
        from_number="03-5422-6351 内線12",
        received_at=NOON - timedelta(days=3),
        by_id=7,
        now=NOON,
    )

    assert (call.status, call.call_sid, call.from_key) == (Status.DONE, None, "0354226351")
    assert call.received_at == NOON - timedelta(days=3)


def test_a_call_entered_by_hand_refuses_what_cannot_be_seen(writing):
    with pytest.raises(Invalid) as refusal:
        service.enter(line="jnx", from_number="03\x00", received_at=NOON, by_id=7, now=NOON)

    assert list(refusal.value.fields) == ["from_number"]


def test_the_list_can_begin_at_a_moment(writing):
    builders.call(received_at=NOON - timedelta(seconds=1))
    first = builders.call(received_at=NOON)

    assert queries.page(since=NOON) == [first]


def test_the_list_goes_on_where_it_stopped(writing):
    calls = [builders.call(received_at=NOON + timedelta(minutes=n // 2)) for n in range(5)]
    first = queries.page(limit=3)
    rest = queries.page(limit=3, before=(first[-1].received_at, first[-1].id))

    assert first + rest == calls[::-1]


def test_the_list_can_be_asked_for_one_status_and_by_id(writing):
    call = builders.call(status=Status.DONE)
    builders.call()

    assert queries.page(status="done") == [call]
    assert queries.by_id(call.id) is call
    assert queries.by_sid(call.call_sid) is call


# Nobody answered, and it cannot wait


def test_a_ransom_call_that_reached_nobody_rings_the_coordinators(writing):
    call = [told(one) for one in (CAME, CHOSE, ENDED)][-1]
    [page] = duty.open_pages()

    assert (page.ticket_id, page.cause) == (call.ticket_id, "ransom_unanswered")
    assert (page.line, page.wake_at) == ("sompo_desk", NOON)


@pytest.mark.parametrize(
    "story",
    [
        [CAME, CHOSE, ACCEPTED, ENDED],
        [CAME, CHOSE],
        [CAME, ENDED],
        [CAME, replace(CHOSE, key="2"), ENDED],
    ],
    ids=["answered", "still_rings", "no_ticket", "a_leak"],
)
def test_other_calls_ring_nobody(writing, story):
    for happening in story:
        told(happening)

    assert duty.open_pages() == []


def test_a_voicemail_is_no_person_who_answered(writing):
    for happening in (CAME, CHOSE, RECORDED, ENDED):
        told(happening)

    assert len(duty.open_pages()) == 1


def test_the_same_end_again_rings_nobody_again(writing):
    for happening in (CAME, CHOSE, ENDED, ENDED, CHOSE):
        told(happening)

    assert db.session.scalar(select(func.count()).select_from(Page)) == 1


def test_an_end_that_is_reported_before_the_key_counts_as_well(writing):
    for happening in (CAME, ENDED, CHOSE):
        told(happening)

    assert len(duty.open_pages()) == 1


def test_when_it_turns_out_that_somebody_answered_the_ringing_ends(writing):
    for happening in (CAME, CHOSE, ENDED, ACCEPTED):
        told(happening)

    assert duty.open_pages() == []


def test_nobody_is_rung_for_a_drill_or_for_what_somebody_has_already(writing):
    calls = []
    for drill in (True, False):
        ticket = builders.ticket(drill=drill)
        calls.append(builders.call(ticket_id=ticket.id))
    followups.take(builders.promise_of(ticket), by_id=7, now=NOON)
    for call in calls:
        service.note_event(call, Event.ENDED, 3, at=NOON, now=NOON)

    assert duty.open_pages() == []


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


def told(happening: Happening, *, now=NOON) -> Call:
    return service.record(happening, now=now)


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
