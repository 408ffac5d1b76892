"""One ticket at a time: who may see it, and what it leads to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from hotline.db import db
from hotline.errors import Missing
from hotline.members import queries as members
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.tickets.models import (
    Ticket,
)
from hotline.tickets.rules import parse_number
from hotline.timeline.rules import Audience


def seen_by(viewer: Person) -> ColumnElement[bool]:
    """The one scoping rule: the desk sees every ticket, a member those of its own company."""
    if viewer.roles & READERS:
        return true()
    if Role.MEMBER in viewer.roles and viewer.member_number:
        return Ticket.member_number == viewer.member_number
    return false()


def audience_of(viewer: Person) -> Audience:
    """Which lines of a story this person may read."""
    return Audience.STAFF if viewer.roles & READERS else Audience.MEMBER


def by_number(text: str, viewer: Person) -> Ticket:
    """The ticket with this number (spaces, dashes and fullwidth digits are fine).

    Raises Missing alike when there is none and when ``viewer`` may not know of it.
    """
    number = parse_number(text)
    query = select(Ticket).where(Ticket.number == number, seen_by(viewer))
    found = db.session.scalar(query) if number else None
    if found is None:
        raise Missing()
    return found


def just_begun(by_id: int, line: str, *, since: datetime) -> Ticket | None:
    """The ticket of a call that this person took after ``since`` and has written nothing into."""
    untouched = (Ticket.changed_at.is_(None), Ticket.caller_phone == "", ~Ticket.types.any())
    query = select(Ticket).where(
        Ticket.opened_by_id == by_id, Ticket.line == line, Ticket.received_at > since, *untouched
    )
    return db.session.scalars(query.order_by(Ticket.id.desc())).first()


def behind_a_link(number: str) -> Ticket | None:
    """The ticket of a link that we signed, drills aside: the signature is the right to see it."""
    query = select(Ticket).where(Ticket.number == number, ~Ticket.drill)
    return db.session.scalar(query)


def living(ticket: Ticket) -> Ticket:
    """The ticket that goes on in its place; itself, unless it is a duplicate."""
    if ticket.duplicate_of_id is None:
        return ticket
    return db.session.get_one(Ticket, ticket.duplicate_of_id)


def joined(ticket: Ticket) -> list[Ticket]:
    """The tickets of the same incident: those it took in, and the one it goes on as."""
    same = or_(Ticket.duplicate_of_id == ticket.id, Ticket.id == ticket.duplicate_of_id)
    return list(db.session.scalars(select(Ticket).where(same).order_by(Ticket.id)))


def number_of(ticket_id: int) -> str:
    """The number of the ticket with this id."""
    return db.session.scalars(select(Ticket.number).where(Ticket.id == ticket_id)).one()


def by_ids(ticket_ids: Collection[int | None]) -> dict[int | None, Ticket]:
    """Id to ticket, for the desk, in one query."""
    wanted = {ticket_id for ticket_id in ticket_ids if ticket_id is not None}
    if not wanted:
        return {}
    found = db.session.scalars(select(Ticket).where(Ticket.id.in_(wanted)))
    return {ticket.id: ticket for ticket in found}


def numbers(ticket_ids: Collection[int | None]) -> dict[int | None, str]:
    """Id to number, for the desk: of the tickets that calls led to, in one query."""
    wanted = {ticket_id for ticket_id in ticket_ids if ticket_id is not None}
    if not wanted:
        return {}
    found = db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted)))
    return {row.id: row.number for row in found}


@dataclass(frozen=True)
class Around:
    """What several tickets refer to: companies by number, people and other tickets by id.

    ``whole`` says whether the viewer may read everything that was written down.
    """

    companies: dict[str, str]
    people: dict[int | None, str]
    numbers: dict[int | None, str]
    whole: bool


def around(tickets: Collection[Ticket], viewer: Person) -> Around:
    """The names behind what these tickets refer to, as far as ``viewer`` may know of them."""
    led_to = {ticket.duplicate_of_id for ticket in tickets} - {None}
    numbers = select(Ticket.id, Ticket.number).where(Ticket.id.in_(led_to), seen_by(viewer))
    staff = bool(viewer.roles & READERS)
    return Around(
        members.names({ticket.member_number for ticket in tickets}),
        people.names({ticket.coordinator_id for ticket in tickets}) if staff else {},
        {row.id: row.number for row in db.session.execute(numbers)} if led_to else {},
        staff,
    )
