"""The worst day: many tickets and calls, fifty open consoles, and workers that are killed.

300 tickets and 60 calls an hour, at seeded moments. Latency counts from the moment at which a
request was meant to be sent. At the end every acknowledged ticket and call must be there once,
every notice must have gone out under one key, and all rows must agree.
"""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg

from _bench import asking
from _bench.figures import Figures
from _bench.notebook import Notebook
from _bench.repeating import findings
from _bench.serving import flask
from _bench.stage import Ground, Stage
from _bench.telephone import Webhook, call_sid, consoles
from _bench.wishes import Wishes
from _bench.working import Workers, wait_until, workers
from hotline import clock

TICKETS_AN_HOUR, CALLS_AN_HOUR = 300, 60
WORKERS = 2
KILLED_EVERY = (8.0, 25.0)
STARTS_IN = 2.0
"""Seconds in which a quiet machine has the server up."""
SEED = 911
TALKS_FOR = 20.0
DONE_WITHIN = 120.0
FROM = 8_000
BATCHES, BATCH = 4, 50


@dataclass
class Diary:
    """What was sent and acknowledged, and how long each answer took."""

    numbers: list[str] = field(default_factory=list)
    sids: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"ticket": [], "call": []})
    failed: list[str] = field(default_factory=list)


def measure(stage: Stage, wishes: Wishes, book: Notebook) -> None:
    """Live through so many minutes of it."""
    ground = stage.ground("postgresql", "worst", wishes.at_most(1_000))
    seconds = wishes.minutes * 60
    over, diary = threading.Event(), Diary()
    promised = _promise(ground, seconds)
    with stage.product_for_a_while(ground) as server:
        day = _day(seconds, Webhook(server, ground), ground, diary)
        with (
            workers(ground.settings, stage.folder / "postgresql-worst", WORKERS) as staff,
            consoles(server, ground.operators) as watching,
        ):
            # Whoever is killed before it is at work has proved nothing: a busy machine is slow.
            slow = max(server.first_answer_after / STARTS_IN, 1.0)
            every = (KILLED_EVERY[0] * slow, KILLED_EVERY[1] * slow)
            storm = threading.Thread(target=staff.storm, args=(SEED, every, over))
            storm.start()
            before = server.cpu()
            _live(day, wishes)
            used = server.cpu() - before
            over.set()
            storm.join()
            wait_until(lambda: _is_done(ground), DONE_WITHIN * slow, pause=1.0)
    _sum_up(diary, seconds, used, book)
    _check(ground, diary, staff, book)
    _check_announced(promised, staff, book)
    book.note("worst day", "postgresql", "50 consoles", {"poll": Figures.of(
        watching.seconds, errors=watching.failed, cpu=float("nan"), took=seconds)})  # fmt: skip


def _promise(ground: Ground, seconds: float) -> int:
    """Drills that fall due four times while workers are killed; how many."""
    for part in range(1, BATCHES + 1):
        due = clock.now() + timedelta(seconds=seconds * part / (BATCHES + 1))
        flask(ground.settings, "followup", "add", "--count", str(BATCH), "--due", due.isoformat())
    return BATCHES * BATCH


def _day(
    seconds: float, line: Webhook, ground: Ground, diary: Diary
) -> list[tuple[float, Callable[[], None]]]:
    """When what happens, in seconds from now; the same on every worst day."""
    draw = random.Random(SEED)
    bodies = asking.intakes()
    day: list[tuple[float, Callable[[], None]]] = []
    for place in range(round(TICKETS_AN_HOUR * seconds / 3600)):
        body = bodies[place % len(bodies)]
        day.append((draw.uniform(0, seconds), lambda body=body: _open(line, ground, body, diary)))
    for place in range(round(CALLS_AN_HOUR * seconds / 3600)):
        at = draw.uniform(0, seconds)
        sid = call_sid("worst day", place)
        day.append((at, lambda sid=sid, place=place: _ring(line, sid, place, diary)))
        day.append((at + TALKS_FOR, lambda sid=sid, place=place: line.hang_up(sid, FROM + place)))
    return sorted(day, key=lambda one: one[0])


