"""Tickets: in and out of hours, of which kind, and until when they were closed."""

from collections.abc import Iterable

from hotline.errors import N_
from hotline.reports.rules.figures.making import (
    Known,
    Section,
    by_fact,
    by_part,
    middle,
    nine_of_ten,
    of_tallies,
)
from hotline.reports.rules.tables import Column, Cut, Measure, Of, Unit, counted, of_fact
from hotline.reports.rules.tallies import TicketTally

ABOUT = (
    "tickets",
    N_("Tickets"),
    N_("Tickets by when the call came; in hours as it was said with the first promise."),
)

MEASURES: tuple[Measure[TicketTally], ...] = (
    Measure(Column("tickets", N_("Tickets")), counted),
    Measure(Column("in_hours", N_("In hours")), of_fact("in_hours", True)),
    Measure(Column("out_of_hours", N_("Out of hours")), of_fact("in_hours", False)),
    Measure(
        Column("closed", N_("Closed"), what=N_("Closed now; joined and out of scope aside.")),
        of_fact("status", "closed"),
    ),
    Measure(
        Column(
            "lasted",
            N_("Until closed, median"),
            Unit.HOURS,
            N_("From the call until the ticket was closed for the last time."),
        ),
        middle("lasted"),
    ),
    Measure(
        Column("lasted_90", N_("Until closed, 9 of 10 within"), Unit.HOURS), nine_of_ten("lasted")
    ),
)


def _cuts(known: Known) -> tuple[Cut[TicketTally], ...]:
    return (
        by_part("tickets", N_("Tickets by month"), known),
        by_fact(
            "tickets_by_case_type",
            N_("By case type"),
            Of.CASE_TYPE,
            "case_type",
            known.case_types,
        ),
        by_fact(
            "tickets_by_severity", N_("By severity"), Of.SEVERITY, "severity", known.severities
        ),
        by_fact("tickets_by_line", N_("By line"), Of.LINE, "line", known.lines),
        by_fact("tickets_by_status", N_("By status"), Of.STATUS, "status", known.statuses),
    )


def section(tallies: Iterable[TicketTally], known: Known) -> Section:
    """Every cut with every measure; what is ``known`` has a row though nothing was counted."""
    return of_tallies(ABOUT, tallies, MEASURES, _cuts(known))
