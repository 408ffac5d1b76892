"""Rows 6 to 10: lists, a ticket's page and searches, on small and on huge databases."""

import json
from collections.abc import Mapping

from _bench import asking
from _bench.measuring import Effort, Subject, interleave, warm_up
from _bench.notebook import Notebook
from _bench.serving import Served
from _bench.stage import SIZES, Ground, Stage, furnish, request
from _bench.wishes import Wishes

ONE, EIGHT = 100, 240
"""Requests of a round from one client, and from eight."""


def measure(stage: Stage, wishes: Wishes, book: Notebook) -> None:
    """Every wanted size on PostgreSQL, in one interleaved run of all sizes."""
    # The largest first: sessions on a small one would end while a large one is being filled.
    ordered = sorted(wishes.sizes, key=SIZES.__getitem__, reverse=True)
    made = {size: stage.ground("postgresql", size, SIZES[size]) for size in ordered}
    grounds = {size: made[size] for size in wishes.sizes}
    servers = {
        size: (stage.product(ground), stage.bare(ground)) for size, ground in grounds.items()
    }
    for row in ("list", "ticket", "text", "name", "api"):
        if not wishes.wants(row):
            continue
        subjects = [
            subject
            for size, ground in grounds.items()
            for subject in _subjects(row, size, ground, *servers[size])
        ]
        _measure_row(row, subjects, wishes, book)
    for size, ground in grounds.items():
        _count_statements(ground, size, book)


def _measure_row(row: str, subjects: list[Subject], wishes: Wishes, book: Notebook) -> None:
    warm_up(subjects, wishes.some(40))
    for clients, count in ((1, ONE), (8, EIGHT)):
        found = interleave(subjects, Effort(wishes.some(count), clients), wishes.rounds, wishes.say)
        book.note(row, "postgresql", f"{clients} client{'s' if clients > 1 else ''}", found)
        for name, figures in found.items():
            for part in ("cpu", "p50", "p95", "errors"):
                book.set(f"{row}.{name}.{part}.{clients}", getattr(figures, part))


def _subjects(row: str, size: str, ground: Ground, product: Served, bare: Served) -> list[Subject]:
    numbers = asking.numbers(ground)
    paths: Mapping[str, tuple[list[str], list[str]]] = {
        "list": (["/tickets"], ["/list"]),
        "ticket": (
            [f"/tickets/{one}" for one in numbers],
            [f"/detail/{one}" for one in numbers],
        ),
        "text": (asking.searches(asking.TEXTS), asking.bare_searches(asking.TEXTS)),
        "name": (asking.searches(asking.names()), asking.bare_searches(asking.names())),
        "api": (["/api/v1/tickets?limit=25"], ["/list"]),
    }
    asked, plain = paths[row]
    times = 0.2 if row in {"text", "name"} else 3  # A bare search sorts all it finds: it is slow.
    if row == "api":
        requests = [request("GET", path, ground.bearer) for path in asked]
    else:
        requests = asking.pages(ground, asked)
    return [
        Subject(f"hotline, {size}", product, requests),
        Subject(f"bare, {size}", bare, [request("GET", path, {}) for path in plain], times=times),
    ]


def _count_statements(ground: Ground, size: str, book: Notebook) -> None:
    """How many statements each page sends, counted in a process beside the server."""
    number, text = asking.numbers(ground)[-1], asking.searches(asking.TEXTS)[0]
    asked = {
        "list": ("/tickets", ground.signed_in),
        "ticket": (f"/tickets/{number}", ground.signed_in),
        "search": (text, ground.signed_in),
        "api list": ("/api/v1/tickets?limit=25", ground.bearer),
    }
    counts = json.loads(furnish(ground.settings, "statements", given=asked))
    for name, count in counts.items():
        book.set(f"{name}.statements.{size}", count)
    book.remarks.append(
        f"statements at {size}: " + ", ".join(f"{name} {count}" for name, count in counts.items())
    )
    print(f"  {book.remarks[-1]}", flush=True)
