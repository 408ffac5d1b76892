"""Write down anew what tickets are found by, after the keys have changed."""

from sqlalchemy import select

from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.tickets.service.holding import make_findable


def find_again(after: int, limit: int) -> tuple[int, int]:
    """Rewrite the search keys of the next ``limit`` tickets behind the id ``after``.

    How many there were, and the id of the last one.
    """
    query = select(Ticket).where(Ticket.id > after).order_by(Ticket.id).limit(limit)
    held = list(db.session.scalars(query.with_for_update()))
    for ticket in held:
        make_findable(ticket)
    db.session.flush()
    return len(held), held[-1].id if held else after
