"""Decisions about duty.

``roster``, ``week``, ``alarm`` and ``swapping`` are about shifts, ``paging`` is about what cannot
wait.

Others import from here.
"""

from hotline.duty.rules.alarm import AT_ONCE_WITHIN, WATCHED, Known, remember, to_tell
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
from hotline.duty.rules.swapping import (
    NOTE_LETTERS,
    SwapStatus,
    check_asked,
    check_not_over,
    check_own,
)
from hotline.duty.rules.week import WEEK, Stretch, end_of_next_shift, gaps

__all__ = [
    "AT_ONCE_WITHIN", "DUTIES", "E164", "MAY_TAKE", "NOBODYS_PHONE", "NOTE_LETTERS", "WATCHED",
    "WEEK", "Cause", "Known", "LineRule", "LinesPolicy", "PageStatus", "PagingPolicy", "Reachable",
    "Stretch", "SwapStatus", "channels_to", "check_asked", "check_not_over", "check_open",
    "check_own", "check_removable", "check_running", "check_shift", "check_taker",
    "end_of_next_shift", "gaps", "next_to_ring", "pause", "remember", "to_tell",
]  # fmt: skip
