"""What the page of one ticket shows, read once; its parts that are subjects stand beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline import together
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.duty import queries as duty
from hotline.duty.models import Page
from hotline.duty.rules import PageStatus
from hotline.edge import words
from hotline.errors import Missing
from hotline.followups import queries as promises
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.incidents import queries as incidents
from hotline.members import queries as members
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Status as Told
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience, Event
from hotline.web import formats, frame
from hotline.web.costs import shown as costs
from hotline.web.costs.shown import Money
from hotline.web.deadlines import clocks, obliged
from hotline.web.tickets import heard, member_side, nexts, proposed, story, tasks, ways
from hotline.web.tickets.nexts import Known
from hotline.web.tickets.tasks import Row

UNTOLD = UNSENT | {Told.GIVEN_UP}
"""A notice in one of these has reached nobody."""


@dataclass(frozen=True)
class Judged:
    """Who judged last how grave the ticket is, and when."""

    name: str
    at: datetime


def whole(ticket: Ticket, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """Everything the desk sees of a ticket."""
    read = _read(ticket, viewer, now=now)
    known = _known(ticket, read, now=now)
    return {
        **read["promised"],
        **read["heard"],
        **read["joined"],
        **read["ways"],
        **read["incident"],
        **read["ticking"],
        **_partners(read["rows"], read["money"]),
        **_told(read["lines"]),
        **{name: read[name] for name in AS_READ},
        "ticket": ticket,
        "known": known,
        "nexts": nexts.nexts(known, now=now),
        "audiences": words.AUDIENCES,
        "now": now,
    }


AS_READ = ("on_file", "proposed", "parties", "obliged", "member_side")
"""What the page shows as it is read."""


def _read(ticket: Ticket, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """What has to be asked of the database, in as few statements as it goes."""
    return together.named(
        promised=lambda: _promised(ticket),
        pages=lambda: duty.pages_of(ticket.number),
        lines=lambda: timeline.of_ticket(ticket.id, Audience.STAFF),
        heard=lambda: heard.of_ticket(ticket),
        joined=lambda: _joined(ticket),
        on_file=lambda: _on_file(ticket),
        incident=lambda: _incident(ticket),
        rows=lambda: tasks.rows(ticket.id),
        money=lambda: costs.of_ticket(ticket, viewer),
        ticking=lambda: clocks.of_ticket(ticket, _answered(ticket), viewer, now=now),
        member_side=lambda: member_side.counted(ticket, now=now),
        ways=lambda: ways.of_ticket(ticket, viewer),
        proposed=lambda: proposed.shown(ticket, now=now),
        parties=lambda: proposed.parties(ticket),
        obliged=lambda: obliged.of_ticket(ticket),
        frame=frame.reading_ahead(),
    )


def _known(ticket: Ticket, read: Mapping[str, Any], *, now: datetime) -> Known:
    """What was read that decides on what is to be done next."""
    promised = read["promised"]
    return Known(
        ticket,
        promised["promise"],
        promised["attempts"],
        [one for one in read["pages"] if one.status == PageStatus.OPEN],
        promised["names"],
        may_be_responsible=read["ways"]["may_be_responsible"],
        may_be_called=bool(read["ways"]["phones"]),
        tasks=read["rows"],
        to_ask=frozenset(task.id for task, _ in read["money"].to_ask),
        clocks=read["ticking"]["clocks"],
        beside=member_side.nexts(ticket, read["member_side"], now=now),
    )


def _on_file(ticket: Ticket) -> list[str]:
    """The companies that have the caller's number, while nobody has written down which it is."""
    if ticket.company or ticket.member_number or not ticket.phone_key:
        return []
    places = members.places_of_phones([ticket.phone_key])
    return list(dict.fromkeys(place.name for place in places))


def open_one(listed: list[Followup]) -> Followup | None:
    """The promise that is owed next; None when nothing is owed."""
    return next((one for one in listed if one.status in OPEN), None)


def page_of(ticket: Ticket, page_id: int) -> Page:
    """The page with this id, if it is about this ticket. Raises Missing."""
    found = duty.page_by_id(page_id)
    if found is None or found.number != ticket.number:
        raise Missing()
    return found


def _promised(ticket: Ticket) -> dict[str, Any]:
    """The promises, every try to keep one, and who had to do with them."""
    listed, attempts = together.ask(
        lambda: promises.of_ticket(ticket.id), lambda: promises.attempts_of(ticket.id)
    )
    promise = open_one(listed)
    ids = [one.taken_by_id for one in listed] + [one.by_id for one in attempts]
    names, untold = together.ask(
        lambda: people.names([ticket.coordinator_id, *ids]), lambda: _untold(promise)
    )
    return {
        "promise": promise,
        "untold": untold,
        "ended": [one for one in listed if one.status not in OPEN],
        "attempts": attempts,
        "names": names,
    }


def _untold(promise: Followup | None) -> Notice | None:
    """The notice of this promise that could not be delivered so far, if there is one."""
    told = notices.about(f"followup:{promise.id}") if promise is not None else ()
    return next((one for one in told if one.failures and one.status in UNTOLD), None)


def _joined(ticket: Ticket) -> dict[str, Any]:
    """The tickets of the same incident, and the calls of them all."""
    (joined, rang), moves = together.ask(
        lambda: _joined_and_rang(ticket), lambda: calls.moves([ticket.id])
    )
    numbers = {ticket.id: ticket.number, **{one.id: one.number for one in joined}}
    taken_in = [one for one in joined if one.duplicate_of_id == ticket.id]
    return {
        "goes_on_as": next((one for one in joined if one.id == ticket.duplicate_of_id), None),
        "taken_in": taken_in,
        "calls": rang,
        "moves": moves,
        "endings": {
            one.id: formats.disposition(one.disposition) for one in rang if one.disposition
        },
        "numbers": numbers,
    }


def _joined_and_rang(ticket: Ticket) -> tuple[list[Ticket], list[Call]]:
    joined = queries.joined(ticket)
    taken_in = [one.id for one in joined if one.duplicate_of_id == ticket.id]
    return joined, calls.of_tickets([ticket.id, *taken_in])


def _partners(rows: Sequence[Row], money: Money) -> dict[str, Any]:
    """What partners do and cost."""
    return {
        "tasks": rows,
        "tasks_counted": tasks.counted(rows),
        "prices": tasks.prices(money),
        "money": money,
    }


def _answered(ticket: Ticket) -> Collection[str]:
    return queries.kept(ticket.id).answers


def _incident(ticket: Ticket) -> dict[str, Any]:
    """The incident of many tickets that it belongs to, or those that it could belong to."""
    incident, going_on = together.ask(
        lambda: incidents.of_ticket(ticket.id), lambda: incidents.going_on()
    )
    return {"incident": incident, "incidents": [] if incident else going_on}


def _told(lines: Sequence[tuple[Line, str | None]]) -> dict[str, Any]:
    """The story by day, and who judged last; ``lines`` come newest first."""
    return {"story": story.by_day(lines), "judged": _judged(lines)}


def _judged(lines: Sequence[tuple[Line, str | None]]) -> Judged | None:
    """The newest judgement the story tells of."""
    found = (Judged(name, line.at) for line, name in lines if name and line.event == Event.ASSESSED)
    return next(found, None)
