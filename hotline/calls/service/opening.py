"""Turn a call into a ticket, and record a call that a person took elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.calls.service.holding import as_shown, hold, subject
from hotline.calls.service.worklist import handle
from hotline.db import db, put
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.evidence import service as evidence
from hotline.people import service as people
from hotline.policy import get
from hotline.searchkeys import clean_name
from hotline.tickets import queries as tickets_on_record
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report
from hotline.tickets.service import Opened
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event as Story


def open_from(call: Call, case_types: Sequence[str] = (), *, by_id: int, now: datetime) -> Ticket:
    """Open the ticket of a call that has none; its case types may come later.

    Raises Refused when it has one, or Invalid.
    """
    hold(call)
    if call.ticket_id is not None:
        raise Refused(N_("This call has a ticket already."))
    ticket = open_ticket_of(call, tuple(case_types), by_id=by_id, now=now)
    missed = rules.is_owed(
        call.status, received_at=call.received_at, now=now, direction=call.direction
    )
    if missed and call.handled_at is None:
        handle(call, by_id=by_id, now=now)  # From now on the ticket's promise is what is owed.
    return ticket


def open_ticket_of(
    call: Call, case_types: tuple[str, ...], *, by_id: int | None, now: datetime
) -> Ticket:
    """Open the ticket that a call leads to, and say in its story that it came. Raises Invalid."""
    report = Report(
        line=call.line,
        case_types=case_types,
        received_at=call.received_at,
        caller_phone=call.from_number,
    )
    ticket = tickets.open_ticket(report, by_id=by_id, now=now)
    call.ticket_id = ticket.id
    came = Story.WROTE_IN if call.direction == rules.Direction.WEB else Story.CALLED
    _tell_the_story(call, came, by_id=None)
    audit.write("call.ticketed", subject(call), by_id=by_id, now=now, ticket=ticket.number)
    # Last, because it asks: what waits until then goes out together.
    evidence.follow(subject(call), ticket.id, by_id=by_id, now=now)
    db.session.flush()
    return ticket


def take_in(report: Report, *, by_id: int, now: datetime) -> Ticket:
    """Record a call that a person took elsewhere, and open its ticket. Raises Invalid."""
    return put_on_record(report, by_id=by_id, now=now).ticket


def put_on_record(report: Report, *, by_id: int, now: datetime) -> Opened:
    """As ``take_in``, with the promise as well: whoever answers with it need not look it up."""
    opened = tickets.begin(report, by_id=by_id, now=now)
    ticket = opened.ticket
    enter(
        line=ticket.line,
        from_number=ticket.caller_phone,
        received_at=ticket.received_at,
        ticket_id=ticket.id,
        by_id=by_id,
        now=now,
    )
    return opened


def new_call(
    *,
    line: str,
    by_id: int,
    now: datetime,
    received_at: datetime | None = None,
    from_number: str = "",
) -> Ticket:
    """Record a call that a person is taking, and open its ticket at once: the rest comes later.

    Without ``received_at`` it comes now. Raises Invalid with the names of these fields.
    """
    report = Report(
        line=line, case_types=(), received_at=received_at or now, caller_phone=from_number
    )
    try:
        return take_in(report, by_id=by_id, now=now)
    except Invalid as invalid:
        names = {"caller_phone": "from_number"}
        fields = {names.get(name, name): one for name, one in invalid.fields.items()}
        raise Invalid(fields) from None


def begin_call(*, line: str, by_id: int, now: datetime) -> Ticket:
    """Start writing down a call that a person is taking now; a button pressed twice is one call.

    Raises Invalid for an unknown line.
    """
    people.hold(by_id)
    begun = tickets_on_record.just_begun(by_id, line, since=now - rules.PRESSED_TWICE)
    return begun or new_call(line=line, by_id=by_id, now=now)


def enter(
    *,
    line: str,
    from_number: str,
    received_at: datetime,
    by_id: int,
    now: datetime,
    ticket_id: int | None = None,
) -> Call:
    """Record a call that a person took elsewhere, with its true time.

    Raises Invalid for an unknown line, a time still to come, or a number that is no text.
    """
    rules.check_entered(line=line, lines=get(LinesPolicy).codes, received_at=received_at, now=now)
    try:
        number = clean_name(from_number, rules.NUMBER_LETTERS)
    except Problem as problem:
        raise Invalid({"from_number": problem}) from problem
    call = put(
        Call,
        line=line,
        **as_shown(number),
        status=Status.DONE,
        received_at=received_at,
        answered_at=received_at,
        answered_by_id=by_id,
        ended_at=received_at,
        ticket_id=ticket_id,
    )
    if ticket_id is not None:
        _tell_the_story(call, Story.ENTERED, by_id=by_id)
    audit.write("call.entered", subject(call), by_id=by_id, now=now, line=line)
    return call


def _tell_the_story(call: Call, event: Story, *, by_id: int | None) -> None:
    assert call.ticket_id is not None  # noqa: S101 - tells the type checker
    facts = {"line": call.line}
    timeline.write(call.ticket_id, event, at=call.received_at, by_id=by_id, facts=facts)
