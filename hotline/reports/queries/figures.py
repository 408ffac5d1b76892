"""The whole report of a span."""

from dataclasses import dataclass
from datetime import datetime

from hotline import policy
from hotline.coordination.rules import FunctionsPolicy
from hotline.deadlines.rules import Kind
from hotline.duty.rules import LinesPolicy
from hotline.reports import rules
from hotline.reports.queries import counts
from hotline.reports.rules import Known, Of, Section, Span, Table, Tallies
from hotline.tickets.rules import CaseTypesPolicy, Severity, Status
from hotline.vendors import queries as vendors


@dataclass(frozen=True)
class Report:
    """Figures of a span, beside those of the days before; the names of the partners in it."""

    span: Span
    former: Span
    parts: tuple[Span, ...]
    sections: tuple[Section, ...]
    vendors: dict[int, str]

    @property
    def tables(self) -> dict[str, Table]:
        """Every table by its code, in order."""
        return {one.code: one for section in self.sections for one in section.tables}


def report(span: Span, *, with_money: bool, now: datetime, by_month: bool = False) -> Report:
    """Everything that is reported of a span as it stands ``now``.

    ``by_month`` has even a short span month by month.
    """
    former, parts = rules.former(span), (rules.months if by_month else rules.parts)(span)
    spans = (former, *parts)
    tallies = Tallies(
        calls=counts.calls(spans, now=now),
        tickets=counts.tickets(spans),
        promises=counts.promises(spans, now=now),
        offers=counts.offers(spans),
        chains=counts.chains(spans),
        clocks=counts.clocks(spans, now=now),
        files=counts.files(spans),
        costs=counts.costs(spans) if with_money else None,
    )
    sections = rules.sections(tallies, _known(len(parts)))
    return Report(span, former, parts, sections, _names(sections))


def _known(parts: int) -> Known:
    return Known(
        parts=parts,
        case_types=tuple(policy.get(CaseTypesPolicy).by_code),
        severities=tuple(Severity),
        lines=policy.get(LinesPolicy).codes,
        statuses=tuple(Status),
        functions=tuple(policy.get(FunctionsPolicy).by_code),
        clocks=tuple(Kind),
    )


def _names(sections: tuple[Section, ...]) -> dict[int, str]:
    tables = [one for section in sections for one in section.tables if one.of is Of.VENDOR]
    ids = {row.key[0] for one in tables for row in one.rows if isinstance(row.key, tuple)}
    return vendors.names(ids)
