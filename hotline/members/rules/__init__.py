"""What a company is, what it may ask for, and what a file of companies must hold: pure decisions.

``periods`` knows 16:00, ``entitlement`` the flags and sentences, ``details`` the values,
``rows`` the columns and lines of an import file, ``merging`` what such a line changes.
Others import from here.
"""

from hotline.members.rules.details import (
    FIELDS,
    ContactDetails,
    Details,
    PolicyDetails,
    SiteDetails,
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
from hotline.members.rules.periods import covers, day_of, period

__all__ = [
    "EXCLUSIONS",
    "FIELDS",
    "Answer",
    "ContactDetails",
    "Details",
    "Entitlement",
    "Flag",
    "Known",
    "PolicyDetails",
    "Sentence",
    "SiteDetails",
    "covers",
    "day_of",
    "entitlement",
    "period",
]  # fmt: skip
