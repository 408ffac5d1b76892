"""Calls that we make: the operator's own phone rings first, then the other side.

What rings is a notice, saved together with the call; whatever the telephone company tells of it
may come twice and in any order, and the call ends up the same.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call, CallEvent
from hotline.calls.rules import Direction, Status
from hotline.calls.service.holding import hold, subject
from hotline.db import db, insert
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.notices import service as notices
from hotline.notices.rules import Channel, Kind
from hotline.people import service as people
from hotline.people.models import Person
from hotline.policy import get
from hotline.searchkeys import phone_key
from hotline.tickets import queries as tickets_on_record
from hotline.tickets import rules as tickets
from hotline.tickets.models import Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

RINGS_WITHIN = timedelta(seconds=60)
"""Whoever asked for a call stands beside the phone for so long; later it rings nobody any more."""


def call_back(ticket: Ticket, to: str, *, by: Person, now: datetime) -> Call:
    """Ring ``by``, and with their key the caller of ``ticket``; ``to`` is a code of rules.PHONES.

    Raises Refused for a drill and for somebody without a phone, and Invalid for ``to`` when that
    number is not known or must not be rung.
    """
    number = _phones(ticket).get(to)
    if ticket.drill:
        raise Refused(N_("This is a drill: nobody outside is called."))
    if number is None:
        raise Invalid({"to": Problem(N_("This number is not known, or must not be called."))})
    call = _place(ticket.line, number, ticket_id=ticket.id, by=by, now=now)
    if call.received_at == now:
        facts = {"phone_of": to}
        timeline.write(ticket.id, Event.CALL_PLACED, at=now, by_id=by.id, facts=facts)
    return call


def return_call(earlier: Call, *, by: Person, now: datetime) -> Call:
    """Ring ``by``, and with their key the other side of an earlier call, whoever rang then.

    Where it has a ticket it is the same phone if that may be rung, and otherwise the first that
    may. Raises Refused for a number that is withheld or never called, and what ``call_back``
    raises.
    """
    rung = get(tickets.ReachingPolicy).call_back_countries
    number = tickets.diallable(earlier.other_number, rung)
    if earlier.ticket_id is not None:
        ticket = db.session.get_one(Ticket, earlier.ticket_id)
        known = _phones(ticket)
        same = (name for name, phone in known.items() if phone == number)
        return call_back(ticket, next(same, next(iter(known), "")), by=by, now=now)
    if number is None:
        raise Refused(
            N_(
                "The number is not known, or not called by one click: it is abroad, or costs "
                "more than a call. Look at it before you dial it by hand."
            )
        )
    return _place(earlier.line, number, ticket_id=None, by=by, now=now)


def _place(line: str, number: str, *, ticket_id: int | None, by: Person, now: datetime) -> Call:
    if not by.phone:
        raise Refused(
            N_("Your account has no telephone number that could be rung. Please dial by hand.")
        )
    people.hold(by.id)
    if (begun := _just_placed(number, by, since=now - rules.PRESSED_TWICE)) is not None:
        return begun
    key = phone_key(number)
    call = Call(
        line=line,
        direction=Direction.OUT,
        from_number=_shown(line),
        to_number=number,
        from_key=key,
        from_tail=key[::-1],
        status=Status.RINGING,
        received_at=now,
        placed_by_id=by.id,
        ticket_id=ticket_id,
    )
    db.session.add(call)
    db.session.flush()
    facts = {"number": tickets_on_record.number_of(ticket_id) if ticket_id else ""}
    notices.tell(
        subject(call),
        Kind.CALL_BACK,
        person_id=by.id,
        due_at=now,
        facts=facts,
        now=now,
        channel=Channel.VOICE,
    )
    audit.write("call.placed", subject(call), by_id=by.id, now=now, ticket=facts["number"])
    return call


def _just_placed(number: str, by: Person, *, since: datetime) -> Call | None:
    """The same call, when the button was pressed twice."""
    query = select(Call).where(
        Call.placed_by_id == by.id,
        Call.to_number == number,
        Call.received_at > since,
        Call.ended_at.is_(None),
    )
    return db.session.scalars(query.order_by(Call.id.desc())).first()


def _shown(line: str) -> str:
    """What the other side sees: the number of the line, "" when it has none of its own."""
    lines = get(LinesPolicy)
    called = lines.line(line).called if line in lines.codes else ()
    return called[0] if called else ""


def connect(call: Call, call_sid: str, *, now: datetime) -> bool:
    """Whoever placed the call pressed the key: whether the other side is to be dialled now.

    False when the call is over, and when the number must not be rung any more.
    """
    hold(call)
    if call.ended_at is not None or not _may_be_rung(call):
        return False
    if call.claimed_at is None:
        call.call_sid = call_sid
        call.claimed_at, call.claimed_by_id = now, call.placed_by_id
        db.session.flush()
        audit.write("call.connecting", subject(call), by_id=call.placed_by_id, now=now)
    return True


def _may_be_rung(call: Call) -> bool:
    """Whether nobody has found out meanwhile that this phone is not safe."""
    if call.ticket_id is None:
        return True
    ticket = db.session.get_one(Ticket, call.ticket_id)
    return call.to_number in _phones(ticket).values()


def _phones(ticket: Ticket) -> Mapping[str, str]:
    """Which phones may be rung, by all that is known of what the attacker hears."""
    contacts = tickets_on_record.contacts_of(ticket)
    return tickets.phones(contacts, get(tickets.ReachingPolicy))


def other_side_answered(call: Call, *, at: datetime, now: datetime) -> None:
    """The other side picked up; the first time stands."""
    hold(call)
    if call.answered_at is not None:
        return
    call.answered_at, call.answered_by_id = at, call.placed_by_id
    _settle(call)
    audit.write("call.reached", subject(call), by_id=None, now=now)


def note_dialling(call: Call, result: str, *, at: datetime, now: datetime) -> None:
    """How dialling the other side ended, in the telephone company's word; "completed": spoke."""
    if result in ("completed", "answered"):
        other_side_answered(call, at=at, now=now)
        return
    values = {"call_sid": call.call_sid or "", "event": result, "sequence": 0, "at": at}
    db.session.execute(insert(CallEvent).values(values).on_conflict_do_nothing())


def end_placed(call: Call, *, at: datetime, now: datetime) -> None:
    """The call is over, whether or not anybody was reached; the first time stands."""
    hold(call)
    if call.ended_at is not None:
        return
    call.ended_at = at
    _settle(call)
    notices.withdraw(subject(call))
    audit.write("call.ended", subject(call), by_id=None, now=now, status=call.status)


def not_placed(call_id: int, *, now: datetime) -> None:
    """Nobody could be rung for it: whoever asked for it is told, and it is not tried again."""
    call = db.session.get_one(Call, call_id)
    end_placed(call, at=now, now=now)
    notices.withdraw(subject(call))


def _settle(call: Call) -> None:
    call.status = rules.status_of(
        answered=call.answered_at is not None, ended=call.ended_at is not None, recorded=False
    )
    db.session.flush()
