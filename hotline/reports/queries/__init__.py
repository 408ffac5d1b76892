"""The figures of a span, counted by as few statements as there are kinds of things."""

from hotline.reports.queries.cases import Case, cases
from hotline.reports.queries.figures import Report, report

__all__ = ["Case", "Report", "cases", "report"]
