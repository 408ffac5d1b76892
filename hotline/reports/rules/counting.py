"""Sums, shares, percentiles and the marks of an axis: arithmetic on whole numbers."""

from collections.abc import Iterable, Mapping
from math import floor, log10

FEW = 5
"""Of fewer cases no share and no 90th percentile is named: one case would swing it."""

MARKS = 5


def histogram(pairs: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """How often each value occurs, of pairs (value, times); None is no value."""
    found: dict[int, int] = {}
    for value, times in pairs:
        if value is not None:
            found[value] = found.get(value, 0) + times
    return found


def percentile(values: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that at least ``percent`` of all do not exceed (nearest rank).

    ``values`` is value to how often it occurs; None without any.
    """
    whole = sum(values.values())
    rank = max(1, -(-whole * percent // 100))
    seen = 0
    for value in sorted(values):
        seen += values[value]
        if seen >= rank:
            return value
    return None


def median(values: Mapping[int, int]) -> int | None:
    """The value in the middle, the lower one of two; None without any."""
    return percentile(values, 50)


def ninetieth(values: Mapping[int, int]) -> int | None:
    """What nine of ten do not exceed; None for few."""
    return percentile(values, 90) if sum(values.values()) >= FEW else None


def share(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in permille, rounded to the nearest; None for few."""
    if whole < FEW:
        return None
    return (part * 2000 + whole) // (whole * 2)


def marks(highest: int) -> tuple[int, ...]:
    """Whole marks for an axis from 0: round ones, at most six, the last not below ``highest``."""
    top = max(highest, 1)
    step = -(-top // MARKS)
    power = 10 ** floor(log10(step))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= step)
    return tuple(range(0, top + step, step))
