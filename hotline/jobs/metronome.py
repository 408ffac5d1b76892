"""The worker's clockwork: APScheduler in memory, looking again and again; rows are the truth."""

import logging
import os
import signal
import threading
import time
from datetime import UTC, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from hotline import clock
from hotline.jobs import kinds
from hotline.jobs.work import Work

log = structlog.get_logger(__name__)

GRACE_SECONDS = 15
"""How long a stop waits for what is under way; what still hangs then is left to its lease."""


class Worker:
    """One process that does all kinds of work until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = threading.Event()
        self.running: set[str] = set()

    def stopping(self) -> bool:
        """Whether nothing new may be claimed."""
        return self._stop.is_set()

    def run(self, work: Work) -> None:
        """Work until SIGTERM or SIGINT; then let what is under way end, and return."""
        scheduler = build(self, work)
        ended = threading.Thread(target=self._shut_down, args=[scheduler], daemon=True)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        ended.start()
        log.info("worker.started", pid=os.getpid(), kinds=list(kinds.JOBS))
        scheduler.start()
        self.wait()
        log.info("worker.stopped", pid=os.getpid())

    def look(self, kind: str, work: Work) -> None:
        """One look of one kind, in the thread of the scheduler that is due for it."""
        if self.stopping():
            return
        self.running.add(kind)
        try:
            with self._app.app_context():
                kinds.run(kind, work)
        finally:
            self.running.discard(kind)

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Begin nothing new: what a signal does."""
        self._stop.set()

    def _shut_down(self, scheduler: BlockingScheduler) -> None:
        self._stop.wait()
        while not scheduler.running:  # Told to stop before it had begun.
            time.sleep(0.05)
        scheduler.shutdown(wait=False)

    def wait(self) -> None:
        """Let what is under way end; what hangs is left to its lease, and the process ends."""
        until = time.monotonic() + GRACE_SECONDS
        while self.running and time.monotonic() < until:
            time.sleep(0.05)
        if self.running:
            # A thread that hangs cannot be ended; its claims run out and others take them.
            log.error("worker.abandoned", kinds=sorted(self.running))
            os._exit(0)


def build(worker: Worker, work: Work) -> BlockingScheduler:
    """A job for each kind. A late or overlapping look is merged; no kind holds up another."""
    # A run that is still at work when the next is due is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(kinds.JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for kind, job in kinds.JOBS.items():
        # Not a moment long ago: the scheduler would count every look that was missed since.
        first = clock.now() + timedelta(seconds=job.first_after)
        scheduler.add_job(
            worker.look,
            "interval",
            seconds=job.every,
            args=[kind, work],
            id=kind,
            replace_existing=True,
            next_run_time=first,
        )
    return scheduler
