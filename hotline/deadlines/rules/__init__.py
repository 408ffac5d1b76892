"""Which legal clocks run, from when until when, and why: pure decisions and their words.

``law`` is what ``config/deadlines.toml`` may say, ``reading`` what the answers of a hearing mean,
``reckoning`` the days and hours, ``ending`` what must be said when a clock ends or is corrected,
``obligations`` what the insured owes after an accident.
Others import from here.
"""

from hotline.deadlines.rules.ending import (
    NOTE_LETTERS,
    WHO_LETTERS,
    Status,
    check_note,
    check_runs,
    check_start,
)
from hotline.deadlines.rules.law import (
    DeadlinesPolicy,
    Edition,
    Kind,
    Law,
    Near,
    Reason,
    Rule,
    Start,
    unknown_answers,
)
from hotline.deadlines.rules.obligations import (
    Duty,
    ObligationsPolicy,
    check_open,
    check_said,
    check_untick,
    next_reminder,
    owed,
    says_insured,
    unknown_duty_answers,
)
from hotline.deadlines.rules.reading import ASSUMED, CAUSES, Facts
from hotline.deadlines.rules.reckoning import (
    ZONE,
    Claim,
    Limit,
    claims,
    counted_from,
    day,
    is_near,
    is_rolled,
    knew_later,
    last_day,
    limit,
    rule_of,
    start_of,
    until,
    warnings,
)

__all__ = [
    "ASSUMED", "CAUSES", "NOTE_LETTERS", "WHO_LETTERS", "ZONE", "Claim", "DeadlinesPolicy",
    "Duty", "Edition", "Facts", "Kind", "Law", "Limit", "Near", "ObligationsPolicy", "Reason",
    "Rule", "Start", "Status", "check_note", "check_open", "check_runs", "check_said",
    "check_start", "check_untick", "claims", "counted_from", "day", "is_near", "is_rolled",
    "knew_later", "last_day", "limit", "next_reminder", "owed", "rule_of", "says_insured",
    "start_of", "unknown_answers", "unknown_duty_answers", "until", "warnings",
]  # fmt: skip
