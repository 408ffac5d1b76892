"""What matches a few words: late ones first, then open ones, then ended ones."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sqlalchemy import Select, and_, case, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from hotline.db import db
from hotline.followups.models import Followup
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.tickets.queries.seeing import seen_by
from hotline.tickets.queries.wanting import found_by, is_late, is_open


class Rank(IntEnum):
    """How urgent a ticket is among others that were found."""

    LATE = 0
    OPEN = 1
    ENDED = 2


@dataclass(frozen=True)
class Hit:
    """A ticket that was found, and its place among the others."""

    ticket: Ticket
    rank: Rank


def search(
    q: str,
    viewer: Person,
    limit: int,
    *,
    now: datetime,
    after: tuple[int, datetime, int] | None = None,
) -> list[Hit]:
    """At most ``limit`` tickets that match ``q``: late ones first, open ones, the newest call.

    ``after`` is (rank, received_at, id) of the last one seen.
    """
    text, is_common = found_by(q, viewer)
    wanted = select(Ticket).where(seen_by(viewer), text)
    if is_common:
        return _walked(wanted, limit, now=now, after=after)
    rank = case(*((is_so, place.value) for place, is_so in _ranks(now).items()))
    query = wanted.add_columns(rank).order_by(rank, *NEWEST_FIRST)
    if after:
        query = query.where(or_(rank > after[0], and_(rank == after[0], _older(after))))
    found = db.session.execute(query.limit(limit))
    return [Hit(ticket, Rank(place)) for ticket, place in found]


NEWEST_FIRST = (Ticket.received_at.desc(), Ticket.id.desc())


def _ranks(now: datetime) -> dict[Rank, ColumnElement[bool]]:
    """What makes a ticket late, open or ended; of several the first counts."""
    late = select(1).where(Followup.ticket_id == Ticket.id, *is_late(now)).exists()
    return {Rank.LATE: late, Rank.OPEN: is_open(), Rank.ENDED: ~is_open()}


def _among_late(now: datetime) -> ColumnElement[bool]:
    """Whether a ticket is late, by the list of late promises, which is made first.

    Late ones are few. Otherwise a planner that expects more would walk along every ticket there
    is, and read the text of each, to find the first of them.
    """
    *of_promise, of_ticket = is_late(now)
    made = select(Followup.ticket_id).where(*of_promise).cte("late", nesting=True)
    made = made.prefix_with("MATERIALIZED", dialect="postgresql")
    return and_(Ticket.id.in_(select(made.c.ticket_id)), of_ticket)


def _older(after: tuple[int, datetime, int]) -> ColumnElement[bool]:
    return tuple_(Ticket.received_at, Ticket.id) < tuple_(*after[1:])


def _walked(
    wanted: Select[Ticket], limit: int, *, now: datetime, after: tuple[int, datetime, int] | None
) -> list[Hit]:
    """Rank by rank along the newest tickets, until there are enough: nothing is sorted."""
    ranks, found = _ranks(now), list[Hit]()
    late, ranks[Rank.LATE] = ranks[Rank.LATE], _among_late(now)
    for rank in [one for one in Rank if after is None or one >= after[0]]:
        query = wanted.where(ranks[rank]).order_by(*NEWEST_FIRST)
        if rank is not Rank.LATE:
            query = query.where(~late)
        if after and rank == after[0]:
            query = query.where(_older(after))
        tickets = db.session.scalars(query.limit(limit - len(found)))
        found += [Hit(ticket, rank) for ticket in tickets]
        if len(found) == limit:
            break
    return found
