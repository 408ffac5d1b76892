"""What a partner is, when it is there, and until when it has to answer: pure decisions.

``hours`` counts the minutes of a partner's own calendar, ``standing`` knows contracts and who may
be rung, ``company`` and ``contacts`` read what somebody types. Others import from here.
"""

from hotline.vendors.rules.company import (
    WEEKLY,
    Details,
    Known,
    clean_code,
    clean_spans,
    company,
    written_spans,
)
from hotline.vendors.rules.contacts import LOCALES, REACHED_BY, ContactDetails, contact
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
from hotline.vendors.rules.standing import contract_day, is_running

__all__ = [
    "LOCALES", "REACHED_BY", "WEEKLY", "ContactDetails", "Details", "Holidays", "Hours", "Known",
    "Stretch", "calendar_of", "clean_code", "clean_spans", "company", "contact", "contract_day",
    "is_running", "next_opening", "open_stretches", "read_weekly", "reply_by",
    "written_spans",
]  # fmt: skip
