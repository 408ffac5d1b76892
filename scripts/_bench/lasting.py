"""Rows 11 and 12: how soon the server answers, and what it holds in memory."""

import time

from _bench import asking
from _bench.figures import middle
from _bench.measuring import Effort, Subject, run
from _bench.notebook import Notebook
from _bench.serving import Served
from _bench.stage import Ground, Stage, request
from _bench.wishes import Wishes

REQUESTS = 10_000
SETTLES = 2.0
"""Seconds after the first answer that a server is left alone."""


def measure(stage: Stage, wishes: Wishes, book: Notebook) -> None:
    """Start the server some times, then let one answer ten thousand requests."""
    ground = stage.ground("postgresql", "desk", wishes.at_most(1_000))
    starts = []
    for _ in range(wishes.rounds):
        with stage.product_for_a_while(ground) as server:
            starts.append(server.first_answer_after)
    book.set("start.seconds", middle(starts))
    with stage.product_for_a_while(ground) as server:
        time.sleep(SETTLES)
        rest, master = server.memory()
        wishes.say("ten thousand requests")
        subject = Subject("hotline", server, _mixed(ground, server), ("200", "201"))
        figures, outcome = run(subject, Effort(wishes.some(REQUESTS), clients=8))
        book.note("mixed", "postgresql", "8 clients", {"hotline": figures})
        time.sleep(SETTLES)
        after, still = server.memory()
    book.set("memory.rest", rest)
    book.set("memory.after", after)
    book.remarks.append(
        "Memory is that of the two web processes; gunicorn's master, which shares most of it "
        f"with them, adds {master:.0f} MiB at rest and {still:.0f} MiB after "
        f"{figures.count:,} requests."
    )
    if figures.errors:
        book.remarks.append(f"Of the mixed requests {figures.errors} went wrong: {outcome.told()}")
    print(
        f"  start {book.values['start.seconds']:.2f} s, memory {rest:.0f} MiB at rest, {after:.0f}"
        f" MiB after {figures.count:,} requests; the master {master:.0f} and {still:.0f} MiB",
        flush=True,
    )


def _mixed(ground: Ground, server: Served) -> list[str]:
    """What a desk asks in turn: lists, tickets, searches, the API, now and then a new call."""
    numbers, words = asking.numbers(ground), asking.searches(asking.TEXTS)
    bodies = asking.intakes()
    mixed = []
    for place, one in enumerate(numbers):
        pages = ["/tickets", f"/tickets/{one}", words[place % len(words)]]
        mixed += asking.pages(ground, pages)
        operator = {"Cookie": f"hotline={ground.operators[place % len(ground.operators)]}"}
        mixed.append(request("GET", "/console/ringing", operator))
        mixed.append(request("GET", f"/api/v1/tickets/{one}", ground.bearer))
        mixed.append(request("POST", "/api/v1/tickets", ground.bearer, bodies[place]))
    return mixed
