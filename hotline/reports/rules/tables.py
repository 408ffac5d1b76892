"""A table of figures: its columns, its rows, what each of them means; and how one is counted."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from hotline.reports.rules.spans import FORMER


class Unit(StrEnum):
    """What a figure is of."""

    COUNT = "count"
    SHARE = "share"
    """Permille."""
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    YEN = "yen"


class Of(StrEnum):
    """What the rows of a table are: of which kind their keys are codes."""

    PART = "part"
    """The number of a part of the span."""
    HOURS = "hours"
    """"in" or "out"."""
    AT_ONCE = "at_once"
    """"at_once" or "later"."""
    CASE_TYPE = "case_type"
    SEVERITY = "severity"
    LINE = "line"
    STATUS = "status"
    VENDOR = "vendor"
    """The partner's id and the function."""
    FUNCTION = "function"
    CLOCK = "clock"


@dataclass(frozen=True)
class Column:
    """One figure of every row; ``label`` is a message, and so is ``what``, its definition."""

    code: str
    label: str
    unit: Unit = Unit.COUNT
    what: str = ""


Figure = int | None
"""A whole number of the unit of its column; None where there is nothing to reckon from."""

Key = int | str | tuple[int, str]


@dataclass(frozen=True)
class Row:
    """One row: what it is of, and a figure for each column."""

    key: Key
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """Figures side by side; ``total`` counts every case once, ``former`` those compared with."""

    code: str
    title: str
    of: Of
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: tuple[Figure, ...]
    former: tuple[Figure, ...]

    def column(self, code: str) -> tuple[Figure, ...]:
        """The figures of one column, row by row."""
        place = self._place(code)
        return tuple(row.figures[place] for row in self.rows)

    def sum(self, code: str) -> Figure:
        """The figure of the whole span."""
        return self.total[self._place(code)]

    def before(self, code: str) -> Figure:
        """The figure of the days it is compared with."""
        return self.former[self._place(code)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted, neither in the span nor before."""
        return not any((*self.total, *self.former))

    def _place(self, code: str) -> int:
        return [one.code for one in self.columns].index(code)


class Tally(Protocol):
    """So many of the same part; FORMER is the part that the span is compared with."""

    @property
    def part(self) -> int: ...
    @property
    def drill(self) -> bool: ...
    @property
    def times(self) -> int: ...


T = TypeVar("T", bound=Tally)


class Group(Generic[T]):
    """The tallies of one row; each of their facts is gone through once, for all its columns."""

    def __init__(self, tallies: Iterable[T] = ()) -> None:
        self.tallies = list(tallies)
        self._times: dict[str, Mapping[Any, int]] = {}

    def times(self, name: str) -> Mapping[Any, int]:
        """How often each value of the fact ``name`` occurs, None too."""
        if name not in self._times:
            self._times[name] = _times_of(attrgetter(name, "times"), self.tallies)
        return self._times[name]


def _times_of(facts: Callable[[T], tuple[Any, int]], tallies: Iterable[T]) -> Mapping[Any, int]:
    found: dict[Any, int] = {}
    seen = found.get
    for value, times in map(facts, tallies):
        found[value] = seen(value, 0) + times
    return found


@dataclass(frozen=True)
class Measure(Generic[T]):
    """How the figure of a column is reckoned from the tallies of one row."""

    column: Column
    reckon: Callable[[Group[T]], Figure]


@dataclass(frozen=True)
class Cut(Generic[T]):
    """How tallies are laid into rows: the key of each, and the rows that are always there.

    Rows beyond ``keys`` follow in the order of their size.
    """

    code: str
    title: str
    of: Of
    key: Callable[[T], Key]
    keys: tuple[Key, ...] = ()


def tables(
    tallies: Iterable[T], cuts: Iterable[Cut[T]], measures: Sequence[Measure[T]]
) -> tuple[Table, ...]:
    """Lay out what was counted, each time in other rows; drills are to be left out before."""
    now: list[T] = []
    before: list[T] = []
    for one in tallies:
        (before if one.part == FORMER else now).append(one)
    columns = tuple(one.column for one in measures)
    total, former = _reckon(now, measures), _reckon(before, measures)
    return tuple(
        Table(cut.code, cut.title, cut.of, columns, _rows(now, cut, measures), total, former)
        for cut in cuts
    )


def _rows(tallies: Iterable[T], cut: Cut[T], measures: Sequence[Measure[T]]) -> tuple[Row, ...]:
    groups: dict[Key, list[T]] = {key: [] for key in cut.keys}
    for one in tallies:
        groups.setdefault(cut.key(one), []).append(one)
    return tuple(Row(key, _reckon(group, measures)) for key, group in _ordered(groups, cut.keys))


def _ordered(groups: dict[Key, list[T]], first: Sequence[Key]) -> list[tuple[Key, list[T]]]:
    place = {key: number for number, key in enumerate(first)}
    return sorted(
        groups.items(),
        key=lambda item: (place.get(item[0], len(place)), -counted_of(item[1]), str(item[0])),
    )


def _reckon(tallies: Sequence[T], measures: Sequence[Measure[T]]) -> tuple[Figure, ...]:
    group = Group(tallies)
    return tuple(one.reckon(group) for one in measures)


def counted(group: Group[T]) -> int:
    """How many things were counted."""
    return counted_of(group.tallies)


def counted_of(tallies: Iterable[Tally]) -> int:
    """How many things were counted in all of these."""
    return sum(one.times for one in tallies)


def only(tallies: Iterable[T], drill: bool) -> list[T]:
    """Drills, or what is none."""
    return [one for one in tallies if one.drill is drill]


def of_fact(name: str, *values: Hashable) -> Callable[[Group[T]], int]:
    """Counts what has one of these values as its fact ``name``."""
    return lambda group: sum(group.times(name).get(value, 0) for value in values)
