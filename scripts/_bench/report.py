"""The tables, on the screen and in docs/performance.md, and the prose that people keep there."""

import math
import platform
import re
import sqlite3
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from _bench.machine import model
from _bench.notebook import Entry, Notebook
from _bench.targets import PEERS, TARGETS, Target, verdict

PACKAGES = ("Flask", "SQLAlchemy", "psycopg", "gunicorn")
KEPT = re.compile(r"<!-- kept: ([a-z-]+) -->\n(.*?)<!-- end -->", re.DOTALL)
"""Prose that a new run leaves as it is."""

FIRST_WORDS = {
    "reading": "How to read it: CPU time and the ratios to the bare handlers decide; absolute "
    "times depend on the machine and on what else it did.\n",
    "reasons": "What misses its aim, and why, is written here by hand.\n",
}


def number(value: float) -> str:
    """A figure as people read it: few digits, thousands apart, – where there is none."""
    if math.isnan(value):
        return "–"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def bounds(target: Target) -> list[str]:
    """Must, aim and stretch with their sign."""
    if target.must == target.stretch:
        return [number(target.must)] * 3
    sign = "≥" if target.more else "≤"
    return [f"{sign} {number(one)}" for one in (target.must, target.aim, target.stretch)]


HEAD = ("#", "What", "Measured", "", "Verdict", "Must", "Aim", "Stretch")


def judged(book: Notebook) -> list[list[str]]:
    """Each target with what was measured and a word; those that were not asked are left out."""
    rows = []
    for target in TARGETS:
        value = target.value(book.values)
        if not math.isnan(value):
            word = verdict(target, value)
            rows.append(
                [target.row, target.what, number(value), target.unit, word, *bounds(target)]
            )
    return rows


def missed(book: Notebook) -> list[str]:
    """What every must should have been and is not."""
    return [row[1] for row in judged(book) if row[4] == "MISSED"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as Markdown, its columns as wide as they have to be on a screen."""
    widths = [max(map(_width, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(one + " " * (width - _width(one)) for one, width in
                          zip(line, widths, strict=True)) + " |"
        for line in lines
    )  # fmt: skip


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


DETAIL = ("What", "Database", "Load", "Of", "CPU ms", "rps", "p50", "p95", "p99", "errors")


def details(entries: Sequence[Entry]) -> list[list[str]]:
    """Every figure of the run."""
    return [
        [
            one.row, one.database, one.effort, one.subject,
            *(number(value) for value in (one.figures.cpu, one.figures.rps, one.figures.p50,
                                          one.figures.p95, one.figures.p99)),
            str(one.figures.errors),
        ]
        for one in entries
    ]  # fmt: skip


def kept(text: str) -> dict[str, str]:
    """The prose between the marks, by its name."""
    return dict(KEPT.findall(text))


def document(book: Notebook, *, command: str, today: date, before: str, chart: str = "") -> str:
    """docs/performance.md; what people wrote in ``before``, the former one, stays."""
    prose = {**FIRST_WORDS, **kept(before)}
    peers = table(("Stored, measured once on another machine", "Figures"),
                  [[one.what, one.figures] for one in PEERS])  # fmt: skip
    parts = [
        "# Performance\n\nWritten by `scripts/bench --write`; the parts between the marks are "
        "kept by hand.\n",
        _marked("reading", prose),
        f"## Measured {today.isoformat()}\n\n`{command}` on {model()}; {_versions()}. Two web "
        "processes of eight threads, PostgreSQL with durable commits, one load client on the "
        "same machine, medians of interleaved rounds.\n",
        table(HEAD, judged(book)) + "\n",
        chart,
        "## What misses its aim\n",
        _marked("reasons", prose),
        "## Beside others\n\nThe peers were not on this machine: their figures are stored ones. "
        "What carries over is the ratio to the bare handlers (Flask and psycopg, no ORM, login, "
        "layout or rights), which are part of this run.\n",
        peers + "\n",
        "## All figures\n\nTimes in milliseconds; CPU is that of server and database together, "
        "for each request.\n",
        table(DETAIL, details(book.entries)) + "\n",
        *(f"- {remark}" for remark in book.remarks),
    ]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


def _marked(name: str, prose: dict[str, str]) -> str:
    return f"<!-- kept: {name} -->\n{prose[name]}<!-- end -->\n"


def _versions() -> str:
    names = [f"{name} {version(name)}" for name in PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", *names,
                      f"SQLite {sqlite3.sqlite_version}"])  # fmt: skip


def write(book: Notebook, path: Path, *, command: str, today: date, chart: str = "") -> None:
    """Write the document anew, with the prose of the one that is there."""
    before = path.read_text() if path.exists() else ""
    path.write_text(document(book, command=command, today=today, before=before, chart=chart))
