"""Whether tasks and the offers by which partners took them agree."""

from collections.abc import Iterator

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from hotline.cli.integrity.finding import TAMPERED, Finding
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import ENDED as TASK_ENDED
from hotline.coordination.rules import ENGAGED, OPEN_TO_OFFERS, OfferStatus
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.tickets.rules import (
    ENDED,
)


def open_offers_have_an_end() -> Iterator[Finding]:
    """Every offer that can be answered ends at some time, and a worker will look at it."""
    endless = or_(Offer.reply_by.is_(None), Offer.wake_at.is_(None), Offer.wake_at > Offer.reply_by)
    query = select(Offer.id).where(Offer.status == OfferStatus.OFFERED, endless)
    for offer_id in db.session.scalars(query):
        yield Finding(
            f"offer:{offer_id}",
            "waits for an answer without an end",
            "take it back and ask anew",
        )


def whoever_stands_in_line_waits_for_somebody() -> Iterator[Finding]:
    """Before each partner in line stands one that still may take the task, or estimates."""
    before = aliased(Offer)
    busy = before.status.in_([OfferStatus.OFFERED, OfferStatus.ACCEPTED])
    waited_for = exists().where(before.task_id == Offer.task_id, busy)
    query = select(Offer.id).where(Offer.status == OfferStatus.QUEUED, ~waited_for)
    for offer_id in db.session.scalars(query):
        yield Finding(
            f"offer:{offer_id}", "stands in line, and nobody before it is asked", "ask it now"
        )


def engagements_agree() -> Iterator[Finding]:
    """Whoever does a task is the one partner that was engaged for it, and nobody is otherwise."""
    engaged = (Offer.status == OfferStatus.ACCEPTED) & Offer.engaged_at.is_not(None)
    query = (
        select(Task.id)
        .outerjoin(Offer, (Offer.task_id == Task.id) & engaged)
        .group_by(Task.id, Task.vendor_id, Task.status)
        .having(
            or_(
                func.count(Offer.id) > 1,
                func.coalesce(func.max(Offer.vendor_id), 0) != func.coalesce(Task.vendor_id, 0),
                Task.status.in_(ENGAGED) & (func.count(Offer.id) == 0),
                Task.status.in_(OPEN_TO_OFFERS) & (func.count(Offer.id) > 0),
            )
        )
    )
    for task_id in db.session.scalars(query):
        yield Finding(
            f"task:{task_id}", "does not agree with the offer by which a partner does it", TAMPERED
        )


def tasks_agree_with_their_tickets() -> Iterator[Finding]:
    """No task goes on where the incident has ended."""
    living = aliased(Ticket)
    incident = func.coalesce(Ticket.duplicate_of_id, Ticket.id)
    query = (
        select(Task.id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .join(living, living.id == incident)
        .where(Task.status.not_in(TASK_ENDED), living.status.in_(ENDED))
    )
    for task_id in db.session.scalars(query):
        yield Finding(
            f"task:{task_id}",
            "goes on, and its ticket has ended",
            "open the ticket again, and end the task",
        )
