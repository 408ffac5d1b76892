"""What was joined goes on by itself again, as it stood."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Refused
from hotline.followups import queries as followups
from hotline.followups import service as promises
from hotline.tickets import service
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

NIGHT = NOON + timedelta(hours=9)
MINUTE = timedelta(minutes=1)


def test_it_goes_on_where_it_stood_and_its_promise_holds_again(app):
    one, other = at_night(), at_night()
    was = builders.promise_of(one)
    join(one, other)
    part(one)
    owed = followups.of_ticket(one.id)

    assert (one.status, one.duplicate_of_id) == ("callback_pending", None)
    assert [promise.status for promise in owed] == ["called_off", "pending"]
    assert (owed[1].due_at, owed[1].reason_ja) == (was.due_at, was.reason_ja)


def test_whose_work_the_promise_was_their_work_it_is_again(app):
    one, other = at_night(), at_night()
    with transaction():
        promises.take(builders.promise_of(one), by_id=5, now=NIGHT)
    join(one, other)
    part(one)

    assert followups.of_ticket(one.id)[-1].taken_by_id == 5


def test_what_was_promised_there_for_it_alone_is_called_off_there(app):
    one, other = at_night(), nothing_owed()
    join(one, other)
    carried = followups.of_ticket(other.id)[-1]
    part(one)

    assert carried.status == "called_off"
    assert one.number[:4] in carried.end_reason
    assert line_of("called_off", other).audience == "staff"


def test_after_the_promised_time_the_caller_is_owed_a_call_from_now_on(app):
    one, other = at_night(), at_night()
    join(one, other)
    later = NIGHT + timedelta(days=3)
    part(one, now=later)

    assert followups.of_ticket(one.id)[-1].due_at >= later


def test_what_followed_it_follows_it_again(app):
    first, one, other = at_night(), at_night(), at_night()
    join(first, one)
    join(one, other)
    part(one)

    assert (first.duplicate_of_id, first.status) == (one.id, "duplicate")


def test_what_was_joined_there_by_itself_stays_there(app):
    one, another, other = at_night(), at_night(), at_night()
    join(another, other)
    join(one, other)
    part(one)

    assert (another.duplicate_of_id, one.duplicate_of_id) == (other.id, None)


def test_both_stories_say_so_with_the_reason_or_without(app):
    one, other = at_night(), at_night()
    join(one, other)
    part(one, reason="別の拠点")

    assert line_of("parted", other).facts == {"number": one.number, "reason": "別の拠点"}
    assert line_of("reopened", one).facts == {"reason": "別の拠点"}


def test_what_is_not_joined_is_not_parted(app):
    one = at_night()
    with pytest.raises(Refused, match="not joined"):
        part(one)


def test_two_who_part_it_at_the_same_moment_part_it_once(app, monkeypatch):
    one, other = at_night(), at_night()
    join(one, other)
    real = service.parting.hold_all

    def parted_meanwhile(tickets):
        held = real(tickets)
        one.duplicate_of_id = None
        return held

    monkeypatch.setattr(service.parting, "hold_all", parted_meanwhile)
    with pytest.raises(Refused, match="same moment"):
        part(one)


def at_night():
    with transaction():
        return builders.ticket(received_at=NIGHT, now=NIGHT)


def nothing_owed():
    with transaction():
        ticket = builders.ticket(severity="p3", case_types=("leak",))
        service.keep_promise(builders.promise_of(ticket), by_id=1, now=NOON)
        return ticket


def join(ticket, into):
    with transaction():
        service.join(ticket, into, by_id=1, now=NIGHT)


def part(ticket, *, reason="", now=NIGHT + MINUTE):
    with transaction():
        service.part(ticket, reason=reason, by_id=1, now=now)


def line_of(event, ticket) -> Line:
    query = select(Line).where(Line.event == event, Line.ticket_id == ticket.id)
    return db.session.scalars(query.order_by(Line.id.desc())).first()
