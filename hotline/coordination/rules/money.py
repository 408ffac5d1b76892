"""What one line costs, what a ticket costs by state, and how that stands against a limit.

Everything is whole yen. A quantity has at most two places; the product of quantity and price is
kept exact and rounded once, half up, for the amount without tax and for the amount with it. The
tax of a line is the difference of the two, and sums are sums of lines: so what is read line by
line adds up to what stands below.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from hotline.coordination.rules.tasks import ENDED


class Unit(StrEnum):
    """What is counted: 台, 月, 席, 式, 時間."""

    DEVICE = "device"
    MONTH = "month"
    SEAT = "seat"
    SET = "set"
    HOUR = "hour"


class TaxMode(StrEnum):
    """Whether consumption tax is still to be added to a price, or stands in it."""

    EXCLUDED = "excluded"
    INCLUDED = "included"


class CostState(StrEnum):
    """How sure an amount is, from a guess of ours to what was paid."""

    GUESS = "guess"
    QUOTE = "quote"
    ORDER = "order"
    INVOICE = "invoice"
    PAID = "paid"
    VOID = "void"
    """Not owed after all; it stays on record and counts nowhere."""


class InsurerSaid(StrEnum):
    """What the insurer said before the work; the cover itself is decided by nobody here."""

    UNASKED = "unasked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class Expected(StrEnum):
    """Whether somebody expects the insurer to pay."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


ORDERED = frozenset({CostState.ORDER, CostState.INVOICE, CostState.PAID})
"""Agreed to: these are owed."""

NEXT: dict[CostState, frozenset[CostState]] = {
    CostState.GUESS: frozenset({CostState.QUOTE, CostState.VOID}),
    CostState.QUOTE: frozenset({CostState.ORDER, CostState.VOID}),
    CostState.ORDER: frozenset({CostState.INVOICE, CostState.VOID}),
    CostState.INVOICE: frozenset({CostState.PAID, CostState.ORDER, CostState.VOID}),
    CostState.PAID: frozenset({CostState.INVOICE}),
    CostState.VOID: frozenset(),
}
"""Where a line may go by hand. What a task costs is ordered by the member's approval alone."""

PLACES = Decimal(100)
PERCENT = 100


@dataclass(frozen=True)
class Amount:
    """Whole yen without tax, the tax, and both together."""

    net: int
    tax: int
    gross: int


def amount_yen(
    quantity: Decimal, unit_price_yen: int, tax_mode: TaxMode, tax_percent: int
) -> Amount:
    """What ``quantity`` (at most two places) of something costs, each side rounded once, half up.

    Raises ValueError for a quantity with more places.
    """
    hundredths = quantity * PLACES
    if hundredths != hundredths.to_integral_value():
        raise ValueError(f"a quantity has two places at most: {quantity}")
    exact = int(hundredths) * unit_price_yen  # In hundredths of a yen.
    with_tax = PERCENT + tax_percent
    if tax_mode == TaxMode.EXCLUDED:
        net = half_up(exact, 100)
        gross = half_up(exact * with_tax, 100 * PERCENT)
    else:
        gross = half_up(exact, 100)
        net = half_up(exact * PERCENT, 100 * with_tax)
    return Amount(net, gross - net, gross)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, rounded to a whole one, half up."""
    return (2 * numerator + denominator) // (2 * denominator)


class Priced(Protocol):
    """What a line says about its price."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price_yen(self) -> int: ...
    @property
    def tax_mode(self) -> str: ...
    @property
    def tax_percent(self) -> int: ...


class Line(Priced, Protocol):
    """A line and what it stands for."""

    @property
    def id(self) -> int: ...
    @property
    def task_id(self) -> int | None: ...
    @property
    def vendor_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...


L = TypeVar("L", bound=Line)


def amount_of(line: Priced) -> Amount:
    """What one line costs."""
    return amount_yen(line.quantity, line.unit_price_yen, TaxMode(line.tax_mode), line.tax_percent)


def gross_of(lines: Iterable[Line]) -> int:
    """The sum with tax, whatever the states."""
    return sum(amount_of(line).gross for line in lines)


class Stands(StrEnum):
    """Whether a line counts, and why it does not."""

    COUNTS = "counts"
    VOID = "void"
    REPLACED = "replaced"
    """A guess of ours, of which there is a quote now."""
    NOT_CHOSEN = "not_chosen"
    """A quote of a partner that does not do the work, or that is dearer elsewhere."""
    ENDED = "ended"
    """The task ended before it was agreed to."""


