"""From the command line to the tables."""

import signal
import sys
import tempfile
from pathlib import Path

from _bench import intake, reads
from _bench.notebook import Notebook
from _bench.serving import environment, flask
from _bench.stage import SIZES, Stage, furnish
from _bench.wishes import Wishes, parse


def main(description: str) -> int:
    """Do what the command line says; 0 when every must is met."""
    wishes = parse(sys.argv[1:], description)
    for name in (signal.SIGTERM, signal.SIGHUP):
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


def _measure(wishes: Wishes, folder: Path) -> int:
    book = Notebook()
    stage = Stage(folder, wishes.keep)
    try:
        if wishes.wants("intake"):
            intake.measure(stage, wishes, book)
        if {"list", "ticket", "text", "name", "api"} & set(wishes.rows):
            reads.measure(stage, wishes, book)
    finally:
        stage.close()
        if wishes.json:
            book.save(wishes.json)
    return 0
