"""Row 13: all that was promised for nine o'clock falls due at the same second."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg

from _bench.notebook import Notebook
from _bench.serving import flask
from _bench.stage import Ground, Stage
from _bench.wishes import Wishes
from _bench.working import wait_until, workers
from hotline import clock

PROMISES = 10_000
WORKERS = 2
PROBE = 100
SETTLED = 12.0
"""Seconds that workers need to be at work."""
WITHIN = 600.0


def measure(stage: Stage, wishes: Wishes, book: Notebook) -> None:
    """Make the promises, let two workers wait for the moment, and count the seconds after it."""
    ground = stage.ground("postgresql", "burst", 0)
    count = wishes.some(PROMISES)
    wishes.say(f"making {count} promises")
    due = _promised(ground, count)
    with workers(ground.settings, stage.folder / "postgresql-burst", WORKERS) as running:
        if (early := due - clock.now()) > timedelta(0):
            wishes.say(f"waiting {early.seconds} s for nine o'clock")
            time.sleep(early.total_seconds())
        began = max(due, clock.now())
        pending = _pending(ground, due)
        wait_until(lambda: not pending(), WITHIN)
        took = (clock.now() - began).total_seconds()
    copies = running.copies()
    announced = {about: keys for about, keys in copies.items() if about[2].startswith("followup:")}
    lost = count - len({about[2] for about in announced})
    doubled = sum(len(keys) - 1 for keys in announced.values())
    book.set("burst.seconds", took)
    book.set("burst.wrong", abs(lost) + doubled)
    book.remarks.append(
        f"nine o'clock: {count:,} promises announced in {took:.1f} s by {WORKERS} workers "
        f"({count / took:,.0f} a second), {lost} lost, {doubled} doubled"
    )
    print(f"\r\033[K  {book.remarks[-1]}", flush=True)


def _promised(ground: Ground, count: int) -> datetime:
    """Make the promises; the moment for which they are, with time to get both workers to work."""
    began = time.monotonic()
    _add(ground, PROBE, clock.now() + timedelta(days=2))
    one = (time.monotonic() - began) / PROBE
    due = (clock.now() + timedelta(seconds=SETTLED + 1.3 * one * count)).replace(microsecond=0)
    _add(ground, count, due)
    return due


def _add(ground: Ground, count: int, due: datetime) -> None:
    flask(ground.settings, "followup", "add", "--count", str(count), "--due", due.isoformat())


def _pending(ground: Ground, due: datetime) -> Callable[[], bool]:
    """Asks whether anything of that moment was not announced yet."""
    base = psycopg.connect(ground.address, autocommit=True)
    query = "SELECT EXISTS (SELECT 1 FROM followups WHERE due_at = %s AND status = 'pending')"
    return lambda: bool(base.execute(query, [due]).fetchone()[0])  # type: ignore[index]
