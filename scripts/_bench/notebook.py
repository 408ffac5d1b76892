"""What was found out so far: figures by what they are of, and the values that decide."""

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from _bench.figures import Figures


@dataclass(frozen=True)
class Entry:
    """One line of a detailed table: what was asked, of whom, how, and the figures."""

    row: str
    database: str
    effort: str
    subject: str
    figures: Figures


@dataclass
class Notebook:
    """``values``: key of a target to what was measured; ``remarks``: sentences worth reading."""

    entries: list[Entry] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def note(self, row: str, database: str, effort: str, figures: dict[str, Figures]) -> None:
        """One interleaved run of several subjects."""
        for subject, one in figures.items():
            self.entries.append(Entry(row, database, effort, subject, one))
            print(f"\r\033[K{line(row, database, effort, subject, one)}", flush=True)

    def set(self, key: str, value: float) -> None:
        """What a target is judged by."""
        self.values[key] = value

    def save(self, path: Path) -> None:
        """All of it as JSON."""
        known = {
            "entries": [asdict(one) for one in self.entries],
            "values": self.values,
            "remarks": self.remarks,
        }
        path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n")


def load(path: Path) -> Notebook:
    """What an earlier run saved."""
    known = json.loads(path.read_text())
    entries = [Entry(**{**one, "figures": Figures(**one["figures"])}) for one in known["entries"]]
    return Notebook(entries, known["values"], known["remarks"])


def line(row: str, database: str, effort: str, subject: str, one: Figures) -> str:
    """One entry for the eye."""
    cpu = "     –" if math.isnan(one.cpu) else f"{one.cpu:6.2f}"
    wrong = f"  {one.errors} ERRORS" if one.errors else ""
    return (
        f"  {row:10} {database:10} {effort:11} {subject:22} CPU {cpu} ms"
        f"  {one.rps:7.1f} rps  p50 {one.p50:7.1f}  p95 {one.p95:7.1f}  p99 {one.p99:7.1f}{wrong}"
    )
