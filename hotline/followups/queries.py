"""Read promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Select, bindparam, column, func, select, table, tuple_

from hotline.db import db
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN

# Tickets stand above promises and are not imported here; this is all we ask of their table.
_TICKETS = table("tickets", column("id"), column("drill", Boolean))

_OF_TICKET = (
    select(Followup)
    .where(Followup.ticket_id == bindparam("ticket_id"))
    .order_by(Followup.due_at, Followup.id)
)


@dataclass(frozen=True)
class Wanted:
    """Which promises: by status, due before a moment, after the last one seen (due_at, id)."""

    status: str | None = None
    due_before: datetime | None = None
    after: tuple[datetime, int] | None = None


def of_ticket(ticket_id: int) -> list[Followup]:
    """Every promise of one ticket, first due first."""
    return list(db.session.scalars(_OF_TICKET, {"ticket_id": ticket_id}))


def of_tickets(ticket_ids: Sequence[int]) -> dict[int, list[Followup]]:
    """Ticket id to its promises, first due first."""
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


def owed() -> int:
    """How many promises are still owed; those of drills are owed to nobody."""
    drills = select(_TICKETS.c.id).where(_TICKETS.c.drill)
    open_ = Followup.status.in_(OPEN) & Followup.ticket_id.not_in(drills)
    return db.session.scalar(select(func.count()).select_from(Followup).where(open_)) or 0
