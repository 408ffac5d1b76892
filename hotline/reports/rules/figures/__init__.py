"""Every table of the report: what stands in it, and what its words mean exactly.

Each module tells of one section; ``making`` is what all of them are made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.reports.rules.figures import (
    calls,
    clocks,
    costs,
    files,
    partners,
    promises,
    tickets,
)
from hotline.reports.rules.figures.making import Known, Section
from hotline.reports.rules.tallies import (
    CallTally,
    ChainTally,
    ClockTally,
    CostTally,
    FileTally,
    OfferTally,
    PromiseTally,
    TicketTally,
)

__all__ = ["Known", "Section", "Tallies", "sections"]


@dataclass(frozen=True)
class Tallies:
    """Everything that was counted, drills too; ``costs`` is None for who may not see money."""

    calls: Sequence[CallTally]
    tickets: Sequence[TicketTally]
    promises: Sequence[PromiseTally]
    offers: Sequence[OfferTally]
    chains: Sequence[ChainTally]
    clocks: Sequence[ClockTally]
    files: Sequence[FileTally]
    costs: Sequence[CostTally] | None = None


def sections(tallies: Tallies, known: Known) -> tuple[Section, ...]:
    """The whole report, section by section."""
    made = [
        calls.section(tallies.calls, known),
        tickets.section(tallies.tickets, known),
        promises.section(tallies.promises, known),
        partners.section(tallies.offers, tallies.chains, known),
        clocks.section(tallies.clocks, known),
        files.section(tallies.files, known),
    ]
    if tallies.costs is not None:
        made.append(costs.section(tallies.costs, known))
    return tuple(made)
