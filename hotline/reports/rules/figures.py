"""Every table of the report: what stands in it, and what its words mean exactly."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hotline.errors import N_
from hotline.reports.rules.counting import histogram, median, ninetieth, share
from hotline.reports.rules.tables import (
    Column,
    Cut,
    Figure,
    Group,
    Measure,
    Of,
    T,
    Table,
    Unit,
    counted,
    counted_of,
    of_fact,
    only,
    tables,
)
from hotline.reports.rules.tallies import (
    Answer,
    CallTally,
    ChainTally,
    ClockTally,
    CostTally,
    FileTally,
    Kept,
    Met,
    OfferTally,
    PromiseTally,
    Said,
    TicketTally,
)


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


@dataclass(frozen=True)
class Known:
    """The rows that stand in a table although nothing was counted for them."""

    parts: int
    case_types: tuple[str, ...]
    severities: tuple[str, ...]
    lines: tuple[str, ...]
    statuses: tuple[str, ...]
    functions: tuple[str, ...]
    clocks: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Tables about one thing; ``what`` says what was counted. ``drills`` were left out."""

    code: str
    title: str
    what: str
    tables: tuple[Table, ...]
    drills: int

    @property
    def main(self) -> Table:
        """The table that is drawn."""
        return self.tables[0]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return all(one.is_empty for one in self.tables)


def sections(tallies: Tallies, known: Known) -> tuple[Section, ...]:
    """The whole report, section by section."""
    made = [
        _section(CALLS, tallies.calls, CALL_MEASURES, _call_cuts(known)),
        _section(TICKETS, tallies.tickets, TICKET_MEASURES, _ticket_cuts(known)),
        _section(PROMISES, tallies.promises, PROMISE_MEASURES, _promise_cuts(known)),
        _partners(tallies, known),
        _section(CLOCKS, tallies.clocks, CLOCK_MEASURES, _clock_cuts(known)),
        _section(FILES, tallies.files, FILE_MEASURES, _file_cuts(known)),
    ]
    if tallies.costs is not None:
        made.append(_section(COSTS, tallies.costs, COST_MEASURES, _cost_cuts(known)))
    return tuple(made)


def _section(
    said: tuple[str, str, str],
    tallies: Iterable[T],
    measures: Sequence[Measure[T]],
    cuts: Sequence[Cut[T]],
) -> Section:
    tallies = list(tallies)
    real = only(tallies, drill=False)
    drills = counted_of(only(tallies, drill=True))
    return Section(*said, tables(real, cuts, measures), drills)


def _partners(tallies: Tallies, known: Known) -> Section:
    """Offers and how many had to be asked stand in one section."""
    asked = _section(PARTNERS, tallies.offers, OFFER_MEASURES, _offer_cuts(known))
    chain = _section(PARTNERS, tallies.chains, CHAIN_MEASURES, _chain_cuts(known))
    return Section(*PARTNERS, (*asked.tables, *chain.tables), asked.drills)


def _values(name: str) -> Callable[[Group[T]], dict[int, int]]:
    return lambda group: histogram(group.times(name).items())


def _middle(name: str) -> Callable[[Group[T]], Figure]:
    values = _values(name)
    return lambda group: median(values(group))


def _nine_of_ten(name: str) -> Callable[[Group[T]], Figure]:
    values = _values(name)
    return lambda group: ninetieth(values(group))


def _share(name: str, of: Sequence[str], among: Sequence[str]) -> Callable[[Group[T]], Figure]:
    part, whole = of_fact(name, *of), of_fact(name, *among)
    return lambda group: share(part(group), whole(group))


def _by_part(code: str, title: str, known: Known) -> Cut[T]:
    return Cut(code, title, Of.PART, lambda one: one.part, tuple(range(known.parts)))


def _by_fact(code: str, title: str, of: Of, name: str, keys: tuple[str, ...]) -> Cut[T]:
    return Cut(code, title, of, lambda one: str(getattr(one, name)), keys)


# Calls

CALLS = (
    "calls",
    N_("Calls"),
    N_("Calls that came in, by when the phone rang; in hours by the calendar of the hotline."),
)

IN, OUT = "in", "out"


def _hours_of(one: CallTally | TicketTally) -> str:
    return IN if one.in_hours else OUT


UNREACHED = (Answer.MISSED, Answer.VOICEMAIL)

CALL_MEASURES: tuple[Measure[CallTally], ...] = (
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
        _share("answer", (Answer.ANSWERED,), (Answer.ANSWERED, *UNREACHED)),
    ),
    Measure(
        Column(
            "waited",
            N_("Wait, median"),
            Unit.SECONDS,
            N_("From the first ring until a person took the call; calls entered by hand aside."),
        ),
        _middle("waited"),
    ),
    Measure(Column("waited_90", N_("Wait, 9 of 10 within"), Unit.SECONDS), _nine_of_ten("waited")),
    Measure(
        Column(
            "back",
            N_("Until called back, median"),
            Unit.MINUTES,
            N_("From the missed call until the caller was reached."),
        ),
        _middle("back"),
    ),
)


