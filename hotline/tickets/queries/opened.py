"""What somebody without an account may see: the ticket that a code opened in their browser."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.db import db
from hotline.sessions.service import hashed
from hotline.tickets.models import StatusCode, Ticket


@dataclass(frozen=True)
class Opened:
    """A ticket that a browser may see without an account, and until when."""

    ticket: Ticket
    until: datetime


def opened_with(secret: str, *, now: datetime) -> Opened | None:
    """What the code opened whose browser holds this secret; None once it is over, or for none."""
    if not secret:
        return None
    query = (
        select(Ticket, StatusCode.opened_until)
        .join(StatusCode, StatusCode.ticket_id == Ticket.id)
        .where(
            StatusCode.opened_hash == hashed(secret),
            StatusCode.opened_until > now,
            ~Ticket.drill,
        )
    )
    found = db.session.execute(query).one_or_none()
    return Opened(found[0], found[1]) if found is not None and found[1] is not None else None
