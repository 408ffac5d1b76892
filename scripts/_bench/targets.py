"""What must be reached, what is aimed at, and what would be more than that."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Values = Mapping[str, float]
PEER_BARE = 655.0
PEER_RPS = 106.0
"""Stored: of the best peer (django-helpdesk 2.6.1) and of five bare inserts, on the same machine
in the same run. Its share of the bare handler carries over to another machine, its figure does
not."""


@dataclass(frozen=True)
class Target:
    """One row of the table: ``key`` of the measured value, or how it is made of several.

    ``must``, ``aim`` and ``stretch`` are upper bounds, or lower ones where ``more`` is better.
    """

    row: str
    what: str
    key: str | Callable[[Values], float]
    must: float
    aim: float
    stretch: float
    unit: str = ""
    more: bool = False

    def value(self, values: Values) -> float:
        """What was measured; NaN when it was not."""
        if callable(self.key):
            return self.key(values)
        return values.get(self.key, math.nan)


def verdict(target: Target, value: float) -> str:
    """stretch, aim, must or MISSED; "–" for what was not measured."""
    if math.isnan(value):
        return "–"
    for word in ("stretch", "aim", "must"):
        bound = getattr(target, word)
        if value >= bound if target.more else value <= bound:
            return word
    return "MISSED"


def _ratio(above: str, below: str, times: float = 1.0) -> Callable[[Values], float]:
    def divided(values: Values) -> float:
        divisor = values.get(below, math.nan)
        return values.get(above, math.nan) / divisor * times if divisor else math.nan

    return divided


def _most(*keys: str) -> Callable[[Values], float]:
    """The worst of several; NaN when none was measured."""

    def worst(values: Values) -> float:
        known = [values[key] for key in keys if key in values]
        return max(known) if known else math.nan

    return worst


_PG = "intake.postgresql"
_LITE = "intake.sqlite"
_OF_BARE = (0.30, 0.50, 0.90)


def _rps(clients: int) -> tuple[str, str]:
    return f"{_PG}.hotline.rps.{clients}", f"{_PG}.bare, five inserts.rps.{clients}"


TARGETS = (
    Target("1", "intake, CPU of an accepted call", f"{_PG}.hotline.cpu.8", 7, 4, 2.5, "ms"),
    Target("2", "intake at 8 clients, of the bare handler", _ratio(*_rps(8)), *_OF_BARE, "×", True),
    Target(
        "2", "intake at 32 clients, of the bare handler", _ratio(*_rps(32)), *_OF_BARE, "×", True
    ),
    Target(
        "2", "intake at 8 clients, of django-helpdesk (stored)",
        _ratio(*_rps(8), PEER_BARE / PEER_RPS), 2, 3.5, 6, "×", True,
    ),
    Target("3", "intake p95, 1 client", f"{_PG}.hotline.p95.1", 15, 8, 5, "ms"),
    Target("3", "intake p95, 8 clients", f"{_PG}.hotline.p95.8", 70, 40, 25, "ms"),
    Target(
        "4", "errors under that load",
        _most(*(f"{_PG}.hotline.errors.{clients}" for clients in (1, 8, 32))), 0, 0, 0,
    ),
    Target("4", "calls and tickets doubled by repeated requests", "intake.doubled", 0, 0, 0),
    Target("4", "rows that do not agree afterwards", "intake.findings", 0, 0, 0),
    Target("5", "SQLite: intake p95, 8 clients", f"{_LITE}.hotline.p95.8", 80, 40, 25, "ms"),
    Target("5", "SQLite: intake p95, 32 clients", f"{_LITE}.hotline.p95.32", 300, 150, 100, "ms"),
    Target(
        "5", "SQLite: refused or failed",
        _most(*(f"{_LITE}.hotline.errors.{clients}" for clients in (1, 8, 32))), 0, 0, 0,
    ),
    Target("6", "list page at 100k, p50", "list.hotline, 100k.p50.1", 25, 12, 6, "ms"),
    Target(
        "7", "list page, p50 at 1M / 1k",
        _ratio("list.hotline, 1m.p50.1", "list.hotline, 1k.p50.1"), 1.5, 1.3, 1.2, "×",
    ),
    Target(
        "8", "list page at 100k, 8 clients, p95", "list.hotline, 100k.p95.8", 200, 100, 50, "ms"
    ),
    Target(
        "8", "ticket page at 100k, 8 clients, p95", "ticket.hotline, 100k.p95.8", 200, 100, 50, "ms"
    ),
    Target("9", "ticket page at 100k, warm, p50", "ticket.hotline, 100k.p50.1", 20, 10, 5, "ms"),
    Target(
        "9", "ticket page, statements",
        _most(*(f"ticket.statements.{size}" for size in ("1k", "10k", "100k", "1m"))), 8, 5, 3,
    ),
    *(
        Target("10", f"search by {row} at {size}, p95", f"{row}.hotline, {size.lower()}.p95.1",
               *bounds, "ms")
        for row in ("text", "name")
        for size, bounds in (("100k", (50, 25, 15)), ("1M", (150, 50, 30)))
    ),
    Target("11", "memory of two web processes, at rest", "memory.rest", 160, 130, 115, "MiB"),
    Target("11", "the same after 10,000 requests", "memory.after", 200, 150, 125, "MiB"),
    Target("12", "start to first answer", "start.seconds", 2.5, 1.5, 1, "s"),
    Target("13", "10,000 promises due at 9:00, all announced", "burst.seconds", 60, 20, 10, "s"),
    Target("13", "announced twice or not at all", "burst.wrong", 0, 0, 0),
    Target("14", "ring to 50 consoles, p99", "ring.p99", 1, 0.5, 0.25, "s"),
    Target("worst day", "acknowledged and lost", "worst.lost", 0, 0, 0),
    Target("worst day", "doubled", "worst.doubled", 0, 0, 0),
    Target("worst day", "rows that do not agree", "worst.findings", 0, 0, 0),
)  # fmt: skip
"""The rows in the order of their numbers."""


@dataclass(frozen=True)
class Peer:
    """What others were measured at, once, beside the bare handlers: stored, not of this run."""

    what: str
    figures: str


PEERS = (
    Peer("Request Tracker 5, REST intake", "209 ms CPU, 9 rps at 8 clients, p95 994 ms"),
    Peer("django-helpdesk 2.6.1, form (two rows, not atomic)", "14.9 ms CPU, 106 rps, p95 109 ms"),
    Peer("SQLAlchemy ORM, the five rows alone", "5.9 ms CPU, 291 rps, p95 49 ms"),
    Peer("SQLAlchemy Core, the five rows alone", "4.4 ms CPU, 356 rps, p95 40 ms"),
    Peer("bare, five inserts", "2.2 ms CPU, 655 rps, p95 23 ms"),
    Peer("bare, one statement", "1.2 ms CPU, 1,280 rps, p95 12 ms"),
    Peer("Flask hello", "0.35 ms CPU, 2,734 rps"),
    Peer("django-helpdesk, list at 1k / 100k / 1M", "p50 68 / 503 / 1,903 ms: grows 28×"),
    Peer("Request Tracker, list page at 1k / 100k / 1M", "p50 534 / 482 / 470 ms"),
    Peer("django-helpdesk, ticket at 1k / 100k / 1M", "p50 60 / 74 / 62 ms"),
    Peer("Request Tracker, ticket at 1k / 100k / 1M", "p50 222 / 492 / 402 ms"),
    Peer("text search at 100k / 1M: django-helpdesk", "p50 1,010 / over 11,000 ms"),
    Peer("text search at 100k / 1M: Request Tracker", "p50 471 / over 640 ms"),
    Peer("memory of two workers at rest", "django-helpdesk 112 MiB, Request Tracker 280 MiB"),
    Peer("start to first answer", "django-helpdesk 1 s, Request Tracker 2 s"),
)
