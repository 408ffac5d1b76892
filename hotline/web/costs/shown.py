"""What is shown of a ticket's money: on its own page, on the ticket's and on a task's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import force_locale

from hotline import policy, together
from hotline.coordination.models import Approval, CostLine, FreeAdviceEnd, Task
from hotline.coordination.queries import costs as on_record
from hotline.coordination.queries.costs import Costs
from hotline.coordination.rules import ARRANGERS, CostsPolicy, CostState, TaskStatus, amount_of
from hotline.coordination.rules.approving import read_back
from hotline.coordination.rules.money import NEXT, gross_of
from hotline.edge.stories import function_name
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.web.costs import words


@dataclass(frozen=True)
class Row:
    """One line as it is shown; amounts are whole yen with tax."""

    line: CostLine
    gross: int
    stands: str
    usual: tuple[str, ...]
    vendor: str
    waits: bool
    steps: tuple[CostState, ...]
    """Where it may go by hand."""


@dataclass(frozen=True)
class Money:
    """A ticket's money, or that of one task; ``sum`` is what counts of its rows."""

    ticket: Ticket
    costs: Costs
    rows: list[Row]
    approvals: list[Approval]
    ended: FreeAdviceEnd | None
    may_act: bool
    sentence: str
    task: Task | None = None
    to_ask: list[tuple[Task, int]] = field(default_factory=list)
    """The tasks for which the member can be asked now, each with the sum of its quotes."""
    sum: int = 0


def of_ticket(ticket: Ticket, viewer: Person, tasks: Sequence[Task] | None = None) -> Money:
    """Everything; ``tasks`` are those of the ticket, where they were read already."""
    (costs, rows), known, approvals, ended = together.ask(
        lambda: _read(ticket),
        lambda: on_record.tasks_of(ticket.id) if tasks is None else tasks,
        lambda: on_record.approvals_of(ticket.id),
        lambda: on_record.free_advice_end(ticket.id),
    )
    return Money(
        ticket,
        costs,
        rows,
        approvals,
        ended,
        bool(viewer.roles & ARRANGERS),
        words.not_all_payable(),
        to_ask=_to_ask(known, costs),
        sum=costs.bar.sum,
    )


def _read(ticket: Ticket) -> tuple[Costs, list[Row]]:
    costs = on_record.costs_of(ticket)
    return costs, _rows(costs, costs.lines)


def of_task(task: Task, ticket: Ticket, viewer: Person) -> Money:
    """The lines and requests of one task; the bar stays the ticket's."""
    costs = on_record.costs_of(ticket)
    lines = [one for one in costs.lines if one.task_id == task.id]
    return Money(
        ticket,
        costs,
        _rows(costs, lines),
        [one for one in on_record.approvals_of(ticket.id) if one.task_id == task.id],
        on_record.free_advice_end(ticket.id),
        bool(viewer.roles & ARRANGERS),
        words.not_all_payable(),
        task=task,
        to_ask=_to_ask([task], costs),
        sum=gross_of(one for one in lines if costs.stands[one.id] == "counts"),
    )


def names_of(money: Money) -> dict[int | None, str]:
    """Who asked, who answered, and who said where free advice ends."""
    ids = [one.asked_by_id for one in money.approvals]
    answered = [one.person_id for one in money.approvals]
    return people.names([*ids, *answered, money.ended.said_by_id if money.ended else None])


def read_back_of(approval: Approval, task: Task, tongue: str) -> str:
    """What is read back on the telephone, in one language."""
    with force_locale(tongue):
        total = words.yen_with_tax(approval.total_yen)
    said = getattr(policy.get(CostsPolicy).read_back, tongue)
    return read_back(said, function=function_name(task.function, tongue), total=total)


@dataclass(frozen=True)
class _Kept:
    """The price of a line as it stood when the member was asked."""

    quantity: Decimal
    unit_price_yen: int
    tax_mode: str
    tax_percent: int


def kept_lines(approval: Approval, function: str) -> list[dict[str, Any]]:
    """The lines of a request as they stood: quantity and unit in words, beside the usual price."""
    return [_kept(one, function) for one in approval.lines]


def _kept(one: dict[str, Any], function: str) -> dict[str, Any]:
    quantity, unit = Decimal(str(one["quantity"])), str(one["unit"])
    price = _Kept(quantity, one["unit_price_yen"], one["tax_mode"], one["tax_percent"])
    return {
        **one,
        "quantity": words.quantity(quantity, unit),
        "usual": words.usual(price, function, unit),
    }


def _rows(costs: Costs, lines: Sequence[CostLine]) -> list[Row]:
    names = vendors.names({one.vendor_id for one in lines if one.vendor_id is not None})
    return [_row(costs, line, names) for line in lines]


def _row(costs: Costs, line: CostLine, names: dict[int, str]) -> Row:
    return Row(
        line,
        amount_of(line).gross,
        costs.stands[line.id].value,
        words.usual(line, line.function, line.unit),
        names.get(line.vendor_id or 0, ""),
        line.id in costs.asked and line.state == CostState.QUOTE,
        _steps(line),
    )


def _steps(line: CostLine) -> tuple[CostState, ...]:
    """Where it may go, in the order of the states; a task's price is ordered by approval alone."""
    may = NEXT[CostState(line.state)]
    if line.task_id is not None and line.approval_id is None:
        may = may - {CostState.ORDER}
    return tuple(one for one in CostState if one in may)


def _to_ask(tasks: Sequence[Task], costs: Costs) -> list[tuple[Task, int]]:
    estimating = [one for one in tasks if one.status == TaskStatus.ESTIMATING]
    asked = [(one, on_record.to_ask(one, costs.lines)) for one in estimating]
    return [(task, gross_of(lines)) for task, lines in asked if lines]
