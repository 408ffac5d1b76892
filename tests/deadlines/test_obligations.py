"""The duties of the insured after an accident, from the call to the last tick."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline import policy
from hotline.audit.models import AuditEntry
from hotline.calendars.rules import YEARS
from hotline.db import db
from hotline.deadlines import queries, service
from hotline.deadlines.rules import (
    Duty,
    ObligationsPolicy,
    next_reminder,
    owed,
    unknown_duty_answers,
)
from hotline.edge.identity import settings
from hotline.errors import Invalid, Missing, Refused
from hotline.jobs import obligations as job
from hotline.jobs.work import prepare
from hotline.members.models import Member
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake, Status
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS = (
    "notice_now", "written_notice", "no_admission", "limit_damage", "preserve_rights",
    "other_policies", "papers",
)  # fmt: skip


def test_a_company_with_a_policy_of_that_day_has_its_list_from_the_first_moment(insured, codes):
    ticket = insured()

    assert codes(ticket) == list(ALWAYS)
    assert [line.audience for line in lines(ticket, Event.OBLIGATIONS_BEGAN)] == ["member"]


def test_a_company_without_one_has_none_until_it_says_that_it_is_insured(say, codes):
    with transaction():
        ticket = builders.ticket()
    before = codes(ticket)
    say(ticket, {"insured": ["unknown"]})
    unknown = codes(ticket)
    say(ticket, {"insured": ["sompo_cyber"]})

    assert (before, unknown) == ([], [])
    assert codes(ticket) == list(ALWAYS)


def test_a_policy_that_ended_before_the_call_begins_nothing(codes):
    with transaction():
        builders.member("C900")
        ticket = builders.ticket(received_at=NOON + 400 * DAY, member_number="C900",
                                 now=NOON + 400 * DAY)  # fmt: skip

    assert codes(ticket) == []


def test_what_the_answers_ask_for_comes_later_and_nothing_comes_twice(insured, say, codes):
    ticket = insured()
    say(ticket, {"claim_made": ["with_deadline"]})
    say(ticket, {"claim_made": ["yes"], "insured": ["jnx_group"]})
    say(ticket, {"claim_made": ["no"], "insured": ["none"]})

    assert codes(ticket) == [*ALWAYS, "suits"]
    assert [line.facts["obligations"] for line in lines(ticket, Event.OBLIGATIONS_BEGAN)] == [
        list(ALWAYS), ["suits"]
    ]  # fmt: skip


def test_a_save_that_says_nothing_of_insurance_asks_the_database_nothing(insured, say, statements):
    ticket = insured()
    with statements() as sent:
        say(ticket, {"ongoing": ["no"]}, now=NOON + HOUR)

    assert not [one for one in sent if "obligations" in one or "insurance_policies" in one]


def test_a_tick_says_who_and_when_and_stops_reminding(insured, by, first):
    ticket = insured()
    one = first(ticket)
    with transaction():
        service.tick(one, tickets.clocks_of(ticket), note="電話で連絡済み", by_id=by.id, now=NOON)

    assert (one.done_at, one.done_by_id, one.remind_at) == (NOON, by.id, None)
    assert one.note == "電話で連絡済み"
    assert [line.subject for line in lines(ticket, Event.OBLIGATION_DONE)] == [
        service.obligation_subject(one.id)
    ]
    with pytest.raises(Refused, match="ticked"), transaction():
        service.tick(one, tickets.clocks_of(ticket), by_id=by.id, now=NOON)


def test_a_tick_is_taken_away_with_a_reason_and_reminds_again(insured, by, first):
    ticket = insured()
    one, of = first(ticket), tickets.clocks_of(ticket)
    with transaction():
        service.tick(one, of, by_id=by.id, now=NOON)
    with pytest.raises(Invalid), transaction():
        service.untick(one, of, note=" ", by_id=by.id, now=NOON)
    with transaction():
        service.untick(one, of, note="別の件でした", by_id=by.id, now=NOON + HOUR)

    assert (one.done_at, one.done_by_id, one.remind_at) == (None, None, NOON + 2 * HOUR)
    with pytest.raises(Refused, match="open"), transaction():
        service.untick(one, of, note="もう一度", by_id=by.id, now=NOON)


def test_a_note_that_is_no_text_is_refused(insured, by, first):
    ticket = insured()

    with pytest.raises(Invalid) as failed, transaction():
        service.tick(first(ticket), tickets.clocks_of(ticket), note="長" * 501, by_id=by.id,
                     now=NOON)  # fmt: skip
    assert list(failed.value.fields) == ["note"]


def test_reminders_come_while_people_are_there_and_never_more_often_than_planned(app):
    duty = policy.get(ObligationsPolicy).by_code["notice_now"]
    moments, now = [], NOON
    while at := next_reminder(duty, NOON, now=now, opens=lambda at: at + HOUR):
        moments.append(at)
        now = at

    assert moments == [NOON + 3 * HOUR, NOON + 25 * HOUR, NOON + 73 * HOUR]


def test_at_night_and_on_holidays_nobody_is_reminded(first):
    friday = datetime(2026, 9, 18, 9, 10, tzinfo=UTC)  # 18:10 in Japan, before five closed days.
    with transaction():
        builders.member("C901")
        ticket = builders.ticket(received_at=friday, member_number="C901", now=friday)

    assert first(ticket).remind_at == datetime(2026, 9, 24, 0, 0, tzinfo=UTC)


def test_beyond_the_years_of_the_calendar_a_reminder_comes_when_it_comes(by):
    late = datetime(YEARS[-1], 12, 31, 14, 0, tzinfo=UTC)
    with transaction():
        ticket = builders.ticket()
        made = service.begin_obligations(tickets.clocks_of(ticket), {}, by_id=by.id, now=late)

    assert made[0].remind_at is not None


def test_the_member_is_reminded_of_what_is_open_by_safe_ways_and_not_again(insured, work):
    ticket = insured(caller_email="caller@example.jp")
    with transaction():
        builders.person(Role.MEMBER, member_number=ticket.member_number)
    job.remind(work(NOON + 2 * HOUR))
    job.remind(work(NOON + 2 * HOUR))

    assert service.take_reminders(ticket.id, now=NOON + 3 * HOUR) == []
    assert [(one.audience, one.channel) for one in reminders(ticket)] == [
        ("", "mail"), ("caller", "mail")
    ]  # fmt: skip
    assert {tuple(one.facts) for one in reminders(ticket)} == {("number",)}
    said = lines(ticket, Event.OBLIGATIONS_REMINDED)
    assert [line.facts["obligations"] for line in said] == [["notice_now"]]


def test_a_worker_that_is_to_stop_begins_nothing_new(insured, work):
    ticket = insured(caller_email="caller@example.jp")
    told = job.remind(replace(work(NOON + 2 * HOUR), stopping=lambda: True))

    assert (told, reminders(ticket)) == (0, [])


def test_what_is_ticked_or_over_reminds_nobody(insured, by, work):
    ticket, other = insured(caller_email="caller@example.jp"), insured("C903")
    with transaction():
        for one in queries.obligations_of(ticket.id):
            service.tick(one, tickets.clocks_of(ticket), by_id=by.id, now=NOON)
        db.session.get_one(Ticket, other.id).status = "closed"
    job.remind(work(NOON + 30 * DAY))

    assert reminders(ticket) + reminders(other) == []
    assert lines(other, Event.OBLIGATIONS_REMINDED) == []


def test_a_ticket_that_is_opened_again_is_reminded_of_once_more(insured, by, work, first):
    ticket, until = insured(caller_email="caller@example.jp"), NOON + 30 * DAY
    with transaction():
        db.session.get_one(Ticket, ticket.id).status = "closed"
    job.remind(work(until))
    before = first(ticket).remind_at
    with transaction():
        held, step = db.session.get_one(Ticket, ticket.id), Status.CALLBACK_PENDING
        tickets.go_to(held, step, reason="続いていた", by_id=by.id, now=until)

    assert before is None
    assert first(ticket).remind_at > until
    with transaction():  # What is still to come stays as it is.
        service.remind_again(ticket.id, now=until + HOUR)
    assert first(ticket).remind_at < until + DAY


def test_a_drill_that_is_opened_again_reminds_nobody_either(insured, by, first):
    ticket = insured(drill=True)
    with transaction():
        held = db.session.get_one(Ticket, ticket.id)
        held.status = "closed"
        step = Status.CALLBACK_PENDING
        tickets.go_to(held, step, reason="もう一度練習する", by_id=by.id, now=NOON + DAY)

    assert first(ticket).remind_at is None


def test_the_last_tick_takes_back_what_has_not_gone_out(insured, by, work):
    ticket = insured(caller_email="caller@example.jp")
    job.remind(work(NOON + 2 * HOUR))
    with transaction():
        for one in queries.obligations_of(ticket.id):
            service.tick(one, tickets.clocks_of(ticket), by_id=by.id, now=NOON + 3 * HOUR)

    assert {one.status for one in reminders(ticket)} == {"withdrawn"}


def test_a_drill_has_its_list_and_reminds_nobody(insured, by, first, work):
    ticket = insured(drill=True, caller_email="caller@example.jp")
    of = tickets.clocks_of(ticket)
    with transaction():
        service.tick(first(ticket), of, by_id=by.id, now=NOON)
        service.untick(first(ticket), of, note="訓練", by_id=by.id, now=NOON)
    job.remind(work(NOON + 30 * DAY))

    assert {one.remind_at for one in queries.obligations_of(ticket.id)} == {None}
    assert reminders(ticket) == []


def test_a_ticket_that_is_broken_does_not_hold_up_the_others(insured, work, monkeypatch):
    broken, whole = insured(), insured("C904", caller_email="caller@example.jp")
    real = tickets.remind_of_obligations

    def breaking(ticket_id, *, now):
        if ticket_id == broken.id:
            raise ValueError
        return real(ticket_id, now=now)

    monkeypatch.setattr(tickets, "remind_of_obligations", breaking)

    assert job.remind(work(NOON + 2 * HOUR)) == 1
    assert len(reminders(whole)) == 1


def test_what_was_done_for_one_ticket_is_done_where_the_incident_goes_on(insured, by, first):
    ticket, into, empty = insured(), insured(), unknown()
    with transaction():
        service.tick(first(ticket), tickets.clocks_of(ticket), note="済", by_id=by.id, now=NOON)
        tickets.join(ticket, into, by_id=by.id, now=NOON)
        service.carry_obligations(
            tickets.clocks_of(into), tickets.clocks_of(empty), by_id=by.id, now=NOON
        )
    there = queries.obligations_of(empty.id)

    assert (first(into).done_by_id, first(into).note) == (by.id, "済")
    assert [(one.code, one.done_at) for one in there][:2] == [
        ("notice_now", NOON), ("written_notice", None)
    ]  # fmt: skip
    assert [one.since for one in there] == [NOON] * len(ALWAYS)


def test_a_duty_of_another_ticket_is_missing(insured, first):
    ticket, other = insured(), insured()

    with pytest.raises(Missing):
        service.obligation(first(ticket).id, other.id)


def test_the_trail_names_codes_and_no_words_of_the_case(insured, by, first):
    ticket = insured()
    with transaction():
        service.tick(first(ticket), tickets.clocks_of(ticket), note="山田部長", by_id=by.id,
                     now=NOON)  # fmt: skip
    trail = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    entries = [one for one in trail if "obligation" in one.action]

    assert [one.action for one in entries] == ["obligations.began", "obligation.done"]
    assert not [one for one in entries if "山田" in str(one.detail)]


def test_the_file_refuses_answers_that_nobody_can_give_and_reminders_out_of_order(app):
    known = policy.get(ObligationsPolicy)
    duty = known.by_code["suits"]

    assert unknown_duty_answers(
        known, {"insured": ["jnx_group", "sompo_cyber", "sompo_other"]}
    ) == [
        "obligations.toml: suits: there is no answer yes to claim_made",
        "obligations.toml: suits: there is no answer with_deadline to claim_made",
    ]
    with pytest.raises(ValueError, match="rises"):
        Duty.model_validate({**duty.model_dump(), "remind_after_hours": (24, 24)})
    with pytest.raises(ValueError, match="once"):
        ObligationsPolicy.model_validate({**known.model_dump(), "obligation": [duty, duty]})
    assert owed({}, known) == ALWAYS


def lines(ticket, event):
    query = select(Line).where(Line.ticket_id == ticket.id, Line.event == event)
    return list(db.session.scalars(query.order_by(Line.id)))


def reminders(ticket):
    query = select(Notice).where(
        Notice.kind == "obligation_open", Notice.subject == f"ticket:{ticket.number}"
    )
    return list(db.session.scalars(query.order_by(Notice.audience, Notice.channel)))


def unknown():
    with transaction():
        return builders.ticket()


@pytest.fixture
def insured(app):
    def opened(number="C902", **facts):
        with transaction():
            if not db.session.scalar(select(Member.id).filter_by(number=number)):
                builders.member(number)
            return builders.ticket(case_types=("leak",), member_number=number, **facts)

    return opened


@pytest.fixture
def by(app):
    with transaction():
        return builders.person(Role.OPERATOR)


@pytest.fixture
def say(by):
    def save(ticket, answers, *, now=NOON):
        with transaction():
            intake = Intake(
                case_types=("leak",), answers=answers, member_number=ticket.member_number or ""
            )
            tickets.fill_in(ticket, intake, version=ticket.version, by=by, now=now)

    return save


@pytest.fixture
def codes(app):
    return lambda ticket: [one.code for one in queries.obligations_of(ticket.id)]


@pytest.fixture
def first(app):
    return lambda ticket: queries.obligations_of(ticket.id)[0]


@pytest.fixture
def work(app):
    def at(now):
        return replace(prepare(settings()), now=lambda: now)

    return at
