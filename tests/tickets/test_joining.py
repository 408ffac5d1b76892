"""Two tickets of one incident become one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.duty.models import Page
from hotline.errors import Refused
from hotline.followups import queries as followups
from hotline.followups import service as promises
from hotline.notices.models import Notice
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status
from hotline.tickets.service import holding, joining
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

NIGHT = NOON + timedelta(hours=9)


def test_the_incident_goes_on_under_the_other_number(two):
    one, other = two
    join(one, other)

    assert (one.status, one.duplicate_of_id) == ("duplicate", other.id)
    assert (other.status, other.duplicate_of_id) == ("received", None)


def test_its_promises_are_called_off_and_name_the_other_number(two):
    one, other = two
    join(one, other)
    [promise] = followups.of_ticket(one.id)
    number = f"{other.number[:4]} {other.number[4:8]} {other.number[8:]}"

    assert (promise.status, promise.end_reason) == ("called_off", f"→ {number}")
    assert followups.of_ticket(other.id)[0].status == "pending"


def test_both_stories_say_so(two):
    one, other = two
    join(one, other)
    told = {line.event: line for line in db.session.scalars(select(Line)) if "join" in line.event}
    took_in = db.session.scalars(select(Line).where(Line.event == "took_in")).one()

    assert (told["joined"].ticket_id, told["joined"].facts) == (one.id, {"number": other.number})
    assert (took_in.ticket_id, took_in.facts["number"]) == (other.id, one.number)


def test_what_follows_a_ticket_at_the_same_moment_is_not_left_behind(two, monkeypatch):
    one, other = two
    with transaction():
        late = builders.ticket()

    def held_too_late(tickets):
        held = holding.hold_all(tickets)
        late.duplicate_of_id = one.id
        db.session.flush()
        return held

    monkeypatch.setattr(joining, "hold_all", held_too_late)
    with pytest.raises(Refused, match="at the same moment"):
        join(one, other)


def test_a_promise_of_the_same_moment_is_not_overlooked(two):
    one, _other = two
    with pytest.raises(Refused, match="at the same moment"):
        holding.check_all_held(one, [])


@pytest.mark.parametrize(
    ("members", "audience"),
    [(("M1", "M1"), "member"), (("M1", "M2"), "staff"), ((None, None), "staff")],
)
def test_a_member_reads_no_number_of_another_company(app, members, audience):
    with transaction():
        one, other = (builders.ticket(member_number=number) for number in members)
    join(one, other)

    told = select(Line).where(Line.event.in_(("joined", "called_off")))
    assert {line.audience for line in db.session.scalars(told)} == {audience}


def test_nobody_is_told_about_the_duplicate_any_more(app):
    with transaction():
        one, other = (
            builders.ticket(
                severity="p1", received_at=NIGHT, now=NIGHT, caller_phone="090-1234-5678"
            )
            for _ in range(2)
        )
    join(one, other, now=NIGHT)
    told = select(Notice.status).where(Notice.subject == f"ticket:{one.number}")
    rung = select(Page.status).order_by(Page.id)

    assert set(db.session.scalars(told)) == {"withdrawn"}
    assert list(db.session.scalars(rung)) == ["called_off", "open"]


def test_the_incident_is_as_grave_as_the_graver_of_both(app):
    with transaction():
        one, other = (
            builders.ticket(severity="p1"),
            builders.ticket(severity="p3", case_types=("leak",)),
        )
    join(one, other)

    assert (other.severity, other.assessed) == ("p1", True)


@pytest.mark.parametrize(("one", "other"), [("p3", "p1"), (None, "p3")])
def test_it_does_not_become_less_grave_and_guesses_do_not_count(app, one, other):
    with transaction():
        tickets = (
            builders.ticket(severity=one),
            builders.ticket(severity=other, case_types=("leak",)),
        )
    join(*tickets)

    assert (tickets[1].severity, tickets[1].version) == (other, 1)


def test_what_was_joined_before_follows(two):
    one, other = two
    with transaction():
        earlier = builders.ticket()
    join(earlier, one)
    join(one, other)
    db.session.refresh(earlier)

    assert earlier.duplicate_of_id == other.id


def test_a_ticket_is_not_joined_with_itself(two):
    with pytest.raises(Refused, match="with itself"):
        join(two[0], two[0])


def test_a_duplicate_takes_nothing_in(two):
    one, other = two
    with transaction():
        third = builders.ticket()
    join(one, other)

    with pytest.raises(Refused, match="has ended"):
        join(third, one)
    with pytest.raises(Refused, match="has ended"):
        join(one, third)


def test_two_tickets_are_never_duplicates_of_each_other(two):
    one, other = two
    join(one, other)

    with pytest.raises(Refused, match="has ended"):
        join(other, one)


def test_a_drill_and_an_incident_stay_apart(app):
    with transaction():
        one, other = builders.ticket(drill=True), builders.ticket()

    with pytest.raises(Refused, match="drill"):
        join(one, other)


def test_what_its_caller_was_promised_is_owed_on_the_other_ticket(app):
    one, other = at_night(), with_nothing_owed()
    [said] = followups.of_ticket(one.id)
    join(one, other, now=NIGHT)
    owed = followups.of_ticket(other.id)[-1]

    assert (owed.status, owed.due_at, owed.reason_ja) == ("pending", said.due_at, said.reason_ja)
    assert other.number in {
        notice.facts["number"]
        for notice in db.session.scalars(select(Notice).where(Notice.status == "waiting"))
    }


@pytest.mark.parametrize(("hours", "promises"), [(-1, 1), (0, 1), (1, 2)])
def test_a_call_that_is_owed_there_by_then_is_enough(app, hours, promises):
    one, other = at_night(), at_night()
    with transaction():
        builders.promise_of(other).due_at += timedelta(hours=hours)
    join(one, other, now=NIGHT)

    assert len(followups.of_ticket(other.id)) == promises


def test_who_took_the_call_up_has_it_on_the_other_ticket_too(app):
    one, other = at_night(), with_nothing_owed()
    with transaction():
        someone = builders.person("coordinator")
        promises.take(builders.promise_of(one), by_id=someone.id, now=NIGHT)
    join(one, other, now=NIGHT)
    owed = followups.of_ticket(other.id)[-1]

    assert (owed.status, owed.taken_by_id) == ("taken", someone.id)


def test_what_is_grave_at_night_rings_somebody_for_the_other_ticket(app):
    one, other = at_night(severity="p1"), with_nothing_owed()
    join(one, other, now=NIGHT)
    rung = select(Page.number).where(Page.status == "open")

    assert list(db.session.scalars(rung)) == [other.number]


def test_a_join_is_undone_with_a_reason_and_a_new_promise(two):
    one, other = two
    join(one, other)
    with transaction():
        service.go_to(one, Status.CALLBACK_PENDING, reason="別の拠点", by_id=1, now=NOON)
    parted = db.session.scalars(select(Line).where(Line.event == "parted")).one()
    statuses = [promise.status for promise in followups.of_ticket(one.id)]

    assert (one.status, one.duplicate_of_id) == ("callback_pending", None)
    assert (parted.ticket_id, parted.facts["number"]) == (other.id, one.number)
    assert statuses == ["called_off", "pending"]


def join(ticket, into, *, now=NOON):
    with transaction():
        service.join(ticket, into, by_id=1, now=now)


def at_night(**facts) -> Ticket:
    with transaction():
        return builders.ticket(received_at=NIGHT, now=NIGHT, **facts)


def with_nothing_owed() -> Ticket:
    with transaction():
        ticket = builders.ticket(severity="p3", case_types=("leak",))
        service.keep_promise(builders.promise_of(ticket), by_id=1, now=NOON)
        return ticket


@pytest.fixture
def two(app) -> tuple[Ticket, Ticket]:
    with transaction():
        return builders.ticket(), builders.ticket()
