"""Open a ticket, and add to its story."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars.rules import ServiceStart
from hotline.db import put
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Invalid, Problem
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.searchkeys import clean_text, company_key, phone_key
from hotline.tickets import rules
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import CaseTypesPolicy, Report
from hotline.tickets.service.holding import company_of
from hotline.tickets.service.member.obliging import owe_from_the_start
from hotline.tickets.service.starting import number_and_calendar, start_in
from hotline.tickets.service.telling import tell_caller_first
from hotline.tickets.service.urgency import page_if_urgent
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event


@dataclass(frozen=True)
class Opened:
    """A new ticket and the one promise that was made with it, just as they were written."""

    ticket: Ticket
    promise: Followup


def open_ticket(
    report: Report, *, by_id: int | None, now: datetime, start: ServiceStart | None = None
) -> Ticket:
    """The ticket that ``begin`` opens."""
    return begin(report, by_id=by_id, now=now, start=start).ticket


def begin(
    report: Report, *, by_id: int | None, now: datetime, start: ServiceStart | None = None
) -> Opened:
    """Start an incident: ticket, case types, one promise, its notice, the story, the audit entry.

    The calendar decides when service starts; a drill may name its own ``start``.
    Raises Invalid naming each field that cannot be used; then nothing was added.
    """
    kinds, lines = policy.get(CaseTypesPolicy), policy.get(LinesPolicy)
    report = rules.check(report, policy=kinds, lines=lines.codes, now=now)
    number, calendar = number_and_calendar(report.line)
    start = start or start_in(calendar, report.received_at)
    if report.member_number and not report.company:
        report = replace(report, company=company_of(report.member_number))
    ticket = _new(report, kinds, number=number, in_hours=start.in_hours, by_id=by_id, now=now)
    types = list(report.case_types)
    timeline.write(ticket.id, Event.OPENED, at=now, by_id=by_id, facts={"case_types": types})
    promise = followups.promise(
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
    tell_caller_first(ticket, now=now, by_id=by_id)
    page_if_urgent(ticket, now=now)
    return Opened(ticket, promise)


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
    report: Report,
    kinds: CaseTypesPolicy,
    *,
    number: str,
    in_hours: bool,
    by_id: int | None,
    now: datetime,
) -> Ticket:
    severity = rules.first_severity(report, kinds)
    ticket = put(
        Ticket,
        number=number,
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
        company_key=company_key(report.company),
        phone_key=phone_key(report.caller_phone),
        search_text=rules.search_text_of_report(number, report),
    )
    _put_types(ticket, report.case_types)
    return ticket


def _put_types(ticket: Ticket, codes: Sequence[str]) -> None:
    types = [
        put(TicketCaseType, ticket_id=ticket.id, case_type=code, position=position)
        for position, code in enumerate(codes)
    ]
    set_committed_value(ticket, "types", types)


def _cleaned(text: str, problems: dict[str, Problem]) -> str:
    try:
        text = clean_text(text, rules.SUMMARY_LETTERS).strip()
    except Problem as problem:
        problems["text"] = problem
    if not text.strip():
        problems.setdefault("text", Problem(N_("Write at least one word.")))
    return text
