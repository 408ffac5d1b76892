"""Put on record what happens on the telephone, and turn a call into a ticket.

Every verb that the telephone company's reports lead to may be repeated, and come in any order:
the call ends up the same.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call, CallEvent, TextMessage
from hotline.calls.rules import Event, Happening, Kind, Status
from hotline.db import db, insert
from hotline.duty import service as duty
from hotline.duty.rules import Cause, LinesPolicy, PagingPolicy
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.followups import queries as followups
from hotline.people import service as people
from hotline.policy import get
from hotline.searchkeys import clean_name, phone_key
from hotline.tickets import queries as tickets_on_record
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Report
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event as Story


def record(happening: Happening, *, now: datetime) -> Call | None:
    """Put ``happening`` on record; None for a text message, which belongs to no call.

    A call that we hear of for the first time is recorded, whatever we hear of it.
    """
    if happening.kind is Kind.TEXTED:
        receive_text(happening, now=now)
        return None
    call = receive(
        happening.call_sid,
        from_number=happening.from_number,
        to_number=happening.to_number,
        received_at=happening.at,
        now=now,
    )
    if happening.kind is Kind.CHOSE:
        choose(call, happening.key, now=now)
    elif happening.kind is Kind.ACCEPTED:
        answered_by(call, happening.person_id, at=happening.at, now=now)
    elif happening.kind is Kind.RECORDED:
        voicemail(call, happening.recording_sid, happening.seconds, now=now)
    elif happening.event is not None:
        note_event(call, happening.event, happening.sequence, at=happening.at, now=now)
    return call


def receive(
    call_sid: str, *, from_number: str, to_number: str, received_at: datetime, now: datetime
) -> Call:
    """Record that a call came; the same ``call_sid`` again is the same call.

    Numbers are E.164 or "" where they are withheld or not known yet: what is learnt later is
    filled in, and the earliest moment stands.
    """
    line = get(LinesPolicy).line_for_called_number(to_number).code
    values = {
        "call_sid": call_sid,
        "line": line,
        **_caller(from_number),
        "to_number": to_number,
        "status": Status.RINGING,
        "received_at": received_at,
    }
    fresh = insert(Call).values(values).on_conflict_do_nothing().returning(Call.id)
    call_id = db.session.scalar(fresh)
    call = _locked(call_sid)
    if call_id is not None:
        audit.write("call.received", subject(call), by_id=None, now=now, line=line)
    else:
        _complete(call, values)
    return call


def _locked(call_sid: str) -> Call:
    """The call, held against everybody else until the transaction ends."""
    query = select(Call).where(Call.call_sid == call_sid).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _complete(call: Call, values: dict[str, object]) -> None:
    """Fill in what was not known when the call was first heard of."""
    if not call.from_number:
        for name, value in _caller(str(values["from_number"])).items():
            setattr(call, name, value)
    if not call.to_number:
        call.to_number, call.line = str(values["to_number"]), str(values["line"])
    received_at = values["received_at"]
    assert isinstance(received_at, datetime)  # noqa: S101 - tells the type checker
    call.received_at = min(call.received_at, received_at)


def _caller(number: str) -> dict[str, str]:
    """The caller's number as it was shown, its digits, and its digits from behind."""
    key = phone_key(number)
    return {"from_number": number, "from_key": key, "from_tail": key[::-1]}


def choose(call: Call, key: str, *, now: datetime) -> Call:
    """Take the caller's choice from the menu: a case type opens the ticket, once for each call.

    The English key changes the language; a key that means nothing changes nothing.
    """
    if key == rules.ENGLISH_KEY:
        call.language = "en"
        return call
    case_type = get(rules.VoicePolicy).menu.get(key)
    if case_type is None or call.ticket_id is not None:
        return call
    call.menu_key = key
    _open(call, (case_type,), by_id=None, now=now)
    _page_if_unanswered(call, now=now)  # The report of its end may have come first.
    return call


def open_from(call: Call, case_types: Sequence[str] = (), *, by_id: int, now: datetime) -> Ticket:
    """Open the ticket of a call that has none; its case types may come later.

    Raises Refused when it has one, or Invalid.
    """
    if call.ticket_id is not None:
        raise Refused(N_("This call has a ticket already."))
    ticket = _open(call, tuple(case_types), by_id=by_id, now=now)
    missed = rules.is_owed(call.status, received_at=call.received_at, now=now)
    if missed and call.handled_at is None:
        handle(call, by_id=by_id, now=now)  # From now on the ticket's promise is what is owed.
    return ticket


def _open(call: Call, case_types: tuple[str, ...], *, by_id: int | None, now: datetime) -> Ticket:
    report = Report(
        line=call.line,
        case_types=case_types,
        received_at=call.received_at,
        caller_phone=call.from_number,
    )
    ticket = tickets.open_ticket(report, by_id=by_id, now=now)
    call.ticket_id = ticket.id
    db.session.flush()
    _tell_the_story(call, Story.CALLED, by_id=None)
    audit.write("call.ticketed", subject(call), by_id=by_id, now=now, ticket=ticket.number)
    return ticket


