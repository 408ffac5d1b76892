"""Open a ticket, and add to its story."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.calendars.rules import ServiceStart, Uncovered
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Invalid, Problem
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.searchkeys import clean_text, phone_key
from hotline.tickets import rules
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import CaseTypesPolicy, Report, Status
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event

_IS_TAKEN = select(exists().where(Ticket.number == bindparam("number")))


def open_ticket(
    report: Report, *, by_id: int | None, now: datetime, start: ServiceStart | None = None
) -> Ticket:
    """Start an incident: ticket, case types, one promise, its notice, the story, the audit entry.

    The calendar decides when service starts; a drill may name its own ``start``.
    Raises Invalid naming each field that cannot be used; then nothing was added.
    """
    kinds, lines = policy.get(CaseTypesPolicy), policy.get(LinesPolicy)
    report = rules.check(report, policy=kinds, lines=lines.codes, now=now)
    start = start or _service_start(report, lines.line(report.line).calendar)
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
        by_id=by_id,
        now=now,
    )
    audit.write("ticket.opened", subject(ticket.number), by_id=by_id, now=now, case_types=types)
    return ticket


def keep_promise(followup: Followup, *, by_id: int, now: datetime) -> None:
    """The caller was called back: the promise is kept, and the hearing begins. Raises Refused."""
    followups.keep(followup, by_id=by_id, now=now)
    _go_on(followup.ticket_id, rules.AFTER_CALLING_BACK, by_id=by_id, now=now)


def call_off_promise(followup: Followup, *, reason: str, by_id: int, now: datetime) -> None:
    """No call back is owed any more. Raises Refused, or Invalid when the reason is missing."""
    followups.call_off(followup, reason=reason, by_id=by_id, now=now)
    _go_on(followup.ticket_id, rules.AFTER_CALLING_OFF, by_id=by_id, now=now)


def _go_on(
    ticket_id: int, following: Mapping[Status, Status], *, by_id: int, now: datetime
) -> None:
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one()
    status = following.get(Status(ticket.status))
    if status is None:
        return
    audit.write("ticket.moved_on", subject(ticket.number), by_id=by_id, now=now, was=ticket.status)
    ticket.status = status
    db.session.flush()


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
    audit.write("ticket.noted", subject(ticket.number), by_id=by_id, now=now, audience=audience)


def subject(number: str) -> str:
    """What audit entries about this ticket are filed under."""
    return f"ticket:{number}"


def _new(
    report: Report, kinds: CaseTypesPolicy, *, in_hours: bool, by_id: int | None, now: datetime
) -> Ticket:
    return Ticket(
        number=_free_number(),
        line=report.line,
        status=rules.first_status(in_hours=in_hours),
        severity=rules.first_severity(report, kinds),
        assessed=report.severity is not None,
        drill=report.drill,
        company=report.company,
        caller_name=report.caller_name,
        caller_phone=report.caller_phone,
        phone_key=phone_key(report.caller_phone),
        caller_email=report.caller_email,
        member_number=report.member_number,
        summary=report.summary,
        received_at=report.received_at,
        opened_at=now,
        opened_by_id=by_id,
        types=[
            TicketCaseType(case_type=code, position=position)
            for position, code in enumerate(report.case_types)
        ],
    )


def _service_start(report: Report, calendar: str) -> ServiceStart:
    try:
        return calendars.current(calendar).service_start(report.received_at)
    except Uncovered as uncovered:
        raise Invalid({"received_at": uncovered}) from uncovered


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
