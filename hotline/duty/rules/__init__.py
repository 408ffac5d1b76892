"""Decisions about duty: ``roster`` and ``week`` for shifts, ``paging`` for what cannot wait.

Others import from here.
"""

from hotline.duty.rules.paging import (
    MAY_TAKE,
    Cause,
    PageStatus,
    PagingPolicy,
    Reachable,
    channels_to,
    check_open,
    check_taker,
    next_to_ring,
    pause,
)
from hotline.duty.rules.roster import (
    DUTIES,
    E164,
    NOBODYS_PHONE,
    LineRule,
    LinesPolicy,
    check_removable,
    check_running,
    check_shift,
)
from hotline.duty.rules.week import WEEK, Stretch, gaps

__all__ = [
    "DUTIES", "E164", "MAY_TAKE", "NOBODYS_PHONE", "WEEK", "Cause", "LineRule", "LinesPolicy",
    "PageStatus", "PagingPolicy", "Reachable", "Stretch", "channels_to", "check_open",
    "check_removable", "check_running", "check_shift", "check_taker", "gaps", "next_to_ring",
    "pause",
]  # fmt: skip
