"""What a member writes over the web is taken in like a call: same promise, same ticket."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hotline.calls import queries, service
from hotline.calls.models import Call
from hotline.calls.rules import WRITTEN_AT_MOST, is_owed
from hotline.db import db
from hotline.deadlines import queries as deadlines
from hotline.duty import queries as duty
from hotline.errors import Invalid, Slowed
from hotline.followups import queries as followups
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.tickets.queries import kept
from hotline.tickets.rules import Intake
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 9, 18, 13, 15, tzinfo=UTC)
"""Friday 22:15 in Japan, before five closed days."""
SAID = Intake(
    case_types=("ransom",),
    summary="工場のPCが暗号化された",
    callback_phone="090-1234-5678",
    answers={"ongoing": ["yes"]},
)


def test_the_ticket_is_of_the_account_whatever_the_form_said(write, somebody):
    ticket = write(Intake(**{**vars(SAID), "company": "他社", "member_number": "C999",
                             "caller_name": "別人", "caller_email": "x@example.com",
                             "severity": "p4", "severity_reason": "うそ"}))  # fmt: skip

    assert (ticket.member_number, ticket.company) == ("C800", "株式会社ヤマダ部品")
    assert (ticket.caller_name, ticket.caller_email) == (somebody.name, somebody.email)
    assert (ticket.opened_by_id, ticket.received_at) == (somebody.id, NOON)
    assert (ticket.severity, ticket.severity_reason, ticket.assessed) == ("p1", "", False)


def test_it_stands_among_the_calls_as_no_call_that_anybody_misses(write):
    ticket = write(SAID)
    (call,) = queries.of_ticket(ticket.id)

    assert (call.direction, call.status, call.from_number) == ("web", "done", "+81901112222")
    assert queries.missed(NOON + 2 * HOUR) == queries.going_on(now=NOON) == []
    assert not is_owed("missed", received_at=NOON, now=NOON + HOUR, direction=call.direction)
    assert queries.unwrapped(ticket.id) is None
    assert first_events(ticket) == [Event.WROTE_IN, Event.OPENED]


def test_clocks_duties_and_answers_come_as_after_a_call(write):
    answers = {"ongoing": ["no"], "personal_data": ["over_1000"]}
    ticket = write(Intake(**{**vars(SAID), "answers": answers, "consents": {"agent": True}}))

    assert set(kept(ticket.id).answers) == {"ongoing", "personal_data"}
    assert {one.kind for one in deadlines.of_ticket(ticket.id)} >= {"appi_preliminary"}
    assert len(deadlines.obligations_of(ticket.id)) == 7


def test_in_hours_it_is_owed_now_and_the_desk_hears_of_it_at_once(write):
    ticket = write(SAID)
    (promise,) = followups.of_ticket(ticket.id)

    assert (promise.due_at, promise.in_hours) == (NOON, True)
    assert told("web_intake") == [
        ("coordinator", "mail"), ("coordinator", "sms"), ("operator", "mail"), ("operator", "sms")
    ]  # fmt: skip
    assert facts("web_intake") == {("line", "number")}


def test_at_night_a_p1_rings_the_coordinators_and_operators_hear_of_it(write):
    ticket = write(SAID, now=NIGHT)
    (promise,) = followups.of_ticket(ticket.id)

    assert promise.due_at == datetime(2026, 9, 24, 0, 0, tzinfo=UTC)
    assert [one.cause for one in duty.pages_of(ticket.number)] == ["p1_out_of_hours"]
    assert told("web_intake") == [("operator", "mail"), ("operator", "sms")]


def test_the_caller_is_told_by_the_safe_way_alone(write):
    write(Intake(**{**vars(SAID), "safe_phone": "080-9999-8888",
                    "company_channels_unsafe": True}))  # fmt: skip

    assert told("received") == [("caller", "sms")]


def test_everything_that_cannot_be_used_is_said_at_once_and_nothing_is_kept(write):
    with pytest.raises(Invalid) as failed:
        write(Intake(summary=" ", answers={"ongoing": ["maybe"]}), line="nowhere")

    assert set(failed.value.fields) == {"line", "summary", "callback_phone", "answers.ongoing"}
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_nobody_writes_more_often_than_an_hour_holds(write, somebody):
    for number in range(WRITTEN_AT_MOST):
        write(SAID, now=NOON + number * timedelta(minutes=1))
    with pytest.raises(Slowed) as slowed:
        write(SAID, now=NOON + HOUR / 2)
    write(SAID, now=NOON + HOUR)

    assert slowed.value.retry_after == 1800
    assert db.session.scalar(select(func.count()).select_from(Call)) == WRITTEN_AT_MOST + 1


def test_what_was_written_is_moved_and_split_off_like_a_call(write, somebody):
    ticket, other = write(SAID), write(SAID)
    (call,) = queries.of_ticket(other.id)
    with transaction():
        service.move(call, ticket, by_id=somebody.id, now=NOON)
        made = service.split(call, by_id=somebody.id, now=NOON)

    assert first_events(made)[:1] == [Event.WROTE_IN]
    assert call.ticket_id == made.id


def first_events(ticket):
    query = select(Line.event).where(Line.ticket_id == ticket.id).order_by(Line.id)
    return [one for one in db.session.scalars(query) if one in (Event.WROTE_IN, Event.OPENED)][::-1]


def told(kind):
    query = select(Notice.audience, Notice.channel).where(Notice.kind == kind)
    return sorted(tuple(row) for row in db.session.execute(query))


def facts(kind):
    query = select(Notice.facts).where(Notice.kind == kind)
    return {tuple(sorted(one)) for one in db.session.scalars(query)}


@pytest.fixture
def somebody(app):
    with transaction():
        builders.member("C800")
        return builders.person(Role.MEMBER, member_number="C800", phone="+81901112222")


@pytest.fixture
def write(somebody):
    def send(intake, *, line="jnx", now=NOON):
        with transaction():
            return service.take_in_from_web(line, intake, by=somebody, now=now)

    return send
