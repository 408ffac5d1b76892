"""Open a ticket, and add to its story."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars.rules import ServiceStart
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Invalid, Problem
from hotline.followups import service as followups
from hotline.searchkeys import clean_text
from hotline.tickets import rules
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import CaseTypesPolicy, Report
from hotline.tickets.service.holding import company_of, make_findable
from hotline.tickets.service.member.obliging import owe_from_the_start
from hotline.tickets.service.starting import service_start
from hotline.tickets.service.telling import tell_caller
from hotline.tickets.service.urgency import page_if_urgent
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event

_IS_TAKEN = select(exists().where(Ticket.number == bindparam("number")))

_NOT_ASKED_YET = dict.fromkeys(
    ("site", "caller_kana", "callback_phone", "safe_phone", "safe_email"), ""
)
"""What a ticket is found by and nobody can know when it is opened."""


def open_ticket(
    report: Report, *, by_id: int | None, now: datetime, start: ServiceStart | None = None
) -> Ticket:
    """Start an incident: ticket, case types, one promise, its notice, the story, the audit entry.

    The calendar decides when service starts; a drill may name its own ``start``.
    Raises Invalid naming each field that cannot be used; then nothing was added.
    """
    kinds, lines = policy.get(CaseTypesPolicy), policy.get(LinesPolicy)
    report = rules.check(report, policy=kinds, lines=lines.codes, now=now)
    start = start or service_start(report.line, report.received_at)
    if report.member_number and not report.company:
        report = replace(report, company=company_of(report.member_number))
    ticket = _new(report, kinds, in_hours=start.in_hours, by_id=by_id, now=now)
    db.session.add(ticket)
    db.session.flush()  # The promise and the story need ticket.id.
    types = list(report.case_types)
    timeline.write(ticket.id, Event.OPENED, at=now, by_id=by_id, facts={"case_types": types})
    followups.promise(
        ticket.id,
        ticket.number,
        start,
        severity=ticket.severity,
        drill=ticket.drill,
        by_id=by_id,
        now=now,
    )
    owe_from_the_start(ticket, by_id=by_id, now=now)
    audit.write(
        "ticket.opened", rules.subject(ticket.number), by_id=by_id, now=now, case_types=types
    )
    tell_caller(ticket, now=now, by_id=by_id)
    page_if_urgent(ticket, now=now)
    return ticket


def add_note(ticket: Ticket, text: str, *, audience: str, by_id: int, now: datetime) -> None:
    """Write a line into the story, for the desk alone, the member too, or partners too.

    Raises Invalid for an empty text or an unknown audience.
    """
    problems: dict[str, Problem] = {}
    if audience not in set(Audience):
        problems["audience"] = Problem(N_("Choose who may see this line."))
    text = _cleaned(text, problems)
    if problems:
        raise Invalid(problems)
    timeline.write(
        ticket.id,
        Event.NOTED,
        at=now,
        by_id=by_id,
        audience=Audience(audience),
        facts={"text": text},
    )
    audit.write(
        "ticket.noted", rules.subject(ticket.number), by_id=by_id, now=now, audience=audience
    )


def _new(
    report: Report, kinds: CaseTypesPolicy, *, in_hours: bool, by_id: int | None, now: datetime
) -> Ticket:
    severity = rules.first_severity(report, kinds)
    ticket = Ticket(
        number=_free_number(),
        caller_code=rules.new_code(secrets.randbelow),
        line=report.line,
        status=rules.first_status(in_hours=in_hours),
        severity=severity,
        assessed=report.severity == severity,
        drill=report.drill,
        company=report.company,
        caller_name=report.caller_name,
        caller_phone=report.caller_phone,
        caller_email=report.caller_email,
        member_number=report.member_number,
        summary=report.summary,
        received_at=report.received_at,
        opened_at=now,
        opened_by_id=by_id,
        tell_at=None,
        **_NOT_ASKED_YET,
        types=[
            TicketCaseType(case_type=code, position=position)
            for position, code in enumerate(report.case_types)
        ],
    )
    make_findable(ticket)
    return ticket


def _free_number() -> str:
    """A random number nobody has; the unique key of the table catches the rest."""
    while True:
        number = rules.make_number(secrets.randbelow)
        if not db.session.scalar(_IS_TAKEN, {"number": number}):
            return number


def _cleaned(text: str, problems: dict[str, Problem]) -> str:
    try:
        text = clean_text(text, rules.SUMMARY_LETTERS).strip()
    except Problem as problem:
        problems["text"] = problem
    if not text.strip():
        problems.setdefault("text", Problem(N_("Write at least one word.")))
    return text
