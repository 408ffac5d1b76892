"""A call is wrapped up: how it ended, a note, and perhaps the end of its ticket."""

import pytest
from sqlalchemy import select

from hotline.calls import queries, service
from hotline.calls.rules import Direction, Event, Status
from hotline.calls.service import Wrapping
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.followups import queries as followups
from hotline.notices.models import Notice
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_how_a_call_ended_is_kept_and_told_in_the_story(app):
    call, ticket = taken()
    wrap(call, Wrapping("new_incident", note="落ち着いた方"))
    line = db.session.scalars(select(Line).where(Line.event == "wrapped_up")).one()

    assert (call.disposition, call.note, call.wrapped_by_id) == ("new_incident", "落ち着いた方", 7)
    assert (line.ticket_id, line.audience) == (ticket.id, "staff")
    assert line.facts == {"disposition": "new_incident", "text": "落ち着いた方"}


def test_what_was_taken_on_the_screen_alone_is_not_missed_once_somebody_says_how_it_went(app):
    with transaction():
        call = builders.call(claimed_at=NOON, claimed_by_id=7)
    wrap(call, Wrapping("answered"))
    ringing = queries.going_on(now=NOON)
    with transaction():
        service.note_event(call, Event.ENDED, 1, at=NOON, now=NOON)

    assert ringing == []
    assert call.status == Status.MISSED
    assert queries.missed(NOON) == []


def test_the_same_twice_is_once_and_another_word_corrects_it(app):
    call, _ = taken()
    wrap(call, Wrapping("new_incident"))
    wrap(call, Wrapping("new_incident"))
    wrap(call, Wrapping("goes_on"))
    lines = db.session.scalars(select(Line).where(Line.event == "wrapped_up")).all()

    assert call.disposition == "goes_on"
    assert len(lines) == 2


def test_the_ticket_of_a_wrong_number_ends_with_the_call_when_that_is_said(app):
    call, ticket = taken()
    wrap(call, Wrapping("wrong_number", ends=True, referral="nothing_needed"))

    assert ticket.status == "out_of_scope"
    assert [one.status for one in followups.of_ticket(ticket.id)] == ["called_off"]


def test_a_ticket_goes_on_when_that_is_said(app):
    call, ticket = taken()
    wrap(call, Wrapping("answered", ends=False))

    assert ticket.status == "received"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (Wrapping(""), {"disposition"}),
        (Wrapping("called_back"), {"disposition"}),
        (Wrapping("nuisance", ends=False), {"note"}),
        (Wrapping("goes_on", note="あ" * 2001), {"note"}),
        (Wrapping("wrong_number"), {"ends"}),
        (Wrapping("wrong_number", ends=True, referral="moon"), {"referral"}),
    ],
)
def test_what_is_missing_is_named(app, given, fields):
    call, _ = taken()
    with pytest.raises(Invalid) as refused:
        wrap(call, given)

    assert set(refused.value.fields) == fields
    assert call.wrapped_at is None


def test_what_waits_to_be_told_is_told_at_the_end_of_the_call(app):
    call, ticket = taken()
    with transaction():
        ticket.safe_email, ticket.tell_at = "henmi@example.jp", NOON
    channels = wrap(call, Wrapping("new_incident"))
    told = db.session.scalars(select(Notice).where(Notice.kind == "received")).one()

    assert (channels, told.channel, ticket.tell_at) == (["mail"], "mail", None)


def test_a_call_without_a_ticket_and_one_of_an_ended_ticket_need_no_end(app):
    with transaction():
        alone = builders.call(status=Status.DONE)
    call, ticket = taken()
    wrap(call, Wrapping("test", ends=True, referral="nothing_needed"))

    assert wrap(alone, Wrapping("wrong_number")) == []
    assert wrap(call, Wrapping("wrong_number")) == []
    assert ticket.status == "out_of_scope"


@pytest.mark.parametrize(
    "facts", [{"status": Status.MISSED}, {"status": Status.DONE, "direction": Direction.OUT}]
)
def test_what_nobody_took_and_what_we_made_is_not_wrapped_up(app, facts):
    with transaction():
        call = builders.call(**facts)
    with pytest.raises(Refused):
        wrap(call, Wrapping("new_incident"))


def taken():
    with transaction():
        ticket = builders.ticket()
        return builders.call(status=Status.ANSWERED, ticket_id=ticket.id), ticket


def wrap(call, given):
    with transaction():
        return service.wrap_up(call, given, by_id=7, now=NOON)
