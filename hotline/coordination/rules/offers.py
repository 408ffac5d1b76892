"""Where an offer stands, and how a partner answered it."""

from enum import StrEnum


class OfferStatus(StrEnum):
    """Where an offer stands."""

    QUEUED = "queued"
    """Asked when those before it said no or nothing."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Nobody answered in time, or somebody else was quicker."""
    WITHDRAWN = "withdrawn"


LIVE = frozenset({OfferStatus.QUEUED, OfferStatus.OFFERED})
"""These can still be answered, now or later."""


class Answered(StrEnum):
    """By which way an answer came."""

    LINK = "link"
    KEY = "key"
    PORTAL = "portal"
    DESK = "desk"
    """A coordinator heard it from the partner."""
    PROGRAM = "program"
