"""Put on record what happens on the telephone.

Every verb that the telephone company's reports lead to may be repeated, and come in any order:
the call ends up the same.
"""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call, CallEvent, TextMessage
from hotline.calls.rules import Event, Happening, Kind, RecordingKind, Status
from hotline.calls.service.holding import as_shown, hold_sid, subject
from hotline.calls.service.opening import open_ticket_of
from hotline.calls.service.recordings import not_recorded, recorded
from hotline.db import db, insert
from hotline.duty import service as duty
from hotline.duty.rules import Cause, LinesPolicy, PagingPolicy
from hotline.followups import queries as followups
from hotline.policy import get
from hotline.tickets import queries as tickets_on_record
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED


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
    elif happening.kind in RECORDINGS:
        _note_recording(call, happening, now=now)
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
        **as_shown(from_number),
        "to_number": to_number,
        "status": Status.RINGING,
        "received_at": received_at,
    }
    fresh = insert(Call).values(values).on_conflict_do_nothing().returning(Call.id)
    call_id = db.session.scalar(fresh)
    call = hold_sid(call_sid)
    if call_id is not None:
        audit.write("call.received", subject(call), by_id=None, now=now, line=line)
    else:
        _complete(call, values)
    return call


def _complete(call: Call, values: dict[str, object]) -> None:
    """Fill in what was not known when the call was first heard of."""
    if not call.from_number:
        for name, value in as_shown(str(values["from_number"])).items():
            setattr(call, name, value)
    if not call.to_number:
        call.to_number, call.line = str(values["to_number"]), str(values["line"])
    received_at = values["received_at"]
    assert isinstance(received_at, datetime)  # noqa: S101 - tells the type checker
    call.received_at = min(call.received_at, received_at)


def choose(call: Call, key: str, *, now: datetime) -> Call:
    """Take the caller's choice from the menu: a case type opens the ticket, once for each call.

    Where somebody took the call before the choice, its ticket gets the case type if it has none.
    The English key changes the language, the one for the status is noted; a key that means
    nothing changes nothing.
    """
    if key == rules.ENGLISH_KEY:
        call.language = "en"
        return call
    if key == rules.STATUS_KEY:
        call.menu_key = call.menu_key or key
        return call
    case_type = get(rules.VoicePolicy).menu.get(key)
    if case_type is None or (call.ticket_id is not None and call.menu_key):
        return call
    call.menu_key = key
    if call.ticket_id is None:
        open_ticket_of(call, (case_type,), by_id=None, now=now)
    else:
        tickets.recognise_type(db.session.get_one(Ticket, call.ticket_id), case_type, now=now)
    _page_if_unanswered(call, now=now)  # The report of its end may have come first.
    return call


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

    Not for a drill, not when the promise is somebody's work already, and not for somebody who
    heard from us where it stands.
    """
    reached = call.answered_at is not None or call.handled_at is not None
    if call.ended_at is None or reached or call.ticket_id is None:
        return
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == call.ticket_id)).one()
    urgent = set(ticket.case_types) & set(get(PagingPolicy).unanswered_case_types)
    if not urgent or ticket.drill or ticket.status in ENDED or not followups.untaken(ticket.id):
        return
    cause = Cause.RANSOM_UNANSWERED
    duty.page(ticket.id, ticket.number, line=ticket.line, cause=cause, now=now)


RECORDINGS = frozenset({Kind.RECORDED, Kind.TALKED, Kind.UNRECORDED})


def _note_recording(call: Call, happening: Happening, *, now: datetime) -> None:
    """What the telephone company says of a recording; it says the same in several places."""
    sid, seconds = happening.recording_sid, happening.seconds
    if happening.kind is Kind.RECORDED:
        voicemail(call, sid, seconds, now=now)
    elif happening.kind is Kind.TALKED:
        recorded(call, sid, RecordingKind.CONVERSATION, seconds, now=now)
    else:
        was_left = call.recording_sid == sid
        kind = RecordingKind.VOICEMAIL if was_left else RecordingKind.CONVERSATION
        not_recorded(call, sid, kind, now=now)


def voicemail(call: Call, recording_sid: str, seconds: int, *, now: datetime) -> None:
    """The caller left a message; of several the first one makes the call what it is."""
    recorded(call, recording_sid, RecordingKind.VOICEMAIL, seconds, now=now)
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
