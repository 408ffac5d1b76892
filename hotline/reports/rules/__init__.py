"""Spans, arithmetic and tables of the report; nothing here asks the database or the clock.

``spans`` are the days that are reported on, ``counting`` is arithmetic, ``tallies`` what was
counted, ``tables`` how that becomes a table, ``figures`` every table there is, section by
section, ``promises`` what became of one promise, ``viewing`` who may see it all. Others import
from here.
"""

from hotline.reports.rules.counting import FEW, histogram, marks, median, ninetieth, percentile
from hotline.reports.rules.counting import share as share_of
from hotline.reports.rules.figures import Known, Section, Tallies, sections
from hotline.reports.rules.promises import kept, late_minutes
from hotline.reports.rules.spans import (
    FORMER,
    MOST_MONTHS,
    Named,
    Span,
    Stretch,
    checked,
    former,
    is_by_day,
    months,
    named,
    parts,
    stretches,
    today,
    whole_months,
)
from hotline.reports.rules.tables import Column, Figure, Key, Of, Row, Table, Unit
from hotline.reports.rules.tallies import (
    Answer,
    CallTally,
    ChainTally,
    ClockTally,
    CostTally,
    FileTally,
    Kept,
    Met,
    OfferTally,
    PromiseTally,
    Said,
    TicketTally,
)
from hotline.reports.rules.viewing import CASE_READERS, VIEWERS

__all__ = [
    "CASE_READERS", "FEW", "FORMER", "MOST_MONTHS", "VIEWERS", "Answer", "CallTally",
    "ChainTally", "ClockTally", "Column", "CostTally", "Figure", "FileTally", "Kept", "Key",
    "Known", "Met", "Named", "Of", "OfferTally", "PromiseTally", "Row", "Said", "Section", "Span",
    "Stretch", "Table", "Tallies", "TicketTally", "Unit", "checked", "former", "histogram",
    "is_by_day", "kept", "late_minutes", "marks", "median", "months", "named", "ninetieth", "parts",
    "percentile", "sections", "share_of", "stretches", "today",
    "whole_months",
]  # fmt: skip
