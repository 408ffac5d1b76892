"""Take a ringing call on the screen, and let a call go on in a ticket that stands already."""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.service.holding import subject
from hotline.calls.service.opening import open_ticket_of
from hotline.db import db
from hotline.duty import queries as duty
from hotline.errors import N_, Missing, Refused
from hotline.evidence import service as evidence
from hotline.members import queries as members
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Status, spaced
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event as Story


def claim(call: Call, *, by: Person, now: datetime, into: Ticket | None = None) -> Ticket:
    """This person takes the call on the screen; returns its ticket, or ``into``, where it goes on.

    Of two who take it at the same moment one has it. Whoever pressed the key of the phone has it,
    whatever the screen says. Taking it twice is taking it once. Raises Missing for a line this
    person is not on duty for, Refused when somebody else has it or the caller has hung up.
    """
    _hold(call)
    if not duty.answers(by, call.line, now):
        raise Missing()
    _check_free(call, by)
    first = call.claimed_by_id != by.id
    if first:
        call.claimed_at, call.claimed_by_id = now, by.id
        audit.write("call.claimed", subject(call), by_id=by.id, now=now)
    ticket = _ticket_of(call, by_id=by.id, now=now) if into is None else into
    if into is not None:
        _go_on_in(call, into, by_id=by.id, now=now)
    if first:
        timeline.write(ticket.id, Story.CLAIMED, at=now, by_id=by.id)
    db.session.flush()
    return ticket


def attach(call: Call, ticket: Ticket, *, by_id: int, now: datetime) -> None:
    """From now on the call belongs to ``ticket``, whatever it belonged to before.

    Raises Refused when that ticket has ended, or is a drill: a caller is never lost in one.
    """
    if call.ticket_id == ticket.id:
        return
    tickets.hold(ticket)  # It may be ending at this moment.
    if ticket.status in ENDED:
        raise Refused(
            N_("Ticket %(number)s has ended. Open it again first."), number=spaced(ticket.number)
        )
    if ticket.drill:
        raise Refused(N_("A drill and a real incident cannot be joined."))
    call.ticket_id = ticket.id
    db.session.flush()
    evidence.follow(subject(call), ticket.id, by_id=by_id, now=now)
    facts = {"line": call.line}
    timeline.write(ticket.id, Story.CALLED, at=call.received_at, by_id=None, facts=facts)
    audit.write("call.attached", subject(call), by_id=by_id, now=now, ticket=ticket.number)


def _hold(call: Call) -> None:
    db.session.refresh(call, with_for_update=True)


def _check_free(call: Call, by: Person) -> None:
    """Refuse to take what somebody else has, or what nobody can take any more."""
    taker = rules.taker(call)
    if taker == by.id:
        return
    if taker is not None:
        name = people.names([taker]).get(taker, "")
        raise Refused(N_("%(name)s has taken this call already."), name=name)
    if call.ended_at is not None or call.direction != rules.Direction.IN:
        raise Refused(N_("The caller has hung up. The call is among the missed ones."))


def _ticket_of(call: Call, *, by_id: int, now: datetime) -> Ticket:
    """The call's own ticket, opened now if it has none; who rings is written down where known."""
    if call.ticket_id is None:
        ticket = open_ticket_of(call, (), by_id=by_id, now=now)
    else:
        ticket = _living(call.ticket_id)
    found = members.by_phone(call.from_number, limit=2) if call.from_number else []
    if len(found) == 1:
        site = members.site_of_phone(found[0], call.from_number)
        tickets.recognise(ticket, found[0].number, site=site, by_id=by_id, now=now)
    return ticket


def _living(ticket_id: int) -> Ticket:
    """The ticket, or the one that goes on in its place."""
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one()
    if ticket.status == Status.DUPLICATE and ticket.duplicate_of_id is not None:
        query = select(Ticket).where(Ticket.id == ticket.duplicate_of_id)
        return db.session.scalars(query).one()
    return ticket


def _go_on_in(call: Call, into: Ticket, *, by_id: int, now: datetime) -> None:
    """A number the caller has heard keeps leading somewhere: its ticket is joined, not left."""
    if call.ticket_id is None:
        attach(call, into, by_id=by_id, now=now)
    elif (own := _living(call.ticket_id)).id != into.id:
        tickets.join(own, into, by_id=by_id, now=now)
