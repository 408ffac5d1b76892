"""Let somebody of the member company see a ticket, though the call was another's."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import rules
from hotline.tickets.models import Follower, Ticket
from hotline.tickets.service.holding import hold


def follow(ticket: Ticket, person: Person, *, by_id: int, now: datetime) -> None:
    """Let ``person`` see the ticket from now on; again changes nothing.

    Raises Refused for anybody but an active account of the ticket's company.
    """
    hold(ticket)
    if not _is_colleague(ticket, person):
        raise Refused(N_("Only somebody with an account of this company can be let see it."))
    if db.session.get(Follower, (ticket.id, person.id)) is not None:
        return
    db.session.add(Follower(ticket_id=ticket.id, person_id=person.id, since=now, added_by_id=by_id))
    _note("ticket.followed", ticket, person, by_id=by_id, now=now)


def unfollow(ticket: Ticket, person: Person, *, by_id: int, now: datetime) -> None:
    """Take that back; whoever sees the ticket for another reason goes on seeing it."""
    hold(ticket)
    found = db.session.get(Follower, (ticket.id, person.id))
    if found is not None:
        db.session.delete(found)
        _note("ticket.unfollowed", ticket, person, by_id=by_id, now=now)


def _is_colleague(ticket: Ticket, person: Person) -> bool:
    works_there = ticket.member_number is not None and person.member_number == ticket.member_number
    can_sign_in = person.disabled_at is None and person.password_hash is not None
    return works_there and can_sign_in and Role.MEMBER in person.roles


def _note(what: str, ticket: Ticket, person: Person, *, by_id: int, now: datetime) -> None:
    db.session.flush()
    audit.write(what, rules.subject(ticket.number), by_id=by_id, now=now, person=person.id)
