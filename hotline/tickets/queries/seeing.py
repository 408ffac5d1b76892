"""One ticket at a time: who may see it, and what it leads to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.elements import ColumnElement

from hotline.db import db
from hotline.errors import Missing
from hotline.members import queries as members
from hotline.members.models import Member
from hotline.members.rules import Sees
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.searchkeys import phone_key
from hotline.tickets.models import Follower, Ticket
from hotline.tickets.rules import parse_number
from hotline.timeline.rules import Audience

SEES_ALL: ColumnElement[bool] = true()


class Way(StrEnum):
    """Why somebody of a company sees one of its tickets."""

    OWN = "own"
    """Its call or form was this person's: by account, mail address or phone."""
    FOLLOWER = "follower"
    """Somebody let this person see it."""
    COMPANY = "company"
    """The company lets this person see all its tickets."""


def seen_by(viewer: Person) -> ColumnElement[bool]:
    """The one scoping rule: the desk sees every ticket, somebody of a member what its ways open."""
    if viewer.roles & READERS:
        return SEES_ALL
    return or_(false(), *_ways(viewer).values())


def _ways(viewer: Person) -> dict[Way, ColumnElement[bool]]:
    """The ways of somebody of a member to tickets of that company; {} for everybody else."""
    if Role.MEMBER not in viewer.roles or not viewer.member_number or viewer.disabled_at:
        return {}
    same_company = Ticket.member_number == viewer.member_number
    followed = select(Follower.ticket_id).where(Follower.person_id == viewer.id)
    return {
        Way.OWN: and_(same_company, or_(*_own(viewer))),
        Way.FOLLOWER: and_(same_company, Ticket.id.in_(followed)),
        Way.COMPANY: and_(same_company, _shown_to_colleagues(viewer)),
    }


def _own(viewer: Person) -> Iterator[ColumnElement[bool]]:
    """How a ticket names this person."""
    yield Ticket.opened_by_id == viewer.id
    for address in (Ticket.caller_email, Ticket.safe_email):
        yield func.lower(address) == viewer.email_key
    if key := phone_key(viewer.phone or ""):
        keys = (Ticket.phone_key, Ticket.callback_key, Ticket.safe_key)
        yield and_(or_(*(one == key for one in keys)), ~_is_shared(viewer))


def _is_shared(viewer: Person) -> ColumnElement[bool]:
    """Whether a colleague's account has the same phone: then it names none of the two."""
    other = aliased(Person)
    alike = (other.member_number == viewer.member_number, other.phone == viewer.phone)
    active = (other.disabled_at.is_(None), other.id != viewer.id)
    return select(1).where(*alike, *active).exists()


def _shown_to_colleagues(viewer: Person) -> ColumnElement[bool]:
    """Whether the company shows this person the tickets of colleagues."""
    open_to = {Sees.EVERYBODY}
    if viewer.sees_company or viewer.manager:
        open_to.add(Sees.NAMED)
    if viewer.manager:
        open_to.add(Sees.MANAGERS)
    sees = select(Member.sees).where(Member.number == viewer.member_number).scalar_subquery()
    return func.coalesce(sees, Sees.MANAGERS).in_(sorted(open_to))


@dataclass(frozen=True)
class Reader:
    """Somebody of the company who sees a ticket, and the nearest reason why."""

    person: Person
    way: Way


def readers(ticket: Ticket) -> list[Reader]:
    """Who of the company sees this ticket and why, oldest account first; one more statement."""
    accounts = people.of_member(ticket.member_number) if ticket.member_number else []
    asked = [(one, way, opens) for one in accounts for way, opens in _ways(one).items()]
    if not asked:
        return []
    row = db.session.execute(select(*(opens for *_, opens in asked)).where(Ticket.id == ticket.id))
    found: dict[int, Reader] = {}
    for (one, way, _), is_open in zip(asked, row.one(), strict=True):
        if is_open:
            found.setdefault(one.id, Reader(one, way))
    return list(found.values())


def readers_of(ticket: Ticket) -> list[Person]:
    """The active accounts of the company that see this ticket: whoever may be told of it."""
    return [one.person for one in readers(ticket)]


def audience_of(viewer: Person) -> Audience:
    """Which lines of a story this person may read."""
    return Audience.STAFF if viewer.roles & READERS else Audience.MEMBER


def by_number(text: str, viewer: Person) -> Ticket:
    """The ticket with this number (spaces, dashes and fullwidth digits are fine).

    Raises Missing alike when there is none and when ``viewer`` may not know of it.
    """
    number = parse_number(text)
    query = select(Ticket).where(Ticket.number == number, seen_by(viewer))
    query = query.options(joinedload(Ticket.types))
    found = db.session.scalars(query).unique().one_or_none() if number else None
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


_JOINED = (
    select(Ticket)
    .where(
        or_(Ticket.duplicate_of_id == bindparam("ticket_id"), Ticket.id == bindparam("goes_on_as"))
    )
    .order_by(Ticket.id)
)


def joined(ticket: Ticket) -> list[Ticket]:
    """The tickets of the same incident: those it took in, and the one it goes on as."""
    wanted = {"ticket_id": ticket.id, "goes_on_as": ticket.duplicate_of_id}
    return list(db.session.scalars(_JOINED, wanted))


def seen_of_incident(ticket: Ticket, viewer: Person) -> list[Ticket]:
    """The tickets of the same incident that ``viewer`` sees, this one among them if it is seen.

    Callers of several companies can have been joined: none of them sees the others' tickets.
    """
    goes_on = ticket.duplicate_of_id or ticket.id
    same = or_(Ticket.id == goes_on, Ticket.duplicate_of_id == goes_on)
    return list(db.session.scalars(select(Ticket).where(same, seen_by(viewer)).order_by(Ticket.id)))


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
    staff = bool(viewer.roles & READERS)
    return Around(
        members.names({ticket.member_number for ticket in tickets}),
        people.names({ticket.coordinator_id for ticket in tickets}) if staff else {},
        _numbers_seen(led_to, viewer) if led_to else {},
        staff,
    )


def _numbers_seen(ids: Collection[int | None], viewer: Person) -> dict[int | None, str]:
    numbers = select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids), seen_by(viewer))
    return {row.id: row.number for row in db.session.execute(numbers)}
