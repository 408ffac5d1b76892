"""When we are open, when service starts, and why: pure decisions and their words.

``hours`` is what may be written down, ``official`` the national holidays, ``reckoning`` the
arithmetic with its ``answers``, ``wording`` their sentences in the two ``languages``.
Others import from here.
"""

from hotline.calendars.rules.answers import Cause, Code, Day, ServiceStart, Step
from hotline.calendars.rules.hours import (
    MINUTES_A_DAY,
    CalendarPolicy,
    Label,
    OwnHours,
    Span,
    Spans,
    YearlyClosure,
    given_reason,
    parse_spans,
    read_spans,
    write_spans,
)
from hotline.calendars.rules.languages import MONTHS, SPACE
from hotline.calendars.rules.official import OfficialDays
from hotline.calendars.rules.reckoning import (
    SEARCH_DAYS,
    YEARS,
    Calendar,
    NeverOpens,
    Uncovered,
    build,
    check_opens,
    on_closed_day,
)
from hotline.calendars.rules.wording import apart, explain, in_words, lines, on, reason, when

__all__ = [
    "MINUTES_A_DAY", "MONTHS", "SEARCH_DAYS", "SPACE", "YEARS", "Calendar", "CalendarPolicy",
    "Cause", "Code", "Day", "Label", "NeverOpens", "OfficialDays", "OwnHours", "ServiceStart",
    "Span", "Spans", "Step", "Uncovered", "YearlyClosure", "apart", "build", "check_opens",
    "explain", "given_reason", "in_words", "lines", "on", "on_closed_day", "parse_spans",
    "read_spans", "reason", "when", "write_spans",
]  # fmt: skip
