"""Promises to call back: kept in time, kept late, still open."""

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
    share,
)
from hotline.reports.rules.tables import Column, Cut, Measure, Of, Unit, counted, of_fact
from hotline.reports.rules.tallies import Kept, PromiseTally

ABOUT = (
    "promises",
    N_("Promises"),
    N_("Promises to call back, by when they were due; late as on the board: past their grace."),
)

MEASURES: tuple[Measure[PromiseTally], ...] = (
    Measure(Column("promises", N_("Promises due")), counted),
    Measure(
        Column("in_time", N_("Kept in time"), what=N_("Taken up before it was late, and kept.")),
        of_fact("kept", Kept.IN_TIME),
    ),
    Measure(
        Column("late", N_("Kept late"), what=N_("Taken up after it was late, and kept.")),
        of_fact("kept", Kept.LATE),
    ),
    Measure(
        Column("open_late", N_("Still late"), what=N_("Late, and nobody has taken it up yet.")),
        of_fact("kept", Kept.OPEN_LATE),
    ),
    Measure(
        Column("open", N_("Still open"), what=N_("Taken up and not yet kept, or not late yet.")),
        of_fact("kept", Kept.OPEN),
    ),
    Measure(
        Column(
            "moved",
            N_("Moved"),
            what=N_("Another time was promised with a reason; that is a promise of its own."),
        ),
        of_fact("kept", Kept.MOVED),
    ),
    Measure(Column("called_off", N_("Called off")), of_fact("kept", Kept.CALLED_OFF)),
    Measure(
        Column(
            "in_time_share",
            N_("In time, share"),
            Unit.SHARE,
            N_("Kept in time of kept and still late ones."),
        ),
        share("kept", (Kept.IN_TIME,), (Kept.IN_TIME, Kept.LATE, Kept.OPEN_LATE)),
    ),
    Measure(
        Column(
            "by",
            N_("Late by, median"),
            Unit.MINUTES,
            N_("From the promised moment until it was taken up; until now while nobody has."),
        ),
        middle("late"),
    ),
    Measure(Column("by_90", N_("Late by, 9 of 10 within"), Unit.MINUTES), nine_of_ten("late")),
)

AT_ONCE, LATER = "at_once", "later"


def _cuts(known: Known) -> tuple[Cut[PromiseTally], ...]:
    return (
        by_part("promises", N_("Promises by month"), known),
        by_fact(
            "promises_by_severity", N_("By severity"), Of.SEVERITY, "severity", known.severities
        ),
        Cut(
            "promises_by_hours",
            N_("At once and for later"),
            Of.AT_ONCE,
            lambda one: AT_ONCE if one.at_once else LATER,
            (AT_ONCE, LATER),
        ),
    )


def section(tallies: Iterable[PromiseTally], known: Known) -> Section:
    """Every cut with every measure; what is ``known`` has a row though nothing was counted."""
    return of_tallies(ABOUT, tallies, MEASURES, _cuts(known))