def take_in(report: Report, *, by_id: int, now: datetime) -> Ticket:
    """Record a call that a person took elsewhere, and open its ticket. Raises Invalid."""
    ticket = tickets.open_ticket(report, by_id=by_id, now=now)
    enter(
        line=ticket.line,
        from_number=ticket.caller_phone,
        received_at=ticket.received_at,
        ticket_id=ticket.id,
        by_id=by_id,
        now=now,
    )
    return ticket


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


def answered_by(call: Call, person_id: int | None, *, at: datetime, now: datetime) -> None:
    """A person pressed a key to take the call; the first one stands."""
    if call.answered_at is not None:
        return
    call.answered_at, call.answered_by_id = at, person_id
    _settle(call)
    audit.write("call.answered", subject(call), by_id=person_id, now=now)
    if call.ended_at is not None and call.ticket_id is not None:
        number, cause = tickets_on_record.number_of(call.ticket_id), Cause.RANSOM_UNANSWERED
        duty.call_off_pages(number, by_id=person_id, now=now, cause=cause)


def note_event(call: Call, event: Event, sequence: int, *, at: datetime, now: datetime) -> None:
    """Keep one report of the telephone company; the same report again changes nothing."""
    values = {"call_sid": call.call_sid, "event": event, "sequence": sequence, "at": at}
    db.session.execute(insert(CallEvent).values(values).on_conflict_do_nothing())
    if event is Event.ENDED and call.ended_at is None:
        call.ended_at = at
        _settle(call)
        audit.write("call.ended", subject(call), by_id=None, now=now, status=call.status)
        _page_if_unanswered(call, now=now)


def _page_if_unanswered(call: Call, *, now: datetime) -> None:
    """Ring whoever is on duty when a caller who cannot wait reached nobody, at any hour.

    Not for a drill, and not when the promise is somebody's work already.
    """
    if call.ended_at is None or call.answered_at is not None or call.ticket_id is None:
        return
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == call.ticket_id)).one()
    urgent = set(ticket.case_types) & set(get(PagingPolicy).unanswered_case_types)
    if not urgent or ticket.drill or ticket.status in ENDED or not followups.untaken(ticket.id):
        return
    cause = Cause.RANSOM_UNANSWERED
    duty.page(ticket.id, ticket.number, line=ticket.line, cause=cause, now=now)


def voicemail(call: Call, recording_sid: str, seconds: int, *, now: datetime) -> None:
    """The caller left a message; the first one stands."""
    if call.recording_sid:
        return
    call.recording_sid, call.recording_seconds = recording_sid, seconds
    _settle(call)
    audit.write("call.voicemail", subject(call), by_id=None, now=now, seconds=seconds)


def _settle(call: Call) -> None:
    call.status = rules.status_of(
        answered=call.answered_at is not None,
        ended=call.ended_at is not None,
        recorded=bool(call.recording_sid),
    )
    db.session.flush()


def receive_text(happening: Happening, *, now: datetime) -> None:
    """Keep a text message; the same one again is the same."""
    values = {
        "message_sid": happening.message_sid,
        "from_number": happening.from_number,
        "to_number": happening.to_number,
        "body": happening.body,
        "received_at": happening.at,
    }
    fresh = insert(TextMessage).values(values).on_conflict_do_nothing().returning(TextMessage.id)
    text_id = db.session.scalar(fresh)
    if text_id is not None:
        audit.write("text.received", f"text:{text_id}", by_id=None, now=now)


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
    call = Call(
        line=line,
        **_caller(number),
        status=Status.DONE,
        received_at=received_at,
        answered_at=received_at,
        answered_by_id=by_id,
        ended_at=received_at,
        ticket_id=ticket_id,
    )
    db.session.add(call)
    db.session.flush()
    if ticket_id is not None:
        _tell_the_story(call, Story.ENTERED, by_id=by_id)
    audit.write("call.entered", subject(call), by_id=by_id, now=now, line=line)
    return call


def _tell_the_story(call: Call, event: Story, *, by_id: int | None) -> None:
    assert call.ticket_id is not None  # noqa: S101 - tells the type checker
    facts = {"line": call.line}
    timeline.write(call.ticket_id, event, at=call.received_at, by_id=by_id, facts=facts)


def handle(call: Call, *, by_id: int, now: datetime) -> None:
    """Take a call off the worklist of missed calls: somebody has called back or knows why not."""
    if call.handled_at is not None:
        raise Refused(N_("Somebody has dealt with this call already."))
    if not rules.is_owed(call.status, received_at=call.received_at, now=now):
        raise Refused(N_("This call was not missed."))
    call.handled_at, call.handled_by_id = now, by_id
    db.session.flush()
    audit.write("call.handled", subject(call), by_id=by_id, now=now)


def subject(call: Call) -> str:
    """How the audit trail and notices name a call."""
    return f"call:{call.id}"
