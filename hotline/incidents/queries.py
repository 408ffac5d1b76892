"""Reading incidents: their tickets, what was said to all of them, and whether it arrived."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from hotline.db import db
from hotline.errors import Missing
from hotline.incidents import rules
from hotline.incidents.models import Broadcast, Incident, Linked
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN, Kind
from hotline.tickets.models import SaidAdvice, Ticket
from hotline.tickets.rules import BROADCAST, subject

_GOING_ON = (
    select(Incident)
    .where(Incident.closed_at.is_(None))
    .order_by(Incident.id.desc())
    .limit(bindparam("limit"))
)
_OF_TICKET = (
    select(Incident)
    .join(Linked, Linked.incident_id == Incident.id)
    .where(Linked.ticket_id == bindparam("ticket_id"))
)


def by_id(incident_id: int) -> Incident:
    """The incident. Raises Missing."""
    found = db.session.get(Incident, incident_id)
    if found is None:
        raise Missing()
    return found


def listed(limit: int) -> list[tuple[Incident, int]]:
    """Incidents with how many tickets each has: those that go on first, then the newest."""
    count = select(func.count()).where(Linked.incident_id == Incident.id).scalar_subquery()
    query = select(Incident, count).order_by(
        Incident.closed_at.is_not(None), Incident.opened_at.desc(), Incident.id.desc()
    )
    return [(incident, tickets) for incident, tickets in db.session.execute(query.limit(limit))]


def going_on(limit: int = 50) -> list[Incident]:
    """The incidents a ticket can be linked to, the newest first."""
    return list(db.session.scalars(_GOING_ON, {"limit": limit}))


def linked(incident_id: int) -> list[Ticket]:
    """The tickets of an incident, in the order of their calls."""
    query = select(Ticket).join(Linked, Linked.ticket_id == Ticket.id)
    query = query.where(Linked.incident_id == incident_id)
    return list(db.session.scalars(query.order_by(Ticket.received_at, Ticket.id)))


def of_ticket(ticket_id: int) -> Incident | None:
    """The incident a ticket belongs to, for the desk alone."""
    return db.session.scalar(_OF_TICKET, {"ticket_id": ticket_id})


def already_linked(ticket_ids: Collection[int]) -> set[int]:
    """Those of these tickets that belong to an incident."""
    query = select(Linked.ticket_id).where(Linked.ticket_id.in_(ticket_ids))
    return set(db.session.scalars(query)) if ticket_ids else set()


def all_told(ticket_ids: Collection[int], advice: rules.Advice) -> bool:
    """Whether each of these tickets was sent this advice before, in the same words."""
    query = select(func.count(SaidAdvice.ticket_id.distinct())).where(
        SaidAdvice.ticket_id.in_(ticket_ids),
        SaidAdvice.code.startswith(BROADCAST),
        SaidAdvice.ja == advice.ja,
        SaidAdvice.en == advice.en,
    )
    return db.session.scalar(query) == len(set(ticket_ids))


@dataclass(frozen=True)
class Arrived:
    """What became of one broadcast for one ticket.

    ``notices`` are the messages about it; empty where its caller has to be called.
    """

    ticket: Ticket
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Sent:
    """One broadcast, and what became of it for each ticket that was advised."""

    broadcast: Broadcast
    to: list[Arrived]


def broadcasts(incident_id: int) -> list[Sent]:
    """What was said to all, the newest first; tickets unlinked since are still counted."""
    query = select(Broadcast).where(Broadcast.incident_id == incident_id)
    found = list(db.session.scalars(query.order_by(Broadcast.id.desc())))
    advised = _advised([rules.code_of(one.id) for one in found])
    everybody = {ticket.id: ticket for tickets in advised.values() for ticket in tickets}
    notices = _notices([ticket.number for ticket in everybody.values()])
    return [_sent(one, advised.get(rules.code_of(one.id), []), notices) for one in found]


Told = Mapping[str, Sequence[Notice]]


def _sent(broadcast: Broadcast, tickets: Sequence[Ticket], notices: Told) -> Sent:
    at = broadcast.sent_at
    to = [
        Arrived(
            one, tuple(told for told in notices.get(subject(one.number), ()) if _tells(told, at))
        )
        for one in tickets
    ]
    return Sent(broadcast, to)


def _tells(told: Notice, at: datetime) -> bool:
    """Whether this message leads to what was said at ``at``: also one that was on its way then."""
    if told.due_at == at:
        return True
    waits = told.status in OPEN or (told.sent_at is not None and told.sent_at >= at)
    return told.due_at < at and waits


def _advised(codes: Sequence[str]) -> dict[str, list[Ticket]]:
    query = select(SaidAdvice.code, Ticket).join(Ticket, Ticket.id == SaidAdvice.ticket_id)
    found: dict[str, list[Ticket]] = {}
    for code, ticket in db.session.execute(
        query.where(SaidAdvice.code.in_(codes)).order_by(Ticket.received_at, Ticket.id)
    ):
        found.setdefault(code, []).append(ticket)
    return found


def _notices(numbers: Sequence[str]) -> Told:
    """Subject to the messages that lead to what was advised."""
    about = [subject(number) for number in numbers]
    query = select(Notice).where(Notice.subject.in_(about), Notice.kind == Kind.ADVICE_SENT)
    found: dict[str, list[Notice]] = {}
    for one in db.session.scalars(query.order_by(Notice.id)):
        found.setdefault(one.subject, []).append(one)
    return found
