"""What the sections of the report are made of, whatever they are about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hotline.reports.rules import counting
from hotline.reports.rules.tables import (
    Cut,
    Figure,
    Group,
    Measure,
    Of,
    T,
    Table,
    counted_of,
    of_fact,
    only,
    tables,
)


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


def of_tallies(
    said: tuple[str, str, str],
    tallies: Iterable[T],
    measures: Sequence[Measure[T]],
    cuts: Sequence[Cut[T]],
) -> Section:
    """One section: each cut as a table with every measure; drills are only counted."""
    tallies = list(tallies)
    real = only(tallies, drill=False)
    drills = counted_of(only(tallies, drill=True))
    return Section(*said, tables(real, cuts, measures), drills)


def _values(name: str) -> Callable[[Group[T]], dict[int, int]]:
    return lambda group: counting.histogram(group.times(name).items())


def middle(name: str) -> Callable[[Group[T]], Figure]:
    """The median of a time."""
    values = _values(name)
    return lambda group: counting.median(values(group))


def nine_of_ten(name: str) -> Callable[[Group[T]], Figure]:
    """The time within which nine of ten were done."""
    values = _values(name)
    return lambda group: counting.ninetieth(values(group))


def share(name: str, of: Sequence[str], among: Sequence[str]) -> Callable[[Group[T]], Figure]:
    """Of those whose fact is ``among`` these, the share whose fact is one ``of`` these."""
    part, whole = of_fact(name, *of), of_fact(name, *among)
    return lambda group: counting.share(part(group), whole(group))


def by_part(code: str, title: str, known: Known) -> Cut[T]:
    """A row for each month, or for each day of a short span."""
    return Cut(code, title, Of.PART, lambda one: one.part, tuple(range(known.parts)))


def by_fact(code: str, title: str, of: Of, name: str, keys: tuple[str, ...]) -> Cut[T]:
    """A row for each value of the fact called ``name``."""
    return Cut(code, title, of, lambda one: str(getattr(one, name)), keys)
