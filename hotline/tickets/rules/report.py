"""What is known when a ticket is opened, and what is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name, clean_text
from hotline.tickets.rules.case_types import CaseTypesPolicy, Severity

AHEAD_OF_CLOCK = timedelta(minutes=5)
"""A received time may be this much later than our clock, no more."""

NAME_LETTERS = 200
SUMMARY_LETTERS = 10_000


@dataclass(frozen=True)
class Report:
    """What is known when a ticket is opened; ``case_types`` are codes, the primary one first.

    There are none while nobody knows what happened.
    """

    line: str
    case_types: tuple[str, ...]
    received_at: datetime
    company: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    caller_email: str = ""
    member_number: str | None = None
    summary: str = ""
    severity: str | None = None
    drill: bool = False


def check(
    report: Report, *, policy: CaseTypesPolicy, lines: Sequence[str], now: datetime
) -> Report:
    """The report with its texts cleaned. Raises Invalid naming every field that cannot be used."""
    problems: dict[str, Problem] = {}
    cleaned = _clean(report, problems)
    _check_codes(cleaned, policy, lines, problems)
    if cleaned.received_at > now + AHEAD_OF_CLOCK:
        problems["received_at"] = Problem(N_("This time is still ahead of us."))
    if problems:
        raise Invalid(problems)
    return cleaned


TEXTS: dict[str, tuple[Callable[[str, int], str], int]] = {
    "company": (clean_name, NAME_LETTERS),
    "caller_name": (clean_name, NAME_LETTERS),
    "caller_phone": (clean_name, 60),
    "caller_email": (clean_name, 254),
    "summary": (clean_text, SUMMARY_LETTERS),
}
"""Field to how its text is cleaned and how many letters it may have."""


def _clean(report: Report, problems: dict[str, Problem]) -> Report:
    values = dict(vars(report))
    for name, (clean, limit) in TEXTS.items():
        try:
            values[name] = clean(values[name], limit)
        except Problem as problem:
            problems[name] = problem
    try:
        values["member_number"] = clean_name(report.member_number or "", 40) or None
    except Problem as problem:
        problems["member_number"] = problem
    return Report(**values)


def _check_codes(
    report: Report, policy: CaseTypesPolicy, lines: Sequence[str], problems: dict[str, Problem]
) -> None:
    check_case_types(report.case_types, policy, problems)
    check_severity(report.severity, problems)
    if report.line not in lines:
        problems["line"] = Problem(
            N_("There are only these lines: %(codes)s."), codes=", ".join(lines)
        )


def check_case_types(
    codes: Sequence[str], policy: CaseTypesPolicy, problems: dict[str, Problem]
) -> None:
    """Note what is wrong with these case types; none at all is right while nobody knows."""
    known = policy.by_code
    if not set(codes) <= set(known):
        problems["case_types"] = Problem(
            N_("There are only these case types: %(codes)s."), codes=", ".join(known)
        )
    elif len(set(codes)) != len(codes):
        problems["case_types"] = Problem(N_("The same case type stands here twice."))


def check_severity(code: str | None, problems: dict[str, Problem]) -> None:
    """Note when this is no severity; None is right while nobody judged."""
    if code is not None and code not in set(Severity):
        problems["severity"] = Problem(N_("Severity is one of p1, p2, p3, p4."))


def first_severity(report: Report, policy: CaseTypesPolicy) -> Severity:
    """The gravest that the case types start with, or the given one where that is graver still.

    A milder one does not count: lowering needs a supervisor and a reason, and an intake is not
    held up by it.
    """
    least = policy.starting_severity(report.case_types)
    return least if report.severity is None else min(least, Severity(report.severity))
