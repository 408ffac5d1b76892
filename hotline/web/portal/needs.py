"""What the hotline needs from the member, what it is for, and by when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.messages import queries as messages
from hotline.messages.models import Need
from hotline.messages.rules import NeedStatus
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.formats import When
from hotline.web.portal import frame

ENDED_SHOWN = 10


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """What is open, by its time, and what came or is needed no more; only the desk ticks it."""
    found = messages.needs_of(ticket.id)
    ended = [one for one in found if one.status != NeedStatus.OPEN]
    return {
        "open": [
            (one, when(one, ticket, now=now)) for one in found if one.status == NeedStatus.OPEN
        ],
        "ended": ended[:ENDED_SHOWN],
    }


def when(need: Need, ticket: Ticket, *, now: datetime) -> When | None:
    """How long there is; an exercise is never late. None where there is no hurry."""
    if need.due_at is None:
        return None
    found = formats.left(need.due_at, now=now)
    return found.calmed() if ticket.drill else found
