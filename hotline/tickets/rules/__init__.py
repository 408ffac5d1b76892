"""What a ticket is made of: number, case types, severity, status."""

from hotline.tickets.rules.advice import Advice, AdviceLine, AdvicePolicy
from hotline.tickets.rules.case_types import (
    OTHER,
    CaseType,
    CaseTypesPolicy,
    OtherKind,
    Severity,
)
from hotline.tickets.rules.consents import ConsentsPolicy, Recipient, check_consents
from hotline.tickets.rules.fitting import mismatches
from hotline.tickets.rules.hearing import (
    Answers,
    HearingPolicy,
    Option,
    Question,
    Signal,
    check_answers,
    with_fields,
)
from hotline.tickets.rules.numbers import check_digit, make_number, parse_number, spaced
from hotline.tickets.rules.referrals import Referral, ReferralsPolicy
from hotline.tickets.rules.report import (
    AHEAD_OF_CLOCK,
    NAME_LETTERS,
    SUMMARY_LETTERS,
    TEXTS,
    Report,
    check,
    first_severity,
)
from hotline.tickets.rules.severity import Note, Proposal, Reason, propose
from hotline.tickets.rules.statuses import (
    AFTER_CALLING_BACK,
    AFTER_CALLING_OFF,
    ENDED,
    Status,
    first_status,
)

__all__ = [
    "AFTER_CALLING_BACK", "AFTER_CALLING_OFF", "AHEAD_OF_CLOCK", "ENDED", "NAME_LETTERS", "OTHER",
    "SUMMARY_LETTERS", "TEXTS", "Advice", "AdviceLine", "AdvicePolicy", "Answers", "CaseType",
    "CaseTypesPolicy", "ConsentsPolicy", "HearingPolicy", "Note", "Option", "OtherKind",
    "Proposal", "Question", "Reason", "Recipient", "Referral", "ReferralsPolicy", "Report",
    "Severity", "Signal", "Status", "check", "check_answers", "check_consents", "check_digit",
    "first_severity", "first_status", "make_number", "mismatches", "parse_number", "propose",
    "spaced", "with_fields",
]  # fmt: skip
