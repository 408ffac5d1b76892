"""Who is responsible for a ticket."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.service.holding import check_goes_on, hold
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def take_charge(ticket: Ticket, *, by_id: int, now: datetime) -> None:
    """Become responsible for a ticket that nobody is responsible for.

    Raises Refused when somebody else is, when the ticket has ended, and for an operator.
    """
    person = _responsible(by_id)
    if person is None:
        raise Refused(N_("Only coordinators and supervisors can be responsible for a ticket."))
    hold(ticket)
    check_goes_on(ticket)
    if ticket.coordinator_id == by_id:
        return
    if ticket.coordinator_id is not None:
        name = people.names([ticket.coordinator_id])[ticket.coordinator_id]
        raise Refused(N_("%(name)s is responsible already."), name=name)
    _charge(ticket, person, by_id=by_id, now=now)


def hand_over(ticket: Ticket, to_id: int, *, by_id: int, now: datetime) -> None:
    """Make an active coordinator or supervisor responsible, who is told unless it is oneself.

    Raises Invalid for ``to``, and Refused when the ticket has ended.
    """
    person = _responsible(to_id)
    if person is None:
        raise Invalid({"to": Problem(N_("Choose a coordinator or a supervisor."))})
    hold(ticket)
    check_goes_on(ticket)
    if ticket.coordinator_id == to_id:
        raise Refused(N_("%(name)s is responsible already."), name=person.name)
    _charge(ticket, person, by_id=by_id, now=now)
    if to_id != by_id:
        notices.tell(
            rules.subject(ticket.number),
            Kind.HANDED_OVER,
            person_id=to_id,
            due_at=now,
            facts={"number": ticket.number},
            now=now,
        )


def _responsible(person_id: int) -> Person | None:
    """The person, when this is somebody who can be responsible."""
    person = people.active(person_id)
    return person if person is not None and person.roles & rules.RESPONSIBLE else None


def _charge(ticket: Ticket, person: Person, *, by_id: int, now: datetime) -> None:
    was, ticket.coordinator_id = ticket.coordinator_id, person.id
    db.session.flush()
    timeline.write(ticket.id, Event.CHARGED, at=now, by_id=by_id, facts={"name": person.name})
    about = rules.subject(ticket.number)
    audit.write("ticket.charged", about, by_id=by_id, now=now, was=was, person=person.id)
