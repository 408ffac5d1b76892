"""Figures out of raw samples."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least ``share`` (0 to 1) of all samples do not exceed.

    It is always one of the samples, never something between two. NaN when there are none.
    """
    if not samples:
        return math.nan
    ordered = sorted(samples)
    place = max(math.ceil(share * len(ordered)) - 1, 0)
    return ordered[place]


def middle(values: Sequence[float]) -> float:
    """The median of several rounds; NaN when there are none."""
    known = [value for value in values if not math.isnan(value)]
    return statistics.median(known) if known else math.nan


@dataclass(frozen=True)
class Figures:
    """Of one run of one address: CPU and times in milliseconds, ``rps`` answers a second."""

    count: int
    errors: int
    cpu: float
    rps: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float], *, errors: int, cpu: float, took: float) -> "Figures":
        """``cpu`` and ``took`` are seconds of the whole run."""
        count = len(seconds)
        return cls(
            count=count,
            errors=errors,
            cpu=cpu * 1000 / count if count else math.nan,
            rps=count / took if took else math.nan,
            p50=percentile(seconds, 0.50) * 1000,
            p95=percentile(seconds, 0.95) * 1000,
            p99=percentile(seconds, 0.99) * 1000,
        )


def together(rounds: Sequence[Figures]) -> Figures:
    """Several rounds as one: counts are added, of all else the median counts."""
    return Figures(
        count=sum(one.count for one in rounds),
        errors=sum(one.errors for one in rounds),
        **{
            name: middle([getattr(one, name) for one in rounds])
            for name in ("cpu", "rps", "p50", "p95", "p99")
        },
    )
