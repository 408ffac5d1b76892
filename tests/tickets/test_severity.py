"""How grave a ticket is, who may say so, and what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.duty.models import Page
from hotline.errors import Invalid, Refused
from hotline.followups import queries as followups
from hotline.tickets import queries, service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

NIGHT = NOON + timedelta(hours=9)


def test_a_save_that_says_what_happened_is_a_judgement(ticket, save, operator):
    save(Intake(company="確認工業"), operator)
    before = ticket.assessed
    save(Intake(company="確認工業", case_types=("leak",)), operator)

    assert (before, ticket.assessed) == (False, True)


def test_answers_raise_it_by_their_signals(ticket, save, operator):
    save(Intake(case_types=("leak",), answers={"ongoing": ["yes"]}), operator)

    assert ticket.severity == "p1"


def test_anybody_raises_it(ticket, save, operator):
    save(Intake(case_types=("leak",), severity="p1", severity_reason="工場停止"), operator)

    assert (ticket.severity, ticket.severity_reason) == ("p1", "工場停止")


def test_an_operator_cannot_lower_it_in_the_form(ticket, save, operator):
    save(Intake(case_types=("leak",), severity="p1"), operator)
    with pytest.raises(Invalid) as refused:
        save(Intake(case_types=("leak",), severity="p3", severity_reason="誤り"), operator)

    assert set(refused.value.fields) == {"severity"}


def test_a_supervisor_lowers_it_in_the_form_and_it_stays(ticket, save, operator, supervisor):
    save(Intake(case_types=("leak",), severity="p1"), operator)
    save(Intake(case_types=("leak",), severity="p4", severity_reason="誤検知"), supervisor)
    save(queries.intake_of(ticket), operator)

    assert (ticket.severity, ticket.severity_reason) == ("p4", "誤検知")


def test_somebody_raises_it_on_the_page(ticket, operator):
    with transaction():
        service.assess(ticket, "p1", reason="", by=operator, now=NOON)

    assert (ticket.severity, ticket.assessed, ticket.changed_by_id) == ("p1", True, operator.id)


REFUSED = [
    ("operator", "p4", "誤検知", {"severity"}),
    ("operator", "p4", "", {"severity", "reason"}),
    ("supervisor", "p4", " ", {"reason"}),
    ("supervisor", "p9", "誤検知", {"severity"}),
    ("supervisor", "p1", "\0", {"reason"}),
]


@pytest.mark.parametrize(("role", "severity", "reason", "fields"), REFUSED)
def test_what_cannot_be_said_on_the_page_is_named(ticket, role, severity, reason, fields):
    with transaction():
        who = builders.person(role)
    with pytest.raises(Invalid) as refused, transaction():
        service.assess(ticket, severity, reason=reason, by=who, now=NOON)

    assert set(refused.value.fields) == fields


def test_a_supervisor_lowers_it_on_the_page(ticket, supervisor):
    with transaction():
        service.assess(ticket, "p4", reason="誤検知", by=supervisor, now=NOON)

    assert (ticket.severity, ticket.severity_reason) == ("p4", "誤検知")


def test_a_ticket_that_has_ended_is_not_judged_again(ticket, supervisor):
    with transaction():
        service.join(ticket, builders.ticket(), by_id=supervisor.id, now=NOON)
    with pytest.raises(Refused, match="has ended"), transaction():
        service.assess(ticket, "p1", reason="", by=supervisor, now=NOON)


def test_each_new_severity_is_told_once(ticket, save, operator):
    for severity in ("p1", "p1", None):
        save(Intake(case_types=("leak",), severity=severity, severity_reason="停止"), operator)
    query = select(Line.facts).where(Line.event == Event.ASSESSED)

    assert list(db.session.scalars(query)) == [{"severity": "p1", "reason": "停止"}]


def test_another_severity_gives_promises_another_grace(ticket, supervisor):
    waits = []
    for severity in ("p1", "p4"):
        with transaction():
            service.assess(ticket, severity, reason="様子", by=supervisor, now=NOON)
        promise = followups.of_ticket(ticket.id)[0]
        waits.append(promise.take_up_by - promise.due_at)

    assert waits == [timedelta(minutes=5), timedelta(minutes=240)]


def pages() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(page.cause, page.status) for page in db.session.scalars(select(Page))]


def test_what_becomes_a_p1_at_night_rings_somebody(ticket, save, operator):
    save(Intake(case_types=("leak",), severity="p1"), operator, now=NIGHT)

    assert pages() == [("p1_out_of_hours", "open")]


def test_what_is_no_p1_any_more_rings_nobody(ticket, save, operator, supervisor):
    save(Intake(case_types=("leak",), severity="p1"), operator, now=NIGHT)
    with transaction():
        service.assess(ticket, "p3", reason="誤検知", by=supervisor, now=NIGHT)

    assert pages() == [("p1_out_of_hours", "called_off")]


def test_what_becomes_a_p1_once_more_rings_somebody_once_more(ticket, save, operator, supervisor):
    save(Intake(case_types=("leak",), severity="p1"), operator, now=NIGHT)
    with transaction():
        service.assess(ticket, "p3", reason="誤検知", by=supervisor, now=NIGHT)
    with transaction():
        service.assess(ticket, "p1", reason="", by=operator, now=NIGHT)

    assert pages() == [("p1_out_of_hours", "open")]


def test_a_p1_rings_nobody_while_the_desk_is_open(ticket, save, operator):
    save(Intake(case_types=("leak",), severity="p1"), operator, now=NOON)

    assert pages() == []


@pytest.mark.parametrize(("drill", "rung"), [(False, 1), (True, 0)])
def test_a_p1_that_is_opened_at_night_rings_somebody_unless_it_is_a_drill(app, drill, rung):
    with transaction():
        builders.ticket(severity="p1", received_at=NIGHT, now=NIGHT, drill=drill)

    assert len(pages()) == rung


@pytest.fixture
def operator(app):
    with transaction():
        return builders.person("operator")


@pytest.fixture
def supervisor(app):
    with transaction():
        return builders.person("supervisor")


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket(case_types=())


@pytest.fixture
def save(ticket):
    """``save(intake, person)`` saves what that person typed after reading the ticket."""

    def fill(intake, by, *, now=NOON):
        with transaction():
            seen = db.session.scalar(select(Ticket.version).where(Ticket.id == ticket.id))
            return service.fill_in(ticket, intake, version=seen, by=by, now=now)

    return fill
