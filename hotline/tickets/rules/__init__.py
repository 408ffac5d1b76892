"""What a ticket is made of: number, case types, severity, status."""

from hotline.tickets.rules.case_types import CaseType, CaseTypesPolicy, Severity
from hotline.tickets.rules.numbers import check_digit, make_number, parse_number, spaced
from hotline.tickets.rules.report import (
    AHEAD_OF_CLOCK,
    NAME_LETTERS,
    SUMMARY_LETTERS,
    TEXTS,
    Report,
    check,
    first_severity,
)
from hotline.tickets.rules.statuses import (
    AFTER_CALLING_BACK,
    AFTER_CALLING_OFF,
    ENDED,
    Status,
    first_status,
)

__all__ = [
    "AFTER_CALLING_BACK", "AFTER_CALLING_OFF", "AHEAD_OF_CLOCK", "ENDED", "NAME_LETTERS",
    "SUMMARY_LETTERS", "TEXTS", "CaseType", "CaseTypesPolicy", "Report", "Severity", "Status",
    "check", "check_digit", "first_severity", "first_status", "make_number", "parse_number",
    "spaced",
]  # fmt: skip
