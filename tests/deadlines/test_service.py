"""Clocks that run on a ticket, from the first answer to the report."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.deadlines import queries, service
from hotline.deadlines.rules import Status
from hotline.errors import Invalid, Missing, Refused
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.rules import Intake
from hotline.tickets.rules import Status as Stands
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KNEW = NOON - HOUR
LEAK = {"personal_data": ["over_1000"], "cause": ["mis_send"]}
EU = {"personal_data": ["some", "eu"], "cause": ["mis_send"], "eu_aware": [KNEW.isoformat()]}


def test_answers_start_the_clocks_in_the_save_that_writes_them_down(say, clocks, story):
    say(LEAK, discovered_at=KNEW, discovered_by="夜勤の担当者")
    started = {one.kind: one for one in clocks()}

    assert set(started) == {"appi_preliminary", "appi_final"}
    assert {(one.started_at, one.known_by) for one in started.values()} == {(KNEW, "夜勤の担当者")}
    assert started["appi_final"].because.split() == ["many"]
    assert [line.audience for line in story(Event.CLOCK_STARTED)] == ["member"] * 2


def test_both_moments_are_stored_with_who_set_them(say, clocks, operator):
    aware = NOON - timedelta(minutes=9)
    both = {**EU, "personal_data": ["over_1000", "eu"], "eu_aware": [aware.isoformat()]}
    say(both, discovered_at=KNEW)
    started = {one.kind: one.started_at for one in clocks()}

    assert (started["gdpr_72h"], started["appi_final"]) == (aware, KNEW)
    assert {(one.set_by_id, one.set_at) for one in clocks()} == {(operator.id, NOON)}


def test_a_save_that_says_nothing_new_about_limits_asks_the_database_nothing(say, statements):
    say(LEAK, discovered_at=KNEW)
    with statements() as sent:
        say({**LEAK, "ongoing": ["no"]}, discovered_at=KNEW, now=NOON + HOUR)

    assert not [one for one in sent if "clocks" in one]


def test_people_are_told_before_the_end_and_after_it(say, notices):
    say(EU, discovered_at=KNEW)
    end = KNEW + timedelta(hours=72)

    assert notices("clock_near") == [("responsible", end - DAY), ("responsible", end - 6 * HOUR)]
    assert notices("clock_passed") == [("lead", end), ("responsible", end)]


def test_another_moment_of_knowing_moves_the_clock_and_its_notices(say, clocks, story, notices):
    say(EU, discovered_at=KNEW)
    earlier = KNEW - 5 * HOUR
    say({**EU, "eu_aware": [earlier.isoformat()]}, discovered_at=KNEW, now=NOON + HOUR)
    end = earlier + timedelta(hours=72)

    assert [(one.started_at, one.due_at, one.set_at) for one in clocks()] == [
        (earlier, end, NOON + HOUR)
    ]
    assert notices("clock_passed") == [("lead", end), ("responsible", end)]
    assert [line.facts["until"] for line in story(Event.CLOCK_MOVED)] == [end.isoformat()]


def test_an_improper_purpose_makes_the_final_report_due_later(say, clocks, story):
    say({**LEAK, "cause": ["unknown"]}, discovered_at=KNEW)
    say({**LEAK, "cause": ["intrusion"]}, discovered_at=KNEW, now=NOON + HOUR)
    final = clocks()[-1]

    assert (final.days, final.because) == (60, "improper many")
    assert len(story(Event.CLOCK_MOVED)) == 1


def test_answers_that_ask_for_nothing_any_more_stop_and_ask_again(say, clocks, notices):
    say(EU)
    say({"personal_data": ["none"]}, now=NOON + HOUR)
    stopped = [(one.status, one.note) for one in clocks()]
    untold = notices("clock_near")
    say(EU, now=NOON + 2 * HOUR)

    assert stopped == [(Status.CALLED_OFF, "")]
    assert untold == []
    assert [(one.status, one.ended_at) for one in clocks()] == [(Status.RUNNING, None)]
    assert len(notices("clock_near")) == 2


def test_a_guess_gives_way_to_what_is_said_and_not_to_another_guess(say, clocks):
    eu = {"personal_data": ["some", "eu"], "cause": ["mis_send"]}
    say(eu)
    say({**eu, "personal_data": ["some", "sensitive", "eu"]}, now=NOON + HOUR)
    guessed = {one.kind: one.started_at for one in clocks()}
    say({**eu, "eu_aware": [KNEW.isoformat()]}, now=NOON + 2 * HOUR)

    assert guessed["gdpr_72h"] == NOON
    assert {one.kind: one.started_at for one in clocks()}["gdpr_72h"] == KNEW


def test_the_number_that_passes_the_limit_days_later_is_counted_from_then(say, clocks):
    say({"personal_data": ["some"], "cause": ["mis_send"]}, discovered_at=KNEW)
    then = NOON + 3 * DAY
    say(LEAK, discovered_at=KNEW, now=then)
    say({**LEAK, "role": ["own"]}, discovered_at=KNEW - DAY, now=then + HOUR)
    counted = {(one.started_at, one.because) for one in clocks()}
    say({**LEAK, "sensitive": ["health"]}, discovered_at=KNEW - DAY, now=then + 2 * HOUR)

    assert counted == {(then, "many later_many")}
    assert {(one.started_at, one.because) for one in clocks()} == {(KNEW - DAY, "sensitive many")}


def test_a_corrected_start_moves_every_clock_counted_from_it(say, clocks, act, story, gdpr):
    say({**EU, "personal_data": ["over_1000", "eu"]}, discovered_at=KNEW)
    final = next(one for one in clocks() if one.kind == "appi_final")
    moved = act(service.set_start, final, KNEW - DAY, known_by="総務部", reason="電話で確認")
    say({**EU, "personal_data": ["over_1000", "eu", "credentials"]}, discovered_at=KNEW)

    assert {one.kind for one in moved} == {"appi_preliminary", "appi_final"}
    assert {(one.started_at, one.known_by) for one in clocks() if one.kind != "gdpr_72h"} == {
        (KNEW - DAY, "総務部")
    }
    assert all("corrected" in one.because for one in clocks() if one.kind != "gdpr_72h")
    assert {line.facts["reason"] for line in story(Event.CLOCK_MOVED)} == {"電話で確認"}
    assert gdpr().started_at == KNEW


@pytest.mark.parametrize(
    ("verb", "status", "event"),
    [
        (service.meet, Status.MET, Event.CLOCK_MET),
        (service.call_off, Status.CALLED_OFF, Event.CLOCK_CALLED_OFF),
    ],
)
def test_a_clock_ends_with_a_note_and_runs_again_when_that_was_wrong(
    say, act, gdpr, notices, story, operator, verb, status, event
):
    say(EU)
    act(verb, gdpr(), note="監督機関へ提出済み")
    ended = gdpr()
    untold = notices("clock_near")
    stood = (ended.status, ended.note, ended.ended_by_id, ended.ended_at)
    act(service.run_again, ended)

    assert stood == (status, "監督機関へ提出済み", operator.id, NOON)
    assert (untold, len(notices("clock_near"))) == ([], 2)
    assert gdpr().status == Status.RUNNING
    assert (len(story(event)), len(story(Event.CLOCK_RUNS_AGAIN))) == (1, 1)


@pytest.mark.parametrize("verb", [service.meet, service.call_off])
def test_a_clock_does_not_end_without_a_word_and_not_twice(say, act, gdpr, verb):
    say(EU)
    with pytest.raises(Invalid):
        act(verb, gdpr(), note=" ")
    act(verb, gdpr(), note="済み")

    with pytest.raises(Refused):
        act(verb, gdpr(), note="済み")
    with pytest.raises(Refused):
        act(service.set_start, gdpr(), KNEW, known_by="", reason="訂正")


def test_a_clock_that_runs_is_not_started_again(say, act, gdpr):
    say(EU)

    with pytest.raises(Refused):
        act(service.run_again, gdpr())


def test_what_somebody_ended_starts_again_only_for_a_new_cause(say, act, clocks):
    say(LEAK, discovered_at=KNEW)
    first, final = clocks()
    act(service.meet, first, note="速報を提出")
    act(service.call_off, final, note="高度な暗号化のため不要")
    say({**LEAK, "role": ["own"]}, discovered_at=KNEW - HOUR, now=NOON + HOUR)
    stood = [one.status for one in clocks()]
    say({**LEAK, "sensitive": ["health"]}, discovered_at=KNEW, now=NOON + 2 * HOUR)

    assert stood == [Status.MET, Status.CALLED_OFF]
    assert [one.status for one in clocks()] == [Status.MET, Status.RUNNING]


def test_what_has_run_out_is_told_in_the_story_once(say, gdpr, story):
    say(EU)
    for _ in range(2):
        with transaction():
            service.note_passed(gdpr().id, now=NOON + 4 * DAY)

    assert [line.audience for line in story(Event.CLOCK_PASSED)] == ["staff"]


def test_what_is_over_when_it_starts_is_told_at_once(say, notices):
    say(EU | {"eu_aware": [(NOON - 9 * DAY).isoformat()]})

    assert notices("clock_near") == []
    assert notices("clock_passed") == [("lead", NOON), ("responsible", NOON)]


def test_a_drill_is_never_late(say, gdpr, notices):
    say(EU, drill=True)
    late = db.session.scalar(*queries.counting_late(NOON + 9 * DAY))

    assert (len(notices("clock_near")), notices("clock_passed"), late) == (2, [], 0)
    with transaction():
        service.note_passed(99, now=NOON)


@pytest.mark.parametrize("drill", [False, True])
def test_a_ticket_is_not_closed_while_a_clock_runs(say, act, gdpr, ticket, coordinator, drill):
    say(EU, drill=drill)
    gone = {"by_id": coordinator.id, "now": NOON}
    with transaction():
        tickets.keep_promise(builders.promise_of(ticket), **gone)
    with pytest.raises(Refused, match="legal clock"), transaction():
        tickets.go_to(ticket, Stands.CLOSED, reason="済み", **gone)
    act(service.meet, gdpr(), note="提出済み")
    with transaction():
        tickets.go_to(ticket, Stands.CLOSED, reason="済み", **gone)

    assert ticket.status == Stands.CLOSED
    assert {one.status for one in queries.of_ticket(ticket.id)} == {Status.MET}


def test_a_referred_caller_has_no_clocks_with_us(say, gdpr, ticket, coordinator):
    say(EU)
    with transaction():
        tickets.go_to(
            ticket, Stands.OUT_OF_SCOPE, referral="police", by_id=coordinator.id, now=NOON
        )

    assert gdpr().status == Status.CALLED_OFF


def test_clocks_go_along_when_tickets_are_joined_and_come_back(say, gdpr, ticket, coordinator):
    say(EU)
    with transaction():
        other = builders.ticket()
        tickets.join(ticket, other, by_id=coordinator.id, now=NOON)
    there = queries.of_ticket(other.id)
    stopped = gdpr().status
    with transaction():
        tickets.part(ticket, by_id=coordinator.id, now=NOON + HOUR)

    assert [(one.kind, one.started_at) for one in there] == [("gdpr_72h", KNEW)]
    assert (stopped, gdpr().status) == (Status.CALLED_OFF, Status.RUNNING)


def test_of_two_joined_tickets_the_earlier_moment_counts(say, ticket, coordinator, operator):
    say(EU)
    with transaction():
        other = builders.ticket()
        later = {**EU, "eu_aware": [NOON.isoformat()]}
        tickets.fill_in(
            other, Intake(("leak",), answers=later), version=other.version, by=operator, now=NOON
        )
        tickets.join(ticket, other, by_id=coordinator.id, now=NOON)

    assert [one.started_at for one in queries.of_ticket(other.id)] == [KNEW]


def test_what_was_reported_stays_so_whatever_is_joined(
    say, act, gdpr, ticket, coordinator, operator
):
    say(EU)
    act(service.meet, gdpr(), note="提出済み")
    by = {"by_id": coordinator.id, "now": NOON}
    with transaction():
        other = builders.ticket()
        tickets.fill_in(
            other, Intake(("leak",), answers=EU), version=other.version, by=operator, now=NOON
        )
        tickets.join(other, ticket, **by)
        stood = gdpr().status
        tickets.part(other, **by)
        tickets.join(ticket, other, **by)
        tickets.part(ticket, **by)

    assert (stood, gdpr().status) == (Status.MET, Status.MET)


def test_every_change_leaves_an_entry_without_a_word_of_the_case(say, act, gdpr):
    say(EU, discovered_at=KNEW, discovered_by="総務の佐藤")
    act(service.set_start, gdpr(), KNEW - HOUR, known_by="法務", reason="訂正")
    act(service.meet, gdpr(), note="提出済み")
    query = select(AuditEntry).where(AuditEntry.subject == service.subject(gdpr().id))
    entries = list(db.session.scalars(query.order_by(AuditEntry.id)))

    assert [one.action for one in entries] == ["clock.started", "clock.set", "clock.met"]
    assert not [one for one in entries if "佐藤" in str(one.detail) or "訂正" in str(one.detail)]


def test_a_clock_that_does_not_exist_is_missing(app):
    with pytest.raises(Missing):
        service.clock_of(1, 1)


@pytest.fixture
def operator(app):
    with transaction():
        return builders.person(Role.OPERATOR)


@pytest.fixture
def coordinator(app):
    with transaction():
        return builders.person(Role.COORDINATOR)


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket(case_types=("leak",))


@pytest.fixture
def say(ticket, operator):
    def save(answers, *, drill=False, now=NOON, **facts):
        with transaction():
            ticket.drill = drill
            intake = Intake(case_types=("leak",), answers=answers, **facts)
            tickets.fill_in(ticket, intake, version=ticket.version, by=operator, now=now)

    return save


@pytest.fixture
def clocks(ticket):
    return lambda: queries.of_ticket(ticket.id)


@pytest.fixture
def gdpr(clocks):
    return lambda: next(one for one in clocks() if one.kind == "gdpr_72h")


@pytest.fixture
def act(ticket, operator):
    def do(verb, clock, *args, **facts):
        with transaction():
            return verb(
                clock, tickets.clocks_of(ticket), *args, **facts, by_id=operator.id, now=NOON
            )

    return do


@pytest.fixture
def story(ticket):
    def lines(event):
        query = select(Line).where(Line.ticket_id == ticket.id, Line.event == event)
        return list(db.session.scalars(query.order_by(Line.id)))

    return lines


@pytest.fixture
def notices(app):
    def waiting(kind):
        query = select(Notice).where(Notice.kind == kind, Notice.status == "waiting")
        found = db.session.scalars(query.order_by(Notice.due_at, Notice.audience))
        return [(one.audience, one.due_at) for one in found]

    return waiting