def _call_cuts(known: Known) -> tuple[Cut[CallTally], ...]:
    return (
        _by_part("calls", N_("Calls by month"), known),
        Cut("calls_by_hours", N_("In and out of hours"), Of.HOURS, _hours_of, (IN, OUT)),
    )


# Tickets

TICKETS = (
    "tickets",
    N_("Tickets"),
    N_("Tickets by when the call came; in hours as it was said with the first promise."),
)

TICKET_MEASURES: tuple[Measure[TicketTally], ...] = (
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
        _middle("lasted"),
    ),
    Measure(
        Column("lasted_90", N_("Until closed, 9 of 10 within"), Unit.HOURS), _nine_of_ten("lasted")
    ),
)


def _ticket_cuts(known: Known) -> tuple[Cut[TicketTally], ...]:
    return (
        _by_part("tickets", N_("Tickets by month"), known),
        _by_fact(
            "tickets_by_case_type",
            N_("By case type"),
            Of.CASE_TYPE,
            "case_type",
            known.case_types,
        ),
        _by_fact(
            "tickets_by_severity", N_("By severity"), Of.SEVERITY, "severity", known.severities
        ),
        _by_fact("tickets_by_line", N_("By line"), Of.LINE, "line", known.lines),
        _by_fact("tickets_by_status", N_("By status"), Of.STATUS, "status", known.statuses),
    )


# Promises

PROMISES = (
    "promises",
    N_("Promises"),
    N_("Promises to call back, by when they were due; late as on the board: past their grace."),
)

PROMISE_MEASURES: tuple[Measure[PromiseTally], ...] = (
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
        _share("kept", (Kept.IN_TIME,), (Kept.IN_TIME, Kept.LATE, Kept.OPEN_LATE)),
    ),
    Measure(
        Column(
            "by",
            N_("Late by, median"),
            Unit.MINUTES,
            N_("From the promised moment until it was taken up; until now while nobody has."),
        ),
        _middle("late"),
    ),
    Measure(Column("by_90", N_("Late by, 9 of 10 within"), Unit.MINUTES), _nine_of_ten("late")),
)

AT_ONCE, LATER = "at_once", "later"


def _promise_cuts(known: Known) -> tuple[Cut[PromiseTally], ...]:
    return (
        _by_part("promises", N_("Promises by month"), known),
        _by_fact(
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


# Partners

PARTNERS = (
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
        _share("said", (Said.ACCEPTED,), ANSWERED),
    ),
    Measure(
        Column(
            "took",
            N_("Until the answer, median"),
            Unit.MINUTES,
            N_("From asking until the partner accepted or declined."),
        ),
        _middle("took"),
    ),
    Measure(
        Column("took_90", N_("Until the answer, 9 of 10 within"), Unit.MINUTES),
        _nine_of_ten("took"),
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
        _middle("asked"),
    ),
    Measure(
        Column("longest", N_("Asked until accepted, most")),
        lambda group: max((one.asked for one in group.tallies), default=None),
    ),
)


def _offer_cuts(known: Known) -> tuple[Cut[OfferTally], ...]:
    return (
        _by_part("partners", N_("Answers by month"), known),
        Cut(
            "partners_by_vendor",
            N_("By partner and function"),
            Of.VENDOR,
            lambda one: (one.vendor_id, one.function),
        ),
    )


def _chain_cuts(known: Known) -> tuple[Cut[ChainTally], ...]:
    return (
        _by_fact(
            "partners_by_function",
            N_("How many were asked"),
            Of.FUNCTION,
            "function",
            known.functions,
        ),
    )


# Legal clocks

CLOCKS = (
    "clocks",
    N_("Legal deadlines"),
    N_("Deadlines by when they end; the end itself is too late."),
)

CLOCK_MEASURES: tuple[Measure[ClockTally], ...] = (
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


def _clock_cuts(known: Known) -> tuple[Cut[ClockTally], ...]:
    return (
        _by_part("clocks", N_("Deadlines by month"), known),
        _by_fact("clocks_by_kind", N_("By deadline"), Of.CLOCK, "kind", known.clocks),
    )


# Files and money

FILES = (
    "files",
    N_("Files received"),
    N_("Files that members, partners and the desk sent in; recordings of the telephone aside."),
)

FILE_MEASURES: tuple[Measure[FileTally], ...] = (Measure(Column("files", N_("Files")), counted),)


def _file_cuts(known: Known) -> tuple[Cut[FileTally], ...]:
    return (_by_part("files", N_("Files by month"), known),)


COSTS = (
    "costs",
    N_("Approved costs"),
    N_("What members agreed to, with tax, by when they agreed."),
)

COST_MEASURES: tuple[Measure[CostTally], ...] = (
    Measure(Column("approvals", N_("Approvals")), counted),
    Measure(
        Column("yen", N_("Amount with tax"), Unit.YEN),
        lambda group: sum(one.yen for one in group.tallies),
    ),
)


def _cost_cuts(known: Known) -> tuple[Cut[CostTally], ...]:
    return (
        _by_part("costs", N_("Approved costs by month"), known),
        _by_fact("costs_by_function", N_("By function"), Of.FUNCTION, "function", known.functions),
    )
