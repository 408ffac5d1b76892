"""What a ticket costs: its lines, who may see and touch which, and how that stands to the limit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, bindparam, select

from hotline import policy, together
from hotline.coordination.models import Approval, CostLine, FreeAdviceEnd, Offer, Task
from hotline.coordination.rules import (
    ENDED,
    ApprovalStatus,
    Bar,
    CostsPolicy,
    CostState,
    OfferStatus,
    Stands,
)
from hotline.coordination.rules import approving as agreeing
from hotline.coordination.rules import money as counting
from hotline.coordination.rules.tasks import OPEN_TO_OFFERS
from hotline.db import db
from hotline.errors import Missing
from hotline.members import queries as members
from hotline.members.models import InsurancePolicy
from hotline.members.rules import covers
from hotline.notices import queries as notices
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.tickets.queries import seen_by

_TICKET: BindParameter[int] = bindparam("ticket_id")
_OF_TICKET = select(CostLine).where(CostLine.ticket_id == _TICKET).order_by(CostLine.id)
_TASKS = select(Task).where(Task.ticket_id == _TICKET).order_by(Task.id)
_APPROVALS = select(Approval).where(Approval.ticket_id == _TICKET).order_by(Approval.id.desc())
_ASKED = select(Approval.lines).where(
    Approval.ticket_id == _TICKET, Approval.status == ApprovalStatus.ASKED
)
_FREE_ADVICE_END = select(FreeAdviceEnd).where(FreeAdviceEnd.ticket_id == _TICKET)
_QUOTING = select(Offer.task_id, Offer.vendor_id).where(
    Offer.task_id.in_(bindparam("task_ids", expanding=True)),
    Offer.status == OfferStatus.ACCEPTED,
)


@dataclass(frozen=True)
class Limit:
    """The policy that covers the moment of the call, and what it pays for costs at most.

    ``yen`` is None while nobody knows it; ``why`` is then a code: no_member, no_policy, no_limit.
    ``plan`` is "" where the limits are of no known plan.
    """

    yen: int | None
    why: str = ""
    number: str = ""
    plan: str = ""


@dataclass(frozen=True)
class Costs:
    """Everything of one ticket; ``stands`` says by line id whether it counts."""

    lines: list[CostLine]
    stands: dict[int, Stands]
    bar: Bar
    limit: Limit
    asked: frozenset[int]
    """The lines that wait for the member's word."""


@dataclass(frozen=True)
class Quote:
    """What one partner asks for one task; the sum is whole yen with tax, void lines aside."""

    lines: list[CostLine]
    total_yen: int


def costs_of(ticket: Ticket) -> Costs:
    """The costs of one ticket; no other ticket is among them."""
    lines, works, asked, limit = together.ask(
        lambda: list(db.session.scalars(_OF_TICKET, {"ticket_id": ticket.id})),
        lambda: _works(ticket.id),
        lambda: _asked(ticket.id),
        lambda: limit_of(ticket),
    )
    stands = counting.standing(lines, works)
    return Costs(
        lines, stands, counting.bar(lines, stands, asked=asked, limit=limit.yen), limit, asked
    )


def _lines(*of: ColumnElement[bool]) -> list[CostLine]:
    query = select(CostLine).where(*of).order_by(CostLine.id)
    return list(db.session.scalars(query))


def _works(ticket_id: int) -> dict[int, counting.Work]:
    tasks = tasks_of(ticket_id)
    quoting = quoting_for([one.id for one in tasks])
    return {
        one.id: counting.Work(one.status, one.vendor_id, quoting.get(one.id, frozenset()))
        for one in tasks
    }


