"""Rows 1 to 5: putting a call on record, on both databases."""

from _bench import asking, repeating
from _bench.measuring import Effort, Subject, interleave, warm_up
from _bench.notebook import Notebook
from _bench.stage import Ground, Stage, request
from _bench.wishes import Wishes

CLIENTS = {1: 200, 8: 480, 32: 640}
"""Clients to how many requests of a round they share."""

DESK = 1_000
"""A desk that has been working for a while."""


def measure(stage: Stage, wishes: Wishes, book: Notebook) -> None:
    """Intake on each wanted database, beside the bare handlers there."""
    for kind in wishes.databases:
        ground = stage.ground(kind, "desk", wishes.at_most(DESK))
        subjects = _subjects(stage, ground)
        warm_up(subjects, wishes.some(60))
        for clients, count in CLIENTS.items():
            _run(kind, subjects, Effort(wishes.some(count), clients), wishes, book)
        if not ground.is_sqlite:
            repeating.check(ground, subjects[0], book)
        if wishes.rate:
            effort = Effort(wishes.some(600), clients=64, rate=wishes.rate)
            found = interleave(subjects[:1], effort, wishes.rounds, wishes.say)
            book.note("intake", kind, f"{wishes.rate:g}/s fixed", found)


def _run(
    kind: str, subjects: list[Subject], effort: Effort, wishes: Wishes, book: Notebook
) -> None:
    found = interleave(subjects, effort, wishes.rounds, wishes.say)
    book.note("intake", kind, _many(effort.clients), found)
    for subject, figures in found.items():
        for name in ("cpu", "rps", "p95", "errors"):
            book.set(f"intake.{kind}.{subject}.{name}.{effort.clients}", getattr(figures, name))


def _many(clients: int) -> str:
    return f"{clients} client{'s' if clients > 1 else ''}"


def _subjects(stage: Stage, ground: Ground) -> list[Subject]:
    bodies = asking.intakes()
    product = [request("POST", "/api/v1/tickets", ground.bearer, body) for body in bodies]
    plain = {"Content-Type": "application/json"}
    bare = stage.bare(ground)
    ways = {"bare, five inserts": "/five"}
    if not ground.is_sqlite:
        ways["bare, one statement"] = "/one"
    return [
        Subject("hotline", stage.product(ground), product, ("201",)),
        *(
            Subject(
                name, bare, [request("POST", path, plain, body) for body in bodies], ("201",), 3
            )
            for name, path in ways.items()
        ),
        Subject("bare, hello", bare, [request("GET", "/healthz", {})], times=6),
    ]
