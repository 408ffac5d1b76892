"""A caller who hears the status of a ticket without speaking to anybody."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.calls.models import Call
from hotline.calls.service.holding import subject
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def status_heard(call: Call, ticket: Ticket, *, now: datetime) -> None:
    """The caller named number and code of ``ticket`` and is told where it stands.

    The call belongs to it unless it belongs to another one, and nobody has to call back.
    """
    if call.ticket_id is None:
        call.ticket_id = ticket.id
    if call.handled_at is None:
        call.handled_at = now
    db.session.flush()
    timeline.write(ticket.id, Event.STATUS_HEARD, at=now, by_id=None)
    about = f"ticket:{ticket.number}"
    audit.write("read", about, by_id=None, now=now, by="telephone", call=subject(call))
