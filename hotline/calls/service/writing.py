"""Take in what a member wrote over the web: the same ticket and promise as after a call."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.rules import Direction, Status
from hotline.calls.service.holding import as_shown, subject
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.errors import Invalid, Problem, Slowed
from hotline.notices.rules import Channel, Kind
from hotline.notices.service import Planned, tell_all
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.policy import get
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake, Report, check_intake
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def take_in_from_web(line: str, intake: Intake, *, by: Person, now: datetime) -> Ticket:
    """Open the ticket of what ``by`` wrote now; company and person are those of the account.

    The desk hears of it at once. Raises Invalid with the names of the fields, and Slowed for
    somebody who wrote too often within an hour.
    """
    people.hold(by.id)
    _check_pace(by, now=now)
    intake = check_from_web(line, intake, by=by, now=now)
    report = Report(
        line=line, case_types=(), received_at=now, member_number=by.member_number or None
    )
    ticket = tickets.open_ticket(report, by_id=by.id, now=now)
    tickets.fill_in(ticket, intake, version=ticket.version, by=by, now=now)
    ticket.assessed = False  # It is as grave as the answers say, until the desk has judged.
    _record(ticket, by, now=now)
    _tell_the_desk(ticket, now=now)
    return ticket


def check_from_web(line: str, intake: Intake, *, by: Person, now: datetime) -> Intake:
    """What would be taken in, cleaned. Raises Invalid naming everything that cannot be used."""
    intake, lines = _with_account(intake, by), get(LinesPolicy).codes
    problems: dict[str, Problem] = {}
    with _noting(problems):
        rules.check_entered(line=line, lines=lines, received_at=now, now=now)
    with _noting(problems):
        rules.check_written(intake)
    with _noting(problems):
        intake = check_intake(intake, tickets.choices(), now=now)
    if problems:
        raise Invalid(problems)
    return intake


@contextmanager
def _noting(problems: dict[str, Problem]) -> Iterator[None]:
    """Note what is Invalid inside, and go on."""
    try:
        yield
    except Invalid as invalid:
        problems.update(invalid.fields)


def _with_account(intake: Intake, by: Person) -> Intake:
    """Who it is, and of which company, says the account alone."""
    return replace(
        intake,
        company="",
        member_number=by.member_number or "",
        caller_name=by.name,
        caller_phone=by.phone or "",
        caller_email=by.email,
        severity=None,
        severity_reason="",
    )


def _check_pace(by: Person, *, now: datetime) -> None:
    since = now - rules.WRITTEN_WITHIN
    mine = select(Call.received_at).join(Ticket, Ticket.id == Call.ticket_id)
    mine = mine.where(
        Call.direction == Direction.WEB, Ticket.opened_by_id == by.id, Call.received_at > since
    )
    count, first = db.session.execute(
        select(func.count(), func.min(mine.subquery().c.received_at))
    ).one()
    if count >= rules.WRITTEN_AT_MOST:
        left = first + rules.WRITTEN_WITHIN - now
        raise Slowed(max(1, int(left / timedelta(seconds=1))))


def _record(ticket: Ticket, by: Person, *, now: datetime) -> Call:
    """It stands among the calls: it came, it has its ticket, and nobody waits on the phone."""
    call = Call(
        line=ticket.line,
        **as_shown(by.phone or ""),
        status=Status.DONE,
        direction=Direction.WEB,
        received_at=now,
        ended_at=now,
        ticket_id=ticket.id,
    )
    db.session.add(call)
    db.session.flush()
    facts = {"line": ticket.line}
    timeline.write(ticket.id, Event.WROTE_IN, at=now, by_id=by.id, facts=facts)
    audit.write("call.written", subject(call), by_id=by.id, now=now, ticket=ticket.number)
    return call


def _tell_the_desk(ticket: Ticket, *, now: datetime) -> None:
    """Nothing rings: whoever takes the calls is told now, and coordinators while they are there.

    At night a P1 rings the coordinators on call, as after a call; the rest waits for the promise.
    """
    is_open = calendars.current(get(LinesPolicy).line(ticket.line).calendar).is_open(now)
    facts = {"number": ticket.number, "line": ticket.line}
    planned = [
        Planned(Kind.WEB_INTAKE, now, facts, audience=role, channel=channel)
        for role in ((Role.OPERATOR, Role.COORDINATOR) if is_open else (Role.OPERATOR,))
        for channel in (Channel.SMS, Channel.MAIL)
    ]
    tell_all(tickets.subject(ticket.number), planned, now=now)
