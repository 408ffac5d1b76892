"""Tasks and offers, who is asked first, what partners may see, and what it costs."""

from hotline.coordination.rules.approving import ApprovalStatus, ApprovedBy
from hotline.coordination.rules.money import CostState, TaxMode, Unit
from hotline.coordination.rules.offers import LIVE, Answered, OfferStatus
from hotline.coordination.rules.releasing import SaidHow
from hotline.coordination.rules.tasks import ARRANGERS, ENDED, Actor, TaskStatus

__all__ = [
    "ARRANGERS",
    "ENDED",
    "LIVE",
    "Actor",
    "Answered",
    "ApprovalStatus",
    "ApprovedBy",
    "CostState",
    "OfferStatus",
    "SaidHow",
    "TaskStatus",
    "TaxMode",
    "Unit",
]
