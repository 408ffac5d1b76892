"""Files that were sent in."""

from collections.abc import Iterable

from hotline.errors import N_
from hotline.reports.rules.figures.making import Known, Section, by_part, of_tallies
from hotline.reports.rules.tables import Column, Cut, Measure, counted
from hotline.reports.rules.tallies import FileTally

ABOUT = (
    "files",
    N_("Files received"),
    N_("Files that members, partners and the desk sent in; recordings of the telephone aside."),
)

MEASURES: tuple[Measure[FileTally], ...] = (Measure(Column("files", N_("Files")), counted),)


def _cuts(known: Known) -> tuple[Cut[FileTally], ...]:
    return (by_part("files", N_("Files by month"), known),)


def section(tallies: Iterable[FileTally], known: Known) -> Section:
    """Every cut with every measure; what is ``known`` has a row though nothing was counted."""
    return of_tallies(ABOUT, tallies, MEASURES, _cuts(known))