@dataclass(frozen=True)
class Work:
    """What decides about the lines of a task: where it stands, and whose quotes are awaited.

    ``quoting``: the partners that accepted to name a price; one of them is ``vendor_id`` later.
    """

    status: str
    vendor_id: int | None
    quoting: frozenset[int] = frozenset()


def standing(lines: Sequence[Line], works: Mapping[int, Work]) -> dict[int, Stands]:
    """Line id to whether it counts; ``works`` are the tasks by id.

    Nothing counts twice: of several quotes for one task the dearest partner's counts until one is
    chosen, and a guess counts until there is a quote.
    """
    chosen = {task_id: _whose(task_id, work, lines) for task_id, work in works.items()}
    return {line.id: _stands(line, lines, works, chosen) for line in lines}


def _whose(task_id: int, work: Work, lines: Sequence[Line]) -> int | None:
    """The partner whose quote counts: who does the work, or who is dearest among those asked."""
    if work.vendor_id is not None:
        return work.vendor_id
    quotes = [line for line in _quotes(task_id, lines) if line.vendor_id in work.quoting]
    sums = {
        one: gross_of(line for line in quotes if line.vendor_id == one)
        for one in work.quoting
        if any(line.vendor_id == one for line in quotes)
    }
    return max(sums, key=lambda vendor_id: (sums[vendor_id], -vendor_id), default=None)


def _quotes(task_id: int, lines: Sequence[L]) -> list[L]:
    return [one for one in lines if one.task_id == task_id and one.state == CostState.QUOTE]


def _stands(
    line: Line,
    lines: Sequence[Line],
    works: Mapping[int, Work],
    chosen: Mapping[int, int | None],
) -> Stands:
    if line.state == CostState.VOID:
        return Stands.VOID
    if line.task_id is None or line.state in ORDERED:
        return Stands.COUNTS
    if works[line.task_id].status in ENDED:
        return Stands.ENDED
    if line.state == CostState.QUOTE:
        return _of_quote(line, chosen[line.task_id])
    return _of_guess(line.task_id, lines, chosen[line.task_id])


def _of_quote(line: Line, whose: int | None) -> Stands:
    """What the desk wrote down without a name belongs to whoever does the work."""
    return Stands.COUNTS if line.vendor_id in (None, whose) else Stands.NOT_CHOSEN


def _of_guess(task_id: int, lines: Sequence[Line], whose: int | None) -> Stands:
    """A guess stands for the whole task, until there is a quote that counts, or an order."""
    named = any(
        one.task_id == task_id
        and (
            one.state in ORDERED
            or (one.state == CostState.QUOTE and one.vendor_id in (None, whose))
        )
        for one in lines
    )
    return Stands.REPLACED if named else Stands.COUNTS


@dataclass(frozen=True)
class Bar:
    """What is drawn: whole yen with tax, agreed to, waiting for the member, and expected.

    ``limit`` is None while nobody knows it.
    """

    confirmed: int
    waiting: int
    expected: int
    limit: int | None = None

    @property
    def sum(self) -> int:
        """Everything that counts."""
        return self.confirmed + self.waiting + self.expected

    @property
    def scale(self) -> int:
        """What the whole width stands for: the limit, or more when the sum is beyond it."""
        return max(self.sum, self.limit or 0, 1)

    @property
    def over(self) -> int:
        """By how much the sum is beyond the limit; 0 within it, and without one."""
        return 0 if self.limit is None else max(self.sum - self.limit, 0)

    @property
    def permille(self) -> int | None:
        """The sum as tenths of a percent of the limit, half up; None without one."""
        return None if not self.limit else half_up(self.sum * 1000, self.limit)

    def part(self, amount: int) -> str:
        """How wide an amount is drawn: ``10.14`` (percent of the width)."""
        hundredths = half_up(amount * 100 * PERCENT, self.scale)
        return f"{hundredths // 100}.{hundredths % 100:02}"


def bar(
    lines: Sequence[Line],
    stands: Mapping[int, Stands],
    *,
    asked: Collection[int],
    limit: int | None,
) -> Bar:
    """The bar of these lines; ``asked`` are the ids of lines that wait for the member's word."""
    counting = [one for one in lines if stands[one.id] == Stands.COUNTS]
    confirmed = [one for one in counting if one.state in ORDERED]
    waiting = [one for one in counting if one.id in asked and one.state == CostState.QUOTE]
    return Bar(
        gross_of(confirmed),
        gross_of(waiting),
        gross_of(counting) - gross_of(confirmed) - gross_of(waiting),
        limit,
    )
