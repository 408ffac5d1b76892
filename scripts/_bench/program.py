"""From the command line to the tables."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from _bench import burst, intake, lasting, notebook, reads, report, ringing, worst_day
from _bench.notebook import Notebook
from _bench.serving import ROOT, environment, flask
from _bench.stage import SIZES, Stage, furnish
from _bench.wishes import Wishes, parse
from hotline import clock


def main(description: str) -> int:
    """Do what the command line says; 0 when every must is met."""
    wishes = parse(sys.argv[1:], description)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)  # So that everything that was started is stopped.
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        try:
            if wishes.fill:
                return _only_fill(wishes, Path(folder))
            return _measure(wishes, Path(folder))
        except KeyboardInterrupt:
            print("\nStopped.")
            return 130


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _only_fill(wishes: Wishes, folder: Path) -> int:
    settings = environment(folder, wishes.fill)
    flask(settings, "db", "upgrade")
    furnish(settings, "fill", str(SIZES[wishes.sizes[0]]))
    print("A token, and cookies named hotline:", furnish(settings, "accounts", "1"))
    return 0


READS = {"list", "ticket", "text", "name", "api"}
ROWS: tuple[tuple[set[str], Callable[[Stage, Wishes, Notebook], None]], ...] = (
    ({"intake"}, intake.measure),
    (READS, reads.measure),
    ({"lasting"}, lasting.measure),
    ({"ring"}, ringing.measure),
    ({"burst"}, burst.measure),
    ({"worst-day"}, worst_day.measure),
)


def _measure(wishes: Wishes, folder: Path) -> int:
    """Every wanted row; what was found is saved even when something breaks later."""
    book = notebook.load(wishes.add) if wishes.add else Notebook()
    stage = Stage(folder, wishes.keep)
    began = time.monotonic()
    try:
        for names, measure in ROWS:
            if names & set(wishes.rows):
                measure(stage, wishes, book)
                stage.tidy_up()
    finally:
        stage.close()
        if wishes.json:
            book.save(wishes.json)
    book.remarks.append(_how_busy(time.monotonic() - began))
    return _tell(book, wishes)


def _tell(book: Notebook, wishes: Wishes) -> int:
    print(f"\r\033[K\n{report.table(report.HEAD, report.judged(book))}\n")
    print("\n".join(book.remarks))
    if wishes.write:
        report.write(book, ROOT / "docs/performance.md", command=_command(), today=_today())
        print("Written: docs/performance.md")
    missed = report.missed(book)
    print(f"\nMissed: {', '.join(missed)}." if missed else "\nEvery must is met.")
    return 1 if missed and not wishes.quick else 0


def _how_busy(seconds: float) -> str:
    load = os.getloadavg()[2]
    return f"the run took {seconds / 60:.0f} minutes, the load of the machine was {load:.1f}"


def _command() -> str:
    return " ".join(["scripts/bench", *sys.argv[1:]])


def _today() -> date:
    return clock.now().astimezone(clock.TOKYO).date()
