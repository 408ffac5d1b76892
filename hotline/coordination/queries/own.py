"""What the people of one partner have to do: their tasks, and where each of them stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from hotline.asking import Counting
from hotline.coordination.models import CostLine, Offer, Task
from hotline.coordination.queries.tasks import tasks_seen_by
from hotline.coordination.rules import CostState, OfferStatus
from hotline.coordination.rules.offers import Standing
from hotline.db import db
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.rules import contract_day


@dataclass(frozen=True)
class Own:
    """One task of a partner and the offer by which it came to it."""

    task: Task
    ticket: Ticket
    offer: Offer

    @property
    def standing(self) -> Standing:
        """What the partner is to the task."""
        if self.offer.status == OfferStatus.OFFERED:
            return Standing.OFFERED
        return Standing.QUOTING if self.offer.engaged_at is None else Standing.ENGAGED


def own_tasks(
    viewer: Person, vendor_id: int, *, now: datetime, task_id: int | None = None
) -> list[Own]:
    """Every task that the people of this partner may see, by id; only one of them with ``task_id``.

    Where it was asked twice about one task, what it agreed to counts before what it was asked.
    """
    # By another name: the scoping rule asks for offers too.
    asked = aliased(Offer)
    query = (
        select(Task, Ticket, asked)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .join(asked, asked.task_id == Task.id)
        .where(tasks_seen_by(viewer, now=now), asked.vendor_id == vendor_id)
        .where(asked.status.in_([OfferStatus.ACCEPTED, OfferStatus.OFFERED]))
        .order_by(Task.id, asked.status, asked.id.desc())
    )
    if task_id is not None:
        query = query.where(Task.id == task_id)
    found: dict[int, Own] = {}
    for row in db.session.execute(query):
        found.setdefault(row[0].id, Own(*row))
    return list(found.values())


def counting_asked(viewer: Person, *, now: datetime) -> Counting:
    """How many requests wait for an answer of the reader's company."""
    vendor = vendors.of_person(viewer, on=contract_day(now))
    return Counting(_COUNTING_ASKED, {"vendor_id": vendor.id if vendor else None, "now": now})


_COUNTING_ASKED = (
    select(func.count())
    .select_from(Offer)
    .where(
        Offer.vendor_id == bindparam("vendor_id"),
        Offer.status == OfferStatus.OFFERED,
        Offer.reply_by > bindparam("now"),
    )
)


def quoted(task_ids: Collection[int], vendor_id: int) -> set[int]:
    """Those of the tasks for which this partner has named a price."""
    query = select(CostLine.task_id).where(
        CostLine.task_id.in_(task_ids),
        CostLine.vendor_id == vendor_id,
        CostLine.state != CostState.VOID,
    )
    return {one for one in db.session.scalars(query) if one is not None} if task_ids else set()


@dataclass(frozen=True)
class Part:
    """What of a task belongs to the partner that does it now, however often it changed hands."""

    since: datetime
    """From when on it does the task: what came before was said to somebody else, or about them."""
    colleagues: frozenset[int]
    strangers: frozenset[int]

    def holds(self, at: datetime, person_id: int | None) -> bool:
        """Whether something of this moment, by this person, is the partner's to know."""
        return person_id in self.colleagues or (
            at >= self.since and person_id not in self.strangers
        )


def part_of(one: Own, vendor_code: str, person_ids: Collection[int | None]) -> Part:
    """What of the task is for its partner, whoever of ``person_ids`` wrote it."""
    others = strangers(person_ids, vendor_code)
    query = select(Person.id).where(
        Person.id.in_([each for each in person_ids if each is not None]),
        Person.vendor_code == vendor_code,
    )
    since = one.offer.engaged_at or one.task.made_at
    return Part(since, frozenset(db.session.scalars(query)), frozenset(others))


def strangers(person_ids: Collection[int | None], vendor_code: str) -> set[int]:
    """Those of these people who work for another partner: nobody of this one may hear of them."""
    query = select(Person.id).where(
        Person.id.in_([one for one in person_ids if one is not None]),
        Person.vendor_code.is_not(None),
        Person.vendor_code != vendor_code,
    )
    return set(db.session.scalars(query))
