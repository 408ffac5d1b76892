"""Each kind of work: what it does, how often it is looked at, and its heartbeat."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError

from hotline import clock, heartbeats
from hotline.db import db
from hotline.jobs import (
    housekeeping,
    mail,
    obligations,
    offers,
    paging,
    recordings,
    roster,
    scanning,
    sealing,
    sms,
    spool,
    telling,
    voice,
    watch,
)
from hotline.jobs.work import Work
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """What one kind of work does, the seconds between two looks, and those before the first."""

    do: Callable[[Work], object]
    every: float
    first_after: float = 0


JOBS = {
    # First: what these make is told by the channels in the same look.
    "paging": Job(paging.ring, 1),
    "offers": Job(offers.look, 1),
    "tell": Job(telling.tell, 15),
    "obligations": Job(obligations.remind, 60),
    "roster": Job(roster.look, 60),
    "mail": Job(mail.deliver, 1),
    "sms": Job(sms.deliver, 1),
    "voice": Job(voice.deliver, 1),
    "spool": Job(spool.take_in, 5),
    "recordings": Job(recordings.fetch, 5),
    "scan": Job(scanning.scan, 2),
    "audit": Job(sealing.seal, 2),
    # The others first show that they work, and catch up.
    "watch": Job(watch.look, 15, first_after=60),
    "housekeeping": Job(housekeeping.tidy, 3600),
}

ONCE = tuple(kind for kind in JOBS if kind != "watch")
"""What ``flask tick`` does: the watch judges a worker that runs for a while."""

BEAT_SECONDS = 10
_beaten: dict[str, float] = {}
_beating = threading.Lock()


def run(kind: str, work: Work) -> bool:
    """One look of one kind; whatever it raises is logged, and the next look comes. True: done."""
    try:
        JOBS[kind].do(work)
        _beat(kind)
    except OperationalError:
        # Its text can hold values of rows; the database is away or busy, and we wait for it.
        log.error("job.database_unreachable", job=kind)
    except Exception as error:
        log.error("job.failed", job=kind, kind=type(error).__name__, exc_info=True)
    else:
        return True
    finally:
        db.session.remove()
    return False


def _beat(kind: str) -> None:
    """Note the finished run, every ten seconds at most; always by the real clock."""
    with _beating:
        if time.monotonic() - _beaten.get(kind, -BEAT_SECONDS) < BEAT_SECONDS:
            return
        _beaten[kind] = time.monotonic()
    with transaction():
        heartbeats.beat(kind, now=clock.now())
