"""What members agreed to pay."""

from collections.abc import Iterable

from hotline.errors import N_
from hotline.reports.rules.figures.making import Known, Section, by_fact, by_part, of_tallies
from hotline.reports.rules.tables import Column, Cut, Measure, Of, Unit, counted
from hotline.reports.rules.tallies import CostTally

ABOUT = (
    "costs",
    N_("Approved costs"),
    N_("What members agreed to, with tax, by when they agreed."),
)

MEASURES: tuple[Measure[CostTally], ...] = (
    Measure(Column("approvals", N_("Approvals")), counted),
    Measure(
        Column("yen", N_("Amount with tax"), Unit.YEN),
        lambda group: sum(one.yen for one in group.tallies),
    ),
)


def _cuts(known: Known) -> tuple[Cut[CostTally], ...]:
    return (
        by_part("costs", N_("Approved costs by month"), known),
        by_fact("costs_by_function", N_("By function"), Of.FUNCTION, "function", known.functions),
    )


def section(tallies: Iterable[CostTally], known: Known) -> Section:
    """Every cut with every measure; what is ``known`` has a row though nothing was counted."""
    return of_tallies(ABOUT, tallies, MEASURES, _cuts(known))
