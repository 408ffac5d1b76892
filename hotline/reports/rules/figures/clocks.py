"""Legal deadlines: met in time, met late, running."""

from collections.abc import Iterable

from hotline.errors import N_
from hotline.reports.rules.figures.making import Known, Section, by_fact, by_part, of_tallies
from hotline.reports.rules.tables import Column, Cut, Measure, Of, counted, of_fact
from hotline.reports.rules.tallies import ClockTally, Met

ABOUT = (
    "clocks",
    N_("Legal deadlines"),
    N_("Deadlines by when they end; the end itself is too late."),
)

MEASURES: tuple[Measure[ClockTally], ...] = (
    Measure(Column("clocks", N_("Deadlines")), counted),
    Measure(Column("in_time", N_("Met in time")), of_fact("met", Met.IN_TIME)),
    Measure(Column("late", N_("Met late")), of_fact("met", Met.LATE)),
    Measure(
        Column("open_late", N_("Still late"), what=N_("The end has passed without a report.")),
        of_fact("met", Met.OPEN_LATE),
    ),
    Measure(Column("open", N_("Running")), of_fact("met", Met.OPEN)),
    Measure(Column("called_off", N_("Called off")), of_fact("met", Met.CALLED_OFF)),
)


def _cuts(known: Known) -> tuple[Cut[ClockTally], ...]:
    return (
        by_part("clocks", N_("Deadlines by month"), known),
        by_fact("clocks_by_kind", N_("By deadline"), Of.CLOCK, "kind", known.clocks),
    )


def section(tallies: Iterable[ClockTally], known: Known) -> Section:
    """Every cut with every measure; what is ``known`` has a row though nothing was counted."""
    return of_tallies(ABOUT, tallies, MEASURES, _cuts(known))
