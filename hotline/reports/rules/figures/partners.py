"""What partners answered, how quickly, and how many had to be asked."""

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
from hotline.reports.rules.tallies import ChainTally, OfferTally, Said

ABOUT = (
    "partners",
    N_("Answers of partners"),
    N_("Offers by when partners were asked. Silent: the time to answer passed without a word."),
)

ANSWERED = (Said.ACCEPTED, Said.DECLINED, Said.SILENT)

OFFER_MEASURES: tuple[Measure[OfferTally], ...] = (
    Measure(Column("asked", N_("Offers made")), counted),
    Measure(Column("accepted", N_("Accepted")), of_fact("said", Said.ACCEPTED)),
    Measure(Column("declined", N_("Declined")), of_fact("said", Said.DECLINED)),
    Measure(Column("silent", N_("Silent")), of_fact("said", Said.SILENT)),
    Measure(
        Column(
            "other",
            N_("Other"),
            what=N_("May still answer, was taken back, or somebody else was quicker."),
        ),
        of_fact("said", Said.OTHER),
    ),
    Measure(
        Column(
            "accepted_share",
            N_("Accepted, share"),
            Unit.SHARE,
            N_("Accepted of accepted, declined and silent ones."),
        ),
        share("said", (Said.ACCEPTED,), ANSWERED),
    ),
    Measure(
        Column(
            "took",
            N_("Until the answer, median"),
            Unit.MINUTES,
            N_("From asking until the partner accepted or declined."),
        ),
        middle("took"),
    ),
    Measure(
        Column("took_90", N_("Until the answer, 9 of 10 within"), Unit.MINUTES),
        nine_of_ten("took"),
    ),
)

CHAIN_MEASURES: tuple[Measure[ChainTally], ...] = (
    Measure(Column("accepted", N_("Accepted")), counted),
    Measure(
        Column("first", N_("By the first one asked")),
        of_fact("asked", 1),
    ),
    Measure(
        Column(
            "chain",
            N_("Asked until accepted, median"),
            what=N_("Partners who were asked for the task up to the one who accepted."),
        ),
        middle("asked"),
    ),
    Measure(
        Column("longest", N_("Asked until accepted, most")),
        lambda group: max((one.asked for one in group.tallies), default=None),
    ),
)


def _offer_cuts(known: Known) -> tuple[Cut[OfferTally], ...]:
    return (
        by_part("partners", N_("Answers by month"), known),
        Cut(
            "partners_by_vendor",
            N_("By partner and function"),
            Of.VENDOR,
            lambda one: (one.vendor_id, one.function),
        ),
    )


def _chain_cuts(known: Known) -> tuple[Cut[ChainTally], ...]:
    return (
        by_fact(
            "partners_by_function",
            N_("How many were asked"),
            Of.FUNCTION,
            "function",
            known.functions,
        ),
    )


def section(offers: Iterable[OfferTally], chains: Iterable[ChainTally], known: Known) -> Section:
    """Offers, and how many had to be asked: one section."""
    asked = of_tallies(ABOUT, offers, OFFER_MEASURES, _offer_cuts(known))
    chain = of_tallies(ABOUT, chains, CHAIN_MEASURES, _chain_cuts(known))
    return Section(*ABOUT, (*asked.tables, *chain.tables), asked.drills)
