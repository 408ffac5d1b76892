"""What a partner is, when it is there, and until when it has to answer: pure decisions.

``hours`` counts the minutes of a partner's own calendar, ``standing`` knows contracts and who may
be rung. Others import from here.
"""

from hotline.vendors.rules.hours import (
    Holidays,
    Hours,
    Stretch,
    calendar_of,
    next_opening,
    open_stretches,
    read_weekly,
    reply_by,
)
from hotline.vendors.rules.standing import contract_day, is_running, may_be_rung

__all__ = [
    "Holidays", "Hours", "Stretch", "calendar_of", "contract_day", "is_running", "may_be_rung",
    "next_opening", "open_stretches", "read_weekly", "reply_by",
]  # fmt: skip
