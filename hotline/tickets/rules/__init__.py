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
from hotline.tickets.rules.finding import (
    READ_BY_MEMBERS,
    Findable,
    FindableByMembers,
    search_text_for_members,
    search_text_of,
)
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
from hotline.tickets.rules.intake import (
    FACTS,
    LIMITS,
    REASON_LETTERS,
    Choices,
    Intake,
    Judgement,
    Stale,
    Standing,
    changes,
    check_intake,
    graver,
    is_a_fact,
    is_judged,
    judge,
    merged,
    proposal,
    said,
    says_the_same,
)
from hotline.tickets.rules.numbers import (
    CODE_DIGITS,
    NUMBER_DIGITS,
    check_digit,
    make_number,
    new_code,
    parse_code,
    parse_number,
    spaced,
    subject,
)
from hotline.tickets.rules.reaching import ReachingPolicy, mobile, reach
from hotline.tickets.rules.referrals import Referral, ReferralsPolicy
from hotline.tickets.rules.report import (
    AHEAD_OF_CLOCK,
    NAME_LETTERS,
    SUMMARY_LETTERS,
    TEXTS,
    Report,
    check,
    check_severity,
    first_severity,
)
from hotline.tickets.rules.severity import Note, Proposal, Reason, propose
from hotline.tickets.rules.statuses import (
    AFTER_CALLING_BACK,
    AFTER_CALLING_OFF,
    ENDED,
    GOING_ON,
    NEEDS_REASON,
    NEXT,
    REOPENED,
    RESPONSIBLE,
    Status,
    check_step,
    first_status,
    needs_reason,
)

__all__ = [
    "AFTER_CALLING_BACK", "AFTER_CALLING_OFF", "AHEAD_OF_CLOCK", "CODE_DIGITS", "ENDED", "FACTS",
    "GOING_ON", "LIMITS", "NAME_LETTERS", "NEEDS_REASON", "NEXT", "NUMBER_DIGITS", "OTHER",
    "READ_BY_MEMBERS", "REASON_LETTERS", "REOPENED", "RESPONSIBLE", "SUMMARY_LETTERS", "TEXTS",
    "Advice", "AdviceLine", "AdvicePolicy", "Answers", "CaseType", "CaseTypesPolicy", "Choices",
    "ConsentsPolicy", "Findable", "FindableByMembers", "HearingPolicy", "Intake", "Judgement",
    "Note", "Option", "OtherKind", "Proposal", "Question", "ReachingPolicy", "Reason",
    "Recipient", "Referral", "ReferralsPolicy", "Report", "Severity", "Signal", "Stale",
    "Standing", "Status", "changes", "check", "check_answers", "check_consents", "check_digit",
    "check_intake", "check_severity", "check_step", "first_severity", "first_status", "graver",
    "is_a_fact", "is_judged", "judge", "make_number", "merged", "mismatches", "mobile",
    "needs_reason", "new_code", "parse_code", "parse_number", "proposal", "propose", "reach",
    "said", "says_the_same", "search_text_for_members", "search_text_of", "spaced", "subject",
    "with_fields",
]  # fmt: skip
