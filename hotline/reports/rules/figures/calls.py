"""Calls that came in: answered, missed, called back, and how long people waited."""

from collections.abc import Iterable

from hotline.errors import N_
from hotline.reports.rules.figures.making import (
    Known,
    Section,
    by_part,
    middle,
    nine_of_ten,
    of_tallies,
    share,
)
from hotline.reports.rules.tables import Column, Cut, Measure, Of, Unit, counted, of_fact
from hotline.reports.rules.tallies import Answer, CallTally

ABOUT = (
    "calls",
    N_("Calls"),
    N_("Calls that came in, by when the phone rang; in hours by the calendar of the hotline."),
)

IN, OUT = "in", "out"


def _hours_of(one: CallTally) -> str:
    return IN if one.in_hours else OUT


UNREACHED = (Answer.MISSED, Answer.VOICEMAIL)

MEASURES: tuple[Measure[CallTally], ...] = (
    Measure(Column("calls", N_("Calls")), counted),
    Measure(Column("in_hours", N_("In hours")), of_fact("in_hours", True)),
    Measure(Column("out_of_hours", N_("Out of hours")), of_fact("in_hours", False)),
    Measure(
        Column("answered", N_("Answered by a person"), what=N_("A person took the call.")),
        of_fact("answer", Answer.ANSWERED),
    ),
    Measure(
        Column(
            "missed",
            N_("Missed"),
            what=N_("The call ended before a person took it, with or without a voicemail."),
        ),
        of_fact("answer", *UNREACHED),
    ),
    Measure(Column("voicemail", N_("of these voicemail")), of_fact("answer", Answer.VOICEMAIL)),
    Measure(
        Column(
            "called_back",
            N_("of these called back"),
            what=N_("We reached the caller of a missed call by calling back."),
        ),
        lambda group: counted(group) - of_fact("back", None)(group),
    ),
    Measure(
        Column(
            "answered_share",
            N_("Answered, share"),
            Unit.SHARE,
            N_("Answered of answered and missed calls."),
        ),
        share("answer", (Answer.ANSWERED,), (Answer.ANSWERED, *UNREACHED)),
    ),
    Measure(
        Column(
            "waited",
            N_("Wait, median"),
            Unit.SECONDS,
            N_("From the first ring until a person took the call; calls entered by hand aside."),
        ),
        middle("waited"),
    ),
    Measure(Column("waited_90", N_("Wait, 9 of 10 within"), Unit.SECONDS), nine_of_ten("waited")),
    Measure(
        Column(
            "back",
            N_("Until called back, median"),
            Unit.MINUTES,
            N_("From the missed call until the caller was reached."),
        ),
        middle("back"),
    ),
)


def _cuts(known: Known) -> tuple[Cut[CallTally], ...]:
    return (
        by_part("calls", N_("Calls by month"), known),
        Cut("calls_by_hours", N_("In and out of hours"), Of.HOURS, _hours_of, (IN, OUT)),
    )


def section(tallies: Iterable[CallTally], known: Known) -> Section:
    """Every cut with every measure; what is ``known`` has a row though nothing was counted."""
    return of_tallies(ABOUT, tallies, MEASURES, _cuts(known))
