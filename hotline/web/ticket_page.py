"""What the page of one ticket shows, read once; which form came back, and with which words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.calls import queries as calls
from hotline.followups import queries as promises
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Status as Told
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.web import formats, story

UNTOLD = UNSENT | {Told.GIVEN_UP}
"""A notice in one of these has reached nobody."""


@dataclass(frozen=True)
class Sent:
    """A form that comes back: its name, what was typed, and what to do about it, by field.

    ``refused`` says what somebody else made impossible meanwhile; "" when nothing did.
    """

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


def released(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """What the member sees of the own ticket."""
    return {
        "ticket": ticket,
        "promise": open_one(promises.of_ticket(ticket.id)),
        "story": story.by_day(timeline.of_ticket(ticket.id, Audience.MEMBER)),
        "now": now,
    }


def whole(ticket: Ticket, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """Everything the desk sees of a ticket."""
    listed = promises.of_ticket(ticket.id)
    promise = open_one(listed)
    return {
        "ticket": ticket,
        "promise": promise,
        "untold": _untold(promise),
        "ended": [one for one in listed if one.status not in OPEN],
        "calls": calls.of_ticket(ticket.id),
        "names": people.names([one.taken_by_id for one in listed]),
        "story": story.by_day(timeline.of_ticket(ticket.id, Audience.STAFF)),
        "audiences": formats.AUDIENCES,
        "may_act": bool(viewer.roles & DESK),
        "now": now,
    }


def open_one(listed: list[Followup]) -> Followup | None:
    """The promise that is owed next; None when nothing is owed."""
    return next((one for one in listed if one.status in OPEN), None)


def _untold(promise: Followup | None) -> Notice | None:
    """The notice of this promise that could not be delivered so far, if there is one."""
    told = notices.about(f"followup:{promise.id}") if promise is not None else ()
    return next((one for one in told if one.failures and one.status in UNTOLD), None)
