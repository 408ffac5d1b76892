"""What a ticket is made of: number, case types, severity, status."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy
from hotline.searchkeys import clean_name, clean_text

AHEAD_OF_CLOCK = timedelta(minutes=5)
"""A received time may be this much later than our clock, no more."""

NUMBER_DIGITS = 9
NAME_LETTERS = 200
SUMMARY_LETTERS = 10_000
_DIGITS_ONLY = str.maketrans("", "", " 　-‐‑‒–—―−ー－")


class Status(StrEnum):
    """Where a ticket stands; the last three are side states."""

    RECEIVED = "received"
    CALLBACK_PENDING = "callback_pending"
    HEARING = "hearing"
    ADVISED = "advised"
    COORDINATING = "coordinating"
    RESPONDING = "responding"
    SETTLING = "settling"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"


ENDED = frozenset({Status.CLOSED, Status.OUT_OF_SCOPE, Status.DUPLICATE})
"""Nothing more is owed on these."""


class Severity(StrEnum):
    """P1 緊急, P2 高, P3 中, P4 低."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"


class CaseType(BaseModel):
    """One kind of incident, as ``config/case_types.toml`` describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]{2,20}$")
    ja: str
    en: str
    severity: Severity


class CaseTypesPolicy(Policy):
    """The case types that can be chosen, in the order of the page; the last is the rest."""

    FILE: ClassVar[str] = "case_types.toml"

    case_type: tuple[CaseType, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> "CaseTypesPolicy":
        if len(self.by_code) != len(self.case_type):
            raise ValueError("the same code stands twice")
        return self

    @property
    def by_code(self) -> dict[str, CaseType]:
        """Code to case type, in order."""
        return {one.code: one for one in self.case_type}


@dataclass(frozen=True)
class Report:
    """What is known when a ticket is opened; ``case_types`` are codes, the primary one first."""

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


def check_digit(eight: str) -> int:
    """The ninth digit by Luhn's formula (ISO/IEC 7812-1): it finds every single wrong digit.

    A number that was misheard is refused before it opens a stranger's ticket.
    """
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in eight[::-2])
    kept = (int(digit) for digit in eight[-2::-2])
    return -(sum(doubled) + sum(kept)) % 10


def make_number(draw: Callable[[int], int]) -> str:
    """A number nobody can count incidents from; ``draw(n)`` gives a random integer below n."""
    eight = str(10_000_000 + draw(90_000_000))
    return eight + str(check_digit(eight))


def parse_number(text: str) -> str | None:
    """Nine digits out of what was said or typed (spaces, dashes, fullwidth); None if it is none."""
    plain = text.translate(_DIGITS_ONLY)
    if len(plain) != NUMBER_DIGITS or not plain.isdecimal():
        return None
    number = "".join(str(int(digit)) for digit in plain)
    return number if check_digit(number[:-1]) == int(number[-1]) else None


def spaced(number: str) -> str:
    """The number in fours, as it is shown and spoken: ``4821 7093 3``."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"


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
    known = policy.by_code
    if not report.case_types:
        problems["case_types"] = Problem(N_("Choose at least one case type."))
    elif not set(report.case_types) <= set(known):
        problems["case_types"] = Problem(
            N_("There are only these case types: %(codes)s."), codes=", ".join(known)
        )
    elif len(set(report.case_types)) != len(report.case_types):
        problems["case_types"] = Problem(N_("The same case type stands here twice."))
    if report.line not in lines:
        problems["line"] = Problem(
            N_("There are only these lines: %(codes)s."), codes=", ".join(lines)
        )
    if report.severity is not None and report.severity not in set(Severity):
        problems["severity"] = Problem(N_("Severity is one of p1, p2, p3, p4."))


def first_severity(report: Report, policy: CaseTypesPolicy) -> Severity:
    """The given one, or the gravest that the case types start with."""
    if report.severity is not None:
        return Severity(report.severity)
    return min(policy.by_code[code].severity for code in report.case_types)


AFTER_CALLING_BACK = {
    Status.RECEIVED: Status.HEARING,
    Status.CALLBACK_PENDING: Status.HEARING,
}
"""Once the caller was called back, the hearing has begun; a ticket further on stays there."""

AFTER_CALLING_OFF = {Status.CALLBACK_PENDING: Status.RECEIVED}
"""No call back is owed any more; the ticket itself goes on."""


def first_status(*, in_hours: bool) -> Status:
    """Within hours the ticket is simply received; otherwise a call back is owed first."""
    return Status.RECEIVED if in_hours else Status.CALLBACK_PENDING
