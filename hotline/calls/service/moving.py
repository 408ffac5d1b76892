"""A call stands on the wrong ticket: let it go on in another one, or split it off; and back."""

from datetime import datetime

from sqlalchemy import func, select

from hotline.audit import service as audit
from hotline.calls import queries, rules
from hotline.calls.models import Call
from hotline.calls.service.claiming import attach
from hotline.calls.service.holding import hold, subject
from hotline.calls.service.opening import open_ticket_of
from hotline.calls.service.worklist import handle
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import spaced
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def move(call: Call, into: Ticket, *, by_id: int, now: datetime) -> None:
    """The call belongs to ``into``; where it stood before keeps its promise, and says where it is.

    A missed call without a ticket is off the worklist with it. Raises Refused when it stands
    there already, when ``into`` has ended, and for a drill and no drill.
    """
    hold(call)
    if call.ticket_id == into.id:
        raise Refused(N_("This call belongs to that ticket already."))
    was = _ticket(call.ticket_id) if call.ticket_id is not None else None
    if was is not None and was.drill:
        raise Refused(N_("A drill and a real incident cannot be joined."))
    tickets.hold_all([one for one in (was, into) if one is not None])
    attach(call, into, by_id=by_id, now=now)
    if was is not None:
        _tell(call, Event.CALL_MOVED_OUT, was, into, by_id=by_id, now=now)
        _tell(call, Event.CALL_MOVED_IN, into, was, by_id=by_id, now=now)
    elif rules.is_owed(
        call.status, received_at=call.received_at, now=now, direction=call.direction
    ):
        _dealt_with(call, by_id=by_id, now=now)


def split(call: Call, *, by_id: int, now: datetime) -> Ticket:
    """The call is about another incident: a new ticket, promised by when this call came.

    Raises Refused when it is the only call of its ticket, or belongs to none.
    """
    hold(call)
    if call.ticket_id is None or call.direction == rules.Direction.OUT:
        raise Refused(N_("This call has no ticket that it could be split off from."))
    was = _ticket(call.ticket_id)
    if was.drill:
        raise Refused(N_("A drill and a real incident cannot be joined."))
    tickets.hold(was)  # Of two calls that are split off at once, one stays.
    if _calls_of(was) < 2:
        raise Refused(
            N_("It is the only call of ticket %(number)s. Change the ticket itself."),
            number=spaced(was.number),
        )
    call.ticket_id = None
    made = open_ticket_of(call, (), by_id=by_id, now=now)
    _tell(call, Event.CALL_SPLIT_OUT, was, made, by_id=by_id, now=now)
    _tell(call, Event.CALL_SPLIT_IN, made, was, by_id=by_id, now=now)
    return made


def undo_move(call: Call, *, by_id: int, now: datetime) -> Ticket:
    """Back to where the call stood before it was moved or split off; returns that ticket.

    The ticket that was made for it is joined there, so that a number that was told to the caller
    leads on. Raises Refused when there is nothing to undo, or that ticket has ended.
    """
    hold(call)
    step = queries.last_move(call)
    if step is None or call.ticket_id is None:
        raise Refused(N_("There is nothing to undo: this call was not moved."))
    here, back = _ticket(call.ticket_id), _numbered(step.number)
    tickets.hold_all([here, back])
    if step.split and _calls_of(here) == 1:
        attach(call, back, by_id=by_id, now=now)
        tickets.join(here, back, by_id=by_id, now=now)
    else:
        move(call, back, by_id=by_id, now=now)
    audit.write("call.move_undone", subject(call), by_id=by_id, now=now, ticket=back.number)
    return back


def _dealt_with(call: Call, *, by_id: int, now: datetime) -> None:
    if call.handled_at is None:
        handle(call, by_id=by_id, now=now)


def _tell(
    call: Call, event: Event, of: Ticket, other: Ticket, *, by_id: int, now: datetime
) -> None:
    facts = {"number": other.number, "call": call.id, "called_at": call.received_at.isoformat()}
    timeline.write(of.id, event, at=now, by_id=by_id, facts=facts)


def _ticket(ticket_id: int) -> Ticket:
    return db.session.get_one(Ticket, ticket_id)


def _numbered(number: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.number == number)).one()


def _calls_of(ticket: Ticket) -> int:
    query = select(func.count()).select_from(Call).where(Call.ticket_id == ticket.id)
    return db.session.scalar(query.where(Call.direction != rules.Direction.OUT)) or 0
