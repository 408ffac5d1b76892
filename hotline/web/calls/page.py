"""What the page of one call shows, read once; where a call stands that we make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import render_template

from hotline.calls import queries
from hotline.calls import rules as calls
from hotline.calls.models import Call
from hotline.calls.rules import Direction
from hotline.calls.service import subject
from hotline.db import db
from hotline.errors import N_
from hotline.followups import queries as followups
from hotline.followups.rules import OPEN
from hotline.notices import queries as notices
from hotline.notices.rules import Status as Told
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED
from hotline.web import formats

SOON = timedelta(seconds=5)
"""Whoever waits longer for the own phone to ring is told to dial by hand."""


@dataclass(frozen=True)
class Typed:
    """How a call went, as it was typed, and what stood in the way, by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """Where a call stands that we make: what is, what to do, how it looks, whether it goes on.

    ``by_hand`` says that the number is to be dialled by hand now.
    """

    now: str
    next: str
    kind: str
    goes_on: bool = True
    by_hand: bool = False


WILL_RING = Progress(
    N_("Your phone will ring in a moment"), N_("Pick up and press 1."), "hourglass-split"
)
RINGS = Progress(
    N_("Your phone rings"), N_("Pick up and press 1: then the other side is called."), "telephone"
)
NOT_YET = Progress(
    N_("Your phone does not ring yet"),
    N_("Do not wait: dial the number by hand, and write down here how it went."),
    "telephone-x",
    by_hand=True,
)
DIALLING = Progress(
    N_("The other side is being called"), N_("Stay on the phone."), "telephone-outbound"
)
TALKING = Progress(
    N_("You are connected"), N_("You can write down here what you hear."), "telephone-outbound"
)
ENDED_WELL = Progress(
    N_("The call is over"), N_("Write down how it went."), "telephone", goes_on=False
)
NO_ANSWER = Progress(
    N_("Nobody answered"), N_("Write it down, with the next try."), "telephone-x", goes_on=False
)
BUSY = Progress(
    N_("The line was busy"), N_("Write it down, with the next try."), "telephone-x", goes_on=False
)
NO_SUCH = Progress(
    N_("The number could not be reached"),
    N_("Look at the number, or dial it by hand."),
    "telephone-x",
    goes_on=False,
    by_hand=True,
)
NOT_PRESSED = Progress(
    N_("Nobody was called: 1 was not pressed on your phone"),
    N_("Call once more, or dial the number by hand."),
    "telephone-x",
    goes_on=False,
    by_hand=True,
)
NOT_PLACED = Progress(
    N_("Your phone could not be rung"),
    N_("The telephone company cannot be reached. Dial the number by hand."),
    "telephone-x",
    goes_on=False,
    by_hand=True,
)
ENDINGS = {"no-answer": NO_ANSWER, "busy": BUSY, "canceled": NO_ANSWER, "": NO_ANSWER}


def progress(call: Call, *, now: datetime) -> Progress:
    """Where a call stands that we make; it names nobody and no number."""
    if call.ended_at is None:
        return _going_on(call, now=now)
    if call.answered_at is not None:
        return ENDED_WELL
    if call.claimed_at is not None:
        return ENDINGS.get(queries.dialling(call), NO_SUCH)
    return NOT_PRESSED if _was_rung(call) else NOT_PLACED


def _going_on(call: Call, *, now: datetime) -> Progress:
    if call.answered_at is not None:
        return TALKING
    if call.claimed_at is not None:
        return DIALLING
    if _was_rung(call):
        return RINGS
    return WILL_RING if now - call.received_at < SOON else NOT_YET


def _was_rung(call: Call) -> bool:
    return any(one.status == Told.SENT for one in notices.about(subject(call)))


def shown(call: Call, viewer: Person, *, now: datetime, typed: Typed | None = None) -> str:
    """The page of a call."""
    return render_template("calls/show.html", **_whole(call, viewer, now=now, typed=typed))


def part(call: Call, *, now: datetime) -> str:
    """The part that says where a call stands that we make."""
    return render_template(
        "calls/_progress.html", progress=progress(call, now=now), call=call, now=now
    )


def _whole(
    call: Call, viewer: Person, *, now: datetime, typed: Typed | None = None
) -> dict[str, Any]:
    ticket = db.session.get(Ticket, call.ticket_id) if call.ticket_id is not None else None
    out = call.direction == Direction.OUT
    move = queries.last_move(call)
    asked = (call.answered_by_id, call.claimed_by_id, call.handled_by_id, call.wrapped_by_id)
    return {
        "call": call,
        "ticket": ticket,
        "out": out,
        "progress": progress(call, now=now) if out else None,
        "owed": _is_owed(call, now=now),
        "promise": _owed_on(ticket),
        "names": people.names([*asked, call.placed_by_id]),
        "ended_as": formats.disposition(call.disposition),
        "may_act": bool(viewer.roles & DESK),
        "may_wrap": not out and (call.answered_at is not None or call.claimed_at is not None),
        "may_split": not out and ticket is not None and _came_by_several(ticket),
        "goes_on": ticket is not None and ticket.status not in ENDED,
        "move": move,
        "recorded": queries.recordings_of([call.id]).get(call.id, []),
        "others": _others(call, now=now) if out else [],
        "siblings": tickets.numbers([call.ticket_id]),
        "typed": typed or Typed(),
        "now": now,
    }


def _came_by_several(ticket: Ticket) -> bool:
    """Whether more than one call came for this ticket: one of them can be split off."""
    return sum(one.direction != Direction.OUT for one in queries.of_ticket(ticket.id)) > 1


def _is_owed(call: Call, *, now: datetime) -> bool:
    return call.handled_at is None and calls.is_owed(
        call.status, received_at=call.received_at, now=now, direction=call.direction
    )


def _owed_on(ticket: Ticket | None) -> Any:
    listed = followups.of_ticket(ticket.id) if ticket is not None else []
    return next((one for one in listed if one.status in OPEN), None)


def _others(call: Call, *, now: datetime) -> list[Call]:
    """The missed calls of the same number, while it is not written down how the call went."""
    return queries.missed_of(call, now) if call.wrapped_at is None else []
