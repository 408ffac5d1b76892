"""Row 14: from the ring to every open console."""

import threading
import time

from _bench.figures import percentile
from _bench.notebook import Notebook
from _bench.stage import OPERATORS, Stage
from _bench.telephone import Webhook, at_once, call_sid, consoles, shown
from _bench.wishes import Wishes

RINGS = 20
WARM_UP, SEEN_WITHIN = 3.0, 10.0
EACH_ROUND = 3.0
"""Seconds from one round of rings to the next: by then all have popped up and were hung up."""


def measure(stage: Stage, wishes: Wishes, book: Notebook) -> None:
    """Twenty calls at the same moment, round after round, on fifty open consoles."""
    ground = stage.ground("postgresql", "desk", wishes.at_most(1_000))
    sent: dict[str, float] = {}
    with stage.product_for_a_while(ground) as server:
        line = Webhook(server, ground)
        with consoles(server, ground.operators) as watching:
            time.sleep(WARM_UP)
            for turn in range(wishes.rounds):
                wishes.say(f"round {turn + 1} of {wishes.rounds}: {RINGS} calls at once")
                _round(line, turn, sent)
    waits = [
        console.get(number, at + SEEN_WITHIN) - at
        for console in watching.seen
        for number, at in sent.items()
    ]
    for name, share in (("p50", 0.5), ("p99", 0.99), ("slowest", 1.0)):
        book.set(f"ring.{name}", percentile(waits, share))
    asked = percentile(watching.seconds, 0.95) * 1000
    book.remarks.append(
        f"{OPERATORS} consoles, {RINGS} calls at once, {wishes.rounds} rounds: on the screen after "
        f"{book.values['ring.p50']:.2f} s (p50), {book.values['ring.p99']:.2f} s (p99); "
        f"a console's question is answered in {asked:.0f} ms (p95), {watching.failed} failed"
    )
    print(f"\r\033[K  {book.remarks[-1]}", flush=True)


def _round(line: Webhook, turn: int, sent: dict[str, float]) -> None:
    places = range(turn * RINGS, (turn + 1) * RINGS)

    def ring(place: int) -> None:
        sent[shown(place)] = time.time()
        line.ring(call_sid("ring", place), place)

    at_once([threading.Thread(target=ring, args=(place,)) for place in places])
    time.sleep(EACH_ROUND)
    for place in places:
        line.hang_up(call_sid("ring", place), place)