def _live(day: list[tuple[float, Callable[[], None]]], wishes: Wishes) -> None:
    """Each event at its moment, in a thread of its own: none waits for the one before it."""
    began = time.monotonic()
    under_way = []
    for place, (at, event) in enumerate(day):
        wishes.say(f"worst day: {place} of {len(day)} events, {timedelta(seconds=int(at))}")
        time.sleep(max(began + at - time.monotonic(), 0))
        under_way.append(threading.Thread(target=event))
        under_way[-1].start()
    for one in under_way:
        one.join(60)


def _open(line: Webhook, ground: Ground, body: str, diary: Diary) -> None:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", line.server.port, timeout=60)
    try:
        connection.request("POST", "/api/v1/tickets", body.encode(), ground.bearer)
        answer = connection.getresponse()
        told = answer.read()
    except OSError as error:
        diary.failed.append(str(error))
        return
    finally:
        connection.close()
    diary.seconds["ticket"].append(time.perf_counter() - began)
    if answer.status == http.client.CREATED:
        diary.numbers.append(json.loads(told)["number"])
    else:
        diary.failed.append(f"{answer.status}")


def _ring(line: Webhook, sid: str, place: int, diary: Diary) -> None:
    try:
        diary.seconds["call"].append(line.ring(sid, FROM + place))
        diary.sids.append(sid)
    except OSError as error:
        diary.failed.append(str(error))


def _is_done(ground: Ground) -> bool:
    """Nothing is due any more, and everything is sealed."""
    with psycopg.connect(ground.address) as base:
        waiting = base.execute(
            "SELECT (SELECT count(*) FROM notices WHERE status IN ('waiting', 'sending', 'failed')"
            " AND wake_at <= now()) + (SELECT count(*) FROM audit_entries WHERE seq IS NULL)"
        ).fetchone()
    return waiting is not None and waiting[0] == 0


def _sum_up(diary: Diary, seconds: float, used: float, book: Notebook) -> None:
    for what, answers in diary.seconds.items():
        figures = Figures.of(answers, errors=len(diary.failed), cpu=float("nan"), took=seconds)
        book.note("worst day", "postgresql", "as it comes", {what: figures})
    book.remarks.append(
        f"worst day: server and database used {used / seconds:.0%} of one core for "
        f"{seconds / 60:g} minutes"
    )


def _check(ground: Ground, diary: Diary, staff: Workers, book: Notebook) -> None:
    """What was acknowledged is there, once; what was told was told under one key."""
    with psycopg.connect(ground.address) as base:
        kept = base.execute("SELECT count(*) FROM tickets WHERE number = ANY(%s)", [diary.numbers])
        rang = base.execute("SELECT count(*) FROM calls WHERE call_sid = ANY(%s)", [diary.sids])
        there = [query.fetchone() or (0,) for query in (kept, rang)]
    expected = [len(set(diary.numbers)), len(set(diary.sids))]
    copies = staff.copies()
    again = sum(len(found) - len(set(found)) for found in copies.values())
    flask(ground.settings, "audit", "verify")
    book.set("worst.lost", sum(expected) - sum(one[0] for one in there) + len(diary.failed))
    book.set("worst.doubled", len(diary.numbers) - expected[0])
    book.set("worst.findings", len(findings(ground)))
    book.remarks.append(
        f"worst day: {expected[0]} tickets and {expected[1]} calls acknowledged, "
        f"{sum(one[0] for one in there)} are there; {staff.kills} workers killed, {again} messages "
        "sent again under the same key; the trail is whole"
    )
    print(f"\r\033[K  {book.remarks[-1]}", flush=True)


def _check_announced(promised: int, staff: Workers, book: Notebook) -> None:
    """Each promise that fell due was told, and whoever was told was told under one key."""
    copies = {about: keys for about, keys in staff.copies().items() if "followup:" in about[2]}
    told = len({about[2] for about in copies})
    doubled = sum(len(set(keys)) > 1 for keys in copies.values())
    book.set("worst.lost", book.values["worst.lost"] + max(promised - told, 0))
    book.set("worst.doubled", book.values["worst.doubled"] + doubled)
    book.remarks.append(f"worst day: of {promised} promises that fell due {told} were announced")
    print(f"  {book.remarks[-1]}", flush=True)
