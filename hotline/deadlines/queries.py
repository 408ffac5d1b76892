"""Read clocks, and the duties of the insured."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Boolean, bindparam, column, func, select, table

from hotline.asking import Counting, among
from hotline.db import db
from hotline.deadlines.models import Clock, Obligation
from hotline.deadlines.rules import Status

# Tickets stand above clocks and are not imported here; this is all we ask of their table.
_TICKETS = table("tickets", column("id"), column("drill", Boolean))

_OF_TICKET = (
    select(Clock).where(Clock.ticket_id == bindparam("ticket_id")).order_by(Clock.due_at, Clock.id)
)
_OBLIGATIONS = (
    select(Obligation).where(Obligation.ticket_id == bindparam("ticket_id")).order_by(Obligation.id)
)


def of_ticket(ticket_id: int) -> list[Clock]:
    """Every clock of one ticket, also the ended ones, first due first."""
    return list(db.session.scalars(_OF_TICKET, {"ticket_id": ticket_id}))


def of_tickets(ticket_ids: Collection[int]) -> list[Clock]:
    """Every clock of these tickets, also the ended ones, first due first."""
    query = select(Clock).where(Clock.ticket_id.in_(ticket_ids))
    return list(db.session.scalars(query.order_by(Clock.due_at, Clock.id)))


def running(limit: int) -> list[Clock]:
    """At most ``limit`` clocks that run, first due first; those of drills are among them."""
    query = select(Clock).where(among(Clock.status, {Status.RUNNING}))
    return list(db.session.scalars(query.order_by(Clock.due_at, Clock.id).limit(limit)))


def counting_late(now: datetime) -> Counting:
    """The question how many clocks ran out without a report, drills aside: to be asked together
    with others."""
    return Counting(_COUNTING_LATE, {"now": now})


_DRILL = select(1).where(_TICKETS.c.id == Clock.ticket_id, _TICKETS.c.drill).exists()
_COUNTING_LATE = (
    select(func.count())
    .select_from(Clock)
    .where(among(Clock.status, {Status.RUNNING}), Clock.due_at <= bindparam("now"), ~_DRILL)
)


def obligations_of(ticket_id: int) -> list[Obligation]:
    """The duties of one ticket in the order in which they began, also the ticked ones."""
    return list(db.session.scalars(_OBLIGATIONS, {"ticket_id": ticket_id}))


def to_remind(now: datetime) -> list[int]:
    """The tickets with something open of which somebody is to be reminded by now."""
    due = (Obligation.done_at.is_(None), Obligation.remind_at <= now)
    query = select(Obligation.ticket_id).where(*due).distinct()
    return list(db.session.scalars(query.order_by(Obligation.ticket_id)))
