"""The member agrees to a price before paid work begins; nobody here decides about cover."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from string import Template
from typing import Any

from hotline.coordination.rules.money import CostState, L, amount_of
from hotline.coordination.rules.tasks import TaskStatus
from hotline.errors import N_, Refused


class ApprovalStatus(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The price changed or the task ended before the work was done."""


class Why(StrEnum):
    """Why a request is not valid any more."""

    PRICE_CHANGED = "price_changed"
    LINE_ADDED = "line_added"
    TAKEN_BACK = "taken_back"
    PARTNER_RELEASED = "partner_released"
    TASK_ENDED = "task_ended"


class ApprovedBy(StrEnum):
    """By which way the member answered."""

    PORTAL = "portal"
    PHONE = "phone"


OPEN_TO_PRICES = frozenset(
    {
        TaskStatus.DRAFTED,
        TaskStatus.OFFERED,
        TaskStatus.ACCEPTED,
        TaskStatus.ESTIMATING,
        TaskStatus.WAITING_APPROVAL,
        TaskStatus.APPROVED,
        TaskStatus.IN_PROGRESS,
    }
)
"""In these the price of a task can still change; what was delivered has its price."""

REOPENED_BY_PRICE = frozenset(
    {TaskStatus.WAITING_APPROVAL, TaskStatus.APPROVED, TaskStatus.IN_PROGRESS}
)
"""A change of price takes a task back from here to its estimate."""

ANSWERS: dict[ApprovalStatus, str] = {
    ApprovalStatus.APPROVED: N_("This estimate was approved already."),
    ApprovalStatus.REFUSED: N_("This estimate was refused already."),
    ApprovalStatus.WITHDRAWN: N_(
        "This estimate is not valid any more. We will ask you again when there is a new one."
    ),
}
"""What somebody hears who answers in another way than it was answered."""


def check_open(status: str, wanted: ApprovalStatus) -> bool:
    """Whether there is still something to answer; False for the same answer again.

    Raises Refused for another answer than the one that was given.
    """
    current = ApprovalStatus(status)
    if current not in (ApprovalStatus.ASKED, wanted):
        raise Refused(ANSWERS[current])
    return current is ApprovalStatus.ASKED


def asked_for(lines: Iterable[L], vendor_id: int) -> list[L]:
    """The quotes that belong to who does the work: theirs, and those the desk wrote down."""
    return [
        one for one in lines if one.state == CostState.QUOTE and one.vendor_id in (None, vendor_id)
    ]


def snapshot(lines: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines as they stand, to be kept with the request; amounts are whole yen."""
    return [
        {
            "id": line.id,
            "item": line.item,
            "unit": line.unit,
            "quantity": str(line.quantity),
            "unit_price_yen": line.unit_price_yen,
            "tax_mode": line.tax_mode,
            "tax_percent": line.tax_percent,
            "gross_yen": amount_of(line).gross,
        }
        for line in lines
    ]


def total_of(kept: Iterable[Mapping[str, Any]]) -> int:
    """The sum of a snapshot with tax, whole yen."""
    return sum(int(one["gross_yen"]) for one in kept)


def ids_of(kept: Iterable[Mapping[str, Any]]) -> set[int]:
    """The lines a snapshot was made of."""
    return {int(one["id"]) for one in kept}


def read_back(words: str, *, function: str, total: str) -> str:
    """The sentence that is read back on the telephone; both places are said as people say them."""
    return Template(words).substitute(function=function, total=total)
