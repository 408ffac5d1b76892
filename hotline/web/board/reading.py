"""Everything the board is made of, read in a number of questions that does not grow with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.coordination import queries as coordination
from hotline.coordination.models import Offer, Task
from hotline.coordination.queries import board
from hotline.coordination.rules import OfferStatus
from hotline.deadlines import queries as deadlines
from hotline.deadlines.models import Clock
from hotline.duty import queries as duty
from hotline.followups import queries as promises
from hotline.messages import queries as messages
from hotline.people.models import Person
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Wanted
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.web.board.rows import Work
from hotline.web.tickets import listing

MOST = 500
"""More of a kind than a desk works through in a day."""


@dataclass(frozen=True)
class Waiting:
    """One partner that was asked and has not answered, and who is asked after it."""

    offer: Offer
    task: Task
    ticket: Ticket
    vendor: Vendor
    following: str = ""


@dataclass(frozen=True)
class Read:
    """What the list is made of, and what stands beside it."""

    work: Work
    waiting: Sequence[Waiting]
    clocks: Sequence[tuple[Clock, Ticket]]


def read(viewer: Person) -> Read:
    """Everything, for every filter: what is shown and what is counted come from the same rows."""
    owed = tickets.by_urgency(Wanted(), viewer, MOST)
    tickets.with_types([one.ticket for one in owed])
    owing = [(one.ticket, one.followup) for one in owed if one.followup is not None]
    tasks = board.tasks_going_on(MOST)
    ids = [task.id for task, _ in tasks]
    offers = _by_task(coordination.offers_of(ids)) if ids else {}
    partners = vendors.by_ids(_partners(tasks, offers))
    ticking = _with_tickets(deadlines.running(MOST))
    pages = duty.open_pages()
    known = tickets.by_ids([one.ticket_id for one in pages])
    waiting = messages.waiting(MOST)
    talking = tickets.by_ids([ticket_id for ticket_id, *_ in waiting])
    work = Work(
        promises=owing,
        tried=promises.tried([followup.id for _, followup in owing]),
        tasks=tasks,
        offers=offers,
        quoted=board.quoted(ids),
        asked=board.asked_since(ids),
        clocks=ticking,
        pages=[(one, known[one.ticket_id]) for one in pages if one.ticket_id in known],
        vendors={one.id: one.name for one in partners.values()},
        callable=listing.callable_ones(owed),
        wrote=[(talking[ticket_id], found, since) for ticket_id, found, since in waiting],
        given=tickets.changes_to_check(MOST),
        needs=tickets.needs_due(MOST),
    )
    return Read(work, _waiting(tasks, offers, partners), ticking)


def _by_task(offers: Sequence[Offer]) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = {}
    for one in offers:
        found.setdefault(one.task_id, []).append(one)
    return found


def _partners(tasks: Sequence[tuple[Task, Ticket]], offers: dict[int, list[Offer]]) -> set[int]:
    asked = {one.vendor_id for found in offers.values() for one in found}
    return asked | {task.vendor_id for task, _ in tasks if task.vendor_id is not None}


def _with_tickets(clocks: Sequence[Clock]) -> list[tuple[Clock, Ticket]]:
    known = tickets.by_ids([one.ticket_id for one in clocks])
    return [(one, known[one.ticket_id]) for one in clocks]


def _waiting(
    tasks: Sequence[tuple[Task, Ticket]],
    offers: dict[int, list[Offer]],
    partners: dict[int, Vendor],
) -> list[Waiting]:
    """The offers without an answer, the next to end first."""
    found = [
        Waiting(offer, task, ticket, partners[offer.vendor_id], _following(task, offers, partners))
        for task, ticket in tasks
        for offer in offers.get(task.id, ())
        if offer.status == OfferStatus.OFFERED
    ]
    return sorted(found, key=lambda one: (one.offer.reply_by or one.offer.made_at, one.offer.id))


def _following(task: Task, offers: dict[int, list[Offer]], partners: dict[int, Vendor]) -> str:
    queued = (one for one in offers.get(task.id, ()) if one.status == OfferStatus.QUEUED)
    first = next(queued, None)
    return partners[first.vendor_id].name if first is not None else ""


def when_asked(one: Waiting) -> datetime:
    """From when its time to answer runs."""
    return one.offer.offered_at or one.offer.made_at
