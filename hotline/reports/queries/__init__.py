"""The figures of a span, counted by as few statements as there are kinds of things."""

from hotline.reports.queries.figures import Report, report
from hotline.reports.queries.listing import Case, cases

__all__ = ["Case", "Report", "cases", "report"]
