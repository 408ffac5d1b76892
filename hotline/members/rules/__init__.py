"""What a company is, what it may ask for, and what a file of companies must hold: pure decisions.

``periods`` knows 16:00, ``entitlement`` the flags and sentences, ``details`` the values,
``rows`` the columns and lines of an import file, ``merging`` what such a line changes.
Others import from here.
"""

from hotline.members.rules.company import company
from hotline.members.rules.details import (
    FIELDS,
    ContactDetails,
    Details,
    PolicyDetails,
    SiteDetails,
    check,
    clean_corporate_number,
    clean_day,
    clean_phone,
    contact_problems,
    policy_problems,
    written_day,
)
from hotline.members.rules.entitlement import (
    EXCLUSIONS,
    Answer,
    Entitlement,
    Flag,
    Known,
    Sentence,
    entitlement,
)
from hotline.members.rules.merging import Line, Outcome, Plan, Report, merge, numbers, plan
from hotline.members.rules.periods import covers, day_of, period
from hotline.members.rules.rows import (
    HEADERS,
    Checked,
    Finding,
    Head,
    Row,
    Sheet,
    check_row,
    head,
)
from hotline.members.rules.seeing import Sees, sees_all

__all__ = [
    "EXCLUSIONS",
    "FIELDS",
    "HEADERS",
    "Answer",
    "Checked",
    "ContactDetails",
    "Details",
    "Entitlement",
    "Finding",
    "Flag",
    "Head",
    "Known",
    "Line",
    "Outcome",
    "Plan",
    "PolicyDetails",
    "Report",
    "Row",
    "Sees",
    "Sentence",
    "Sheet",
    "SiteDetails",
    "check",
    "check_row",
    "clean_corporate_number",
    "clean_day",
    "clean_phone",
    "company",
    "contact_problems",
    "covers",
    "day_of",
    "entitlement",
    "head",
    "merge",
    "numbers",
    "period",
    "plan",
    "policy_problems",
    "sees_all",
    "written_day",
]  # fmt: skip
