"""Measure several servers in one interleaved run: one after the other, round after round."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from _bench.figures import Figures, together
from _bench.loading import Outcome, Plan
from _bench.serving import Served
from _bench.stage import load

AT_REST = 0.3
"""Seconds between two runs, so that what the last one left behind is not counted."""


@dataclass(frozen=True)
class Subject:
    """One thing to measure: these requests to this server.

    What is quick is asked ``times`` as often: the kernel counts CPU time in hundredths of a second.
    """

    name: str
    server: Served
    requests: Sequence[str]
    good: tuple[str, ...] = ("200",)
    times: float = 1


@dataclass(frozen=True)
class Effort:
    """How hard it is tried: ``count`` requests from ``clients``, at ``rate`` or back to back."""

    count: int
    clients: int = 1
    rate: float = 0.0


class Strange(Exception):
    """A server answers something else than it should."""


def interleave(
    subjects: Sequence[Subject], effort: Effort, rounds: int, say: Callable[[str], None]
) -> dict[str, Figures]:
    """The figures of each subject by its name, the median of all rounds."""
    found: dict[str, list[Figures]] = defaultdict(list)
    for turn in range(rounds):
        for subject in subjects:
            say(f"round {turn + 1} of {rounds}, {effort.clients} clients: {subject.name}")
            found[subject.name].append(run(subject, effort, first=turn * effort.count)[0])
    return {name: together(figures) for name, figures in found.items()}


def warm_up(subjects: Sequence[Subject], count: int) -> None:
    """Let every thread of each server have answered before anything counts."""
    for subject in subjects:
        run(subject, Effort(count, clients=8), first=10_000)


def run(subject: Subject, effort: Effort, *, first: int = 0) -> tuple[Figures, Outcome]:
    """One run against one server. Raises Strange when hardly anything is answered well."""
    count = max(round(effort.count * subject.times), effort.clients)
    plan = Plan(
        subject.server.port, list(subject.requests), count, effort.clients, effort.rate, first
    )
    time.sleep(AT_REST)
    before = subject.server.cpu()
    outcome = load(plan)
    used = subject.server.cpu() - before
    bad = outcome.broken + sum(
        count for status, count in outcome.statuses.items() if status not in subject.good
    )
    if bad > count // 2:
        raise Strange(f"{subject.name} answers {outcome.statuses}:\n{outcome.strange}")
    figures = Figures.of(outcome.seconds, errors=bad, cpu=used, took=outcome.took)
    return figures, outcome
