"""Tasks for partners, their offers, what is released to them, and what it costs."""

from hotline.coordination.models.costs import Approval, CostLine, FreeAdviceEnd
from hotline.coordination.models.offers import Offer, OfferRing, OpposingParty
from hotline.coordination.models.releases import Release, VendorConsent
from hotline.coordination.models.tasks import Deliverable, Dependency, Milestone, Task, WorkEntry

__all__ = [
    "Approval",
    "CostLine",
    "Deliverable",
    "Dependency",
    "FreeAdviceEnd",
    "Milestone",
    "Offer",
    "OfferRing",
    "OpposingParty",
    "Release",
    "Task",
    "VendorConsent",
    "WorkEntry",
]
