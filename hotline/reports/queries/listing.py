"""The tickets of a span one by one, however many there are."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, tuple_

from hotline.db import db
from hotline.followups.models import Followup
from hotline.reports import rules
from hotline.reports.queries.counts import closed_at
from hotline.reports.rules import Span
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import Status

AT_ONCE = 1000
"""So many tickets are held in memory."""


@dataclass(frozen=True)
class Case:
    """One ticket as it is handed out; ``late`` are whole minutes, None when its promise is not.

    The promise is the last one of the ticket; drills are marked and listed too.
    """

    number: str
    received_at: datetime
    case_types: tuple[str, ...]
    severity: str
    line: str
    in_hours: bool
    status: str
    drill: bool
    promised_at: datetime | None
    taken_at: datetime | None
    kept_at: datetime | None
    late: int | None
    closed_at: datetime | None
    company: str


def cases(span: Span, *, now: datetime) -> Iterator[Case]:
    """Every ticket whose call came within the span, in order; read piece by piece."""
    after: tuple[datetime, int] | None = None
    while rows := _piece(span, after):
        yield from _cases(rows, now)
        after = (rows[-1].received_at, rows[-1].id)


def _piece(span: Span, after: tuple[datetime, int] | None) -> Sequence[Row[*tuple[Any, ...]]]:
    query = (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.received_at,
            Ticket.severity,
            Ticket.line,
            Ticket.status,
            Ticket.drill,
            Ticket.company,
            closed_at().label("closed_at"),
        )
        .where(Ticket.received_at >= span.start, Ticket.received_at < span.end)
        .order_by(Ticket.received_at, Ticket.id)
        .limit(AT_ONCE)
    )
    if after is not None:
        query = query.where(tuple_(Ticket.received_at, Ticket.id) > tuple_(*after))
    return db.session.execute(query).all()


def _cases(rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> Iterator[Case]:
    ids = [row.id for row in rows]
    types, promises = _types(ids), _promises(ids)
    for row in rows:
        own = promises.get(row.id, [])
        last = own[-1] if own else None
        yield Case(
            number=row.number,
            received_at=row.received_at,
            case_types=tuple(types.get(row.id, ())),
            severity=row.severity,
            line=row.line,
            in_hours=bool(own) and own[0].in_hours,
            status=row.status,
            drill=row.drill,
            promised_at=last.due_at if last else None,
            taken_at=last.taken_at if last else None,
            kept_at=last.ended_at if last and last.status == "done" else None,
            late=rules.late_minutes(last, now=now) if last and not row.drill else None,
            closed_at=row.closed_at if row.status == Status.CLOSED else None,
            company=row.company,
        )


def _types(ids: list[int]) -> dict[int, list[str]]:
    query = select(TicketCaseType.ticket_id, TicketCaseType.case_type)
    query = query.where(TicketCaseType.ticket_id.in_(ids)).order_by(TicketCaseType.position)
    found: dict[int, list[str]] = defaultdict(list)
    for ticket_id, case_type in db.session.execute(query):
        found[ticket_id].append(case_type)
    return found


def _promises(ids: list[int]) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """Of each ticket in the order in which they were made."""
    query = select(
        Followup.ticket_id,
        Followup.status,
        Followup.in_hours,
        Followup.due_at,
        Followup.take_up_by,
        Followup.taken_at,
        Followup.ended_at,
    )
    query = query.where(Followup.ticket_id.in_(ids)).order_by(Followup.made_at, Followup.id)
    found: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.ticket_id].append(row)
    return found