def quoting_for(task_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Task id to the partners that accepted it, to do it or to name a price for it."""
    if not task_ids:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    for task_id, vendor_id in db.session.execute(_QUOTING, {"task_ids": list(task_ids)}):
        found[task_id].add(vendor_id)
    return {task_id: frozenset(vendors) for task_id, vendors in found.items()}


def may_quote(task: Task, vendor_id: int) -> bool:
    """Whether a partner names prices for this task: it does it, or was asked what it costs."""
    if task.status in ENDED:
        return False
    if task.status in OPEN_TO_OFFERS:
        return vendor_id in quoting_for([task.id]).get(task.id, frozenset())
    return task.vendor_id == vendor_id


def quote_of(task_id: int, vendor_id: int) -> Quote:
    """The lines of one partner for one task, and their sum."""
    lines = _lines(CostLine.task_id == task_id, CostLine.vendor_id == vendor_id)
    return Quote(lines, counting.gross_of(one for one in lines if one.state != CostState.VOID))


def of_task(task_id: int) -> list[CostLine]:
    """All lines of one task, void ones and those of every partner too."""
    return _lines(CostLine.task_id == task_id)


def tasks_of(ticket_id: int) -> list[Task]:
    """Every task of a ticket, the first first."""
    return list(db.session.scalars(_TASKS, {"ticket_id": ticket_id}))


def line_of(ticket: Ticket, line_id: int) -> CostLine:
    """One line of this ticket. Raises Missing."""
    found = db.session.get(CostLine, line_id)
    if found is None or found.ticket_id != ticket.id:
        raise Missing()
    return found


def line_of_vendor(line_id: int, vendor_id: int) -> tuple[CostLine, Task]:
    """A partner's own line of a task for which it still names prices. Raises Missing."""
    found = db.session.get(CostLine, line_id)
    if found is None or found.vendor_id != vendor_id or found.task_id is None:
        raise Missing()
    task = db.session.get_one(Task, found.task_id)
    if not may_quote(task, vendor_id):
        raise Missing()
    return found, task


def limit_of(ticket: Ticket) -> Limit:
    """The cost limit of the policy that covers when the call came; the largest known of several."""
    policies = members.policies_of(ticket.member_number) if ticket.member_number else None
    if policies is None:
        return Limit(None, "no_member")
    covering = [one for one in policies if covers(one, ticket.received_at)]
    if not covering:
        return Limit(None, "no_policy")
    best = max(covering, key=lambda one: (one.cost_limit_yen or 0, one.period_to))
    return _limit(best)


def _limit(found: InsurancePolicy) -> Limit:
    plan = policy.get(CostsPolicy).plan_of(found.liability_limit_yen, found.cost_limit_yen)
    why = "no_limit" if found.cost_limit_yen is None else ""
    return Limit(found.cost_limit_yen, why, found.number, plan)


# Approvals


def approvals_of(ticket_id: int) -> list[Approval]:
    """Every request on a ticket, the newest first."""
    return list(db.session.scalars(_APPROVALS, {"ticket_id": ticket_id}))


def open_approval(task_id: int) -> Approval | None:
    """The request that waits for the member's word."""
    query = select(Approval).where(
        Approval.task_id == task_id, Approval.status == ApprovalStatus.ASKED
    )
    return db.session.scalar(query)


def approval_for(viewer: Person, approval_id: int) -> tuple[Approval, Task, Ticket]:
    """A request of a ticket that ``viewer`` sees.

    Raises Missing alike when there is none and when it is of another ticket.
    """
    query = (
        select(Approval, Task, Ticket)
        .join(Task, Task.id == Approval.task_id)
        .join(Ticket, Ticket.id == Approval.ticket_id)
        .where(Approval.id == approval_id, seen_by(viewer))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise Missing()
    return found[0], found[1], found[2]


def vendor_asked(approval: Approval, task: Task) -> int | None:
    """Whose price was asked for: the partner of its lines, or who does the task."""
    ids = agreeing.ids_of(approval.lines)
    query = select(CostLine.vendor_id).where(CostLine.id.in_(ids), CostLine.vendor_id.is_not(None))
    return db.session.scalar(query.limit(1)) or task.vendor_id


def told_count(approval: Approval) -> int:
    """By how many ways people outside were or will be told of a request."""
    return len(notices.about(f"approval:{approval.id}"))


def waiting_for(viewer: Person) -> list[tuple[Approval, Task, Ticket]]:
    """What waits for the word of a member on tickets that ``viewer`` sees, the oldest first."""
    query = (
        select(Approval, Task, Ticket)
        .join(Task, Task.id == Approval.task_id)
        .join(Ticket, Ticket.id == Approval.ticket_id)
        .where(seen_by(viewer), Approval.status == ApprovalStatus.ASKED)
        .order_by(Approval.id)
    )
    return [(one[0], one[1], one[2]) for one in db.session.execute(query)]


def _asked(ticket_id: int) -> frozenset[int]:
    ids: set[int] = set()
    for kept in db.session.scalars(_ASKED, {"ticket_id": ticket_id}):
        ids |= agreeing.ids_of(kept)
    return frozenset(ids)


def to_ask(task: Task, lines: Sequence[CostLine]) -> list[CostLine]:
    """The lines of a task for which the member would be asked now; [] while nobody does it."""
    own = [one for one in lines if one.task_id == task.id]
    return [] if task.vendor_id is None else agreeing.asked_for(own, task.vendor_id)


def free_advice_end(ticket_id: int) -> FreeAdviceEnd | None:
    """When somebody was told that from here on it costs something; None while nobody was."""
    return db.session.scalar(_FREE_ADVICE_END, {"ticket_id": ticket_id})
