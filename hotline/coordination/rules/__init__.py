"""Tasks and offers, who is asked first, what partners may see, and what it costs."""

from hotline.coordination.rules.approving import ApprovalStatus, ApprovedBy
from hotline.coordination.rules.functions import (
    FUNCTIONS,
    DeclineReason,
    FunctionRule,
    FunctionsPolicy,
    Language,
    Named,
    Price,
    Region,
    Step,
    Waits,
)
from hotline.coordination.rules.money import CostState, TaxMode, Unit
from hotline.coordination.rules.offers import LIVE, Answered, OfferStatus
from hotline.coordination.rules.releasing import SaidHow
from hotline.coordination.rules.tasks import ARRANGERS, ENDED, Actor, TaskStatus

__all__ = [
    "ARRANGERS",
    "ENDED",
    "FUNCTIONS",
    "LIVE",
    "Actor",
    "Answered",
    "ApprovalStatus",
    "ApprovedBy",
    "CostState",
    "DeclineReason",
    "FunctionRule",
    "FunctionsPolicy",
    "Language",
    "Named",
    "OfferStatus",
    "Price",
    "Region",
    "SaidHow",
    "Step",
    "TaskStatus",
    "TaxMode",
    "Unit",
    "Waits",
]
