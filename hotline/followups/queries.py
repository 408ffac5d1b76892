"""Read promises."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Select, bindparam, column, func, select, table, tuple_

from hotline.db import db
from hotline.followups.models import Attempt, Followup
from hotline.followups.rules import OPEN, UNTAKEN
from hotline.notices import queries as notices
from hotline.notices.rules import Kind
from hotline.notices.rules import Status as Sent
from hotline.timeline.models import Line
from hotline.timeline.rules import Event

# Tickets stand above promises and are not imported here; this is all we ask of their table.
_TICKETS = table(
    "tickets", column("id"), column("number"), column("severity"), column("drill", Boolean)
)

_OF_TICKET = (
    select(Followup)
    .where(Followup.ticket_id == bindparam("ticket_id"))
    .order_by(Followup.due_at, Followup.id)
)
_ATTEMPTS = (
    select(Attempt)
    .where(Attempt.ticket_id == bindparam("ticket_id"))
    .order_by(Attempt.at.desc(), Attempt.id.desc())
)


@dataclass(frozen=True)
class Wanted:
    """Which promises: by status, due before a moment, after the last one seen (due_at, id)."""

    status: str | None = None
    due_before: datetime | None = None
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True)
class TicketFacts:
    """What a promise must know of its ticket."""

    number: str
    severity: str
    drill: bool


def ticket_facts(ticket_id: int) -> TicketFacts:
    """The ticket a promise belongs to."""
    columns = (_TICKETS.c.number, _TICKETS.c.severity, _TICKETS.c.drill)
    found = db.session.execute(select(*columns).where(_TICKETS.c.id == ticket_id)).one()
    return TicketFacts(*found)


def of_ticket(ticket_id: int) -> list[Followup]:
    """Every promise of one ticket, first due first."""
    return list(db.session.scalars(_OF_TICKET, {"ticket_id": ticket_id}))


def of_tickets(ticket_ids: Sequence[int]) -> dict[int, list[Followup]]:
    """Ticket id to its promises, first due first."""
    if not ticket_ids:
        return {}
    query = select(Followup).where(Followup.ticket_id.in_(ticket_ids))
    found: dict[int, list[Followup]] = {ticket_id: [] for ticket_id in ticket_ids}
    for followup in db.session.scalars(query.order_by(Followup.due_at, Followup.id)):
        found[followup.ticket_id].append(followup)
    return found


def matching(wanted: Wanted) -> Select[Followup]:
    """The promises that match, first due first; the caller joins and limits."""
    query = select(Followup).order_by(Followup.due_at, Followup.id)
    if wanted.status:
        query = query.where(Followup.status == wanted.status)
    if wanted.due_before:
        query = query.where(Followup.due_at < wanted.due_before)
    if wanted.after:
        query = query.where(tuple_(Followup.due_at, Followup.id) > tuple_(*wanted.after))
    return query


def untaken(ticket_id: int) -> bool:
    """Whether something is owed on this ticket that is nobody's work yet."""
    return any(one.status in UNTAKEN for one in of_ticket(ticket_id))


def attempts_of(ticket_id: int) -> list[Attempt]:
    """Every try to call back, the newest first."""
    return list(db.session.scalars(_ATTEMPTS, {"ticket_id": ticket_id}))


@dataclass(frozen=True)
class Tried:
    """How often somebody tried to call back for one promise, and the last time."""

    last: Attempt
    tries: int


def tried(followup_ids: Collection[int]) -> dict[int, Tried]:
    """Promise to its tries; those without one are left out."""
    query = select(Attempt).where(Attempt.followup_id.in_(followup_ids))
    found: dict[int, Tried] = {}
    for one in db.session.scalars(query.order_by(Attempt.at, Attempt.id)):
        if one.followup_id is not None:
            before = found.get(one.followup_id)
            found[one.followup_id] = Tried(one, before.tries + 1 if before else 1)
    return found


def told_that_late(followup_id: int) -> set[str]:
    """The audiences that heard already that nobody took this promise up."""
    told = notices.about(f"followup:{followup_id}")
    sent = (one for one in told if one.status == Sent.SENT and one.kind == Kind.PROMISE_LATE)
    return {one.audience for one in sent}


def is_escalated(followup: Followup, audience: str) -> bool:
    """Whether the story says already that ``audience`` was told about this promise."""
    told = select(Line.facts).where(
        Line.ticket_id == followup.ticket_id, Line.event == Event.ESCALATED
    )
    wanted = (audience, followup.id)
    return wanted in {(one["audience"], one["promise"]) for one in db.session.scalars(told)}


def owed() -> int:
    """How many promises are still owed; those of drills are owed to nobody."""
    drills = select(_TICKETS.c.id).where(_TICKETS.c.drill)
    open_ = Followup.status.in_(OPEN) & Followup.ticket_id.not_in(drills)
    return db.session.scalar(select(func.count()).select_from(Followup).where(open_)) or 0
