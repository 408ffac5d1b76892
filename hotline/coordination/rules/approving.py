"""The member agrees to a price before paid work begins."""

from enum import StrEnum


class ApprovalStatus(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The price changed or the task ended before anybody answered."""


class ApprovedBy(StrEnum):
    """By which way the member answered."""

    PORTAL = "portal"
    PHONE = "phone"
