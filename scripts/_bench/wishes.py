"""What whoever started the bench wants to know."""

import argparse
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from _bench.stage import SIZES

ROWS = {
    "intake": "1 to 5: a call put on record, at 1, 8 and 32 clients",
    "list": "6 to 8: the list of tickets",
    "ticket": "8 and 9: the page of one ticket, and how many statements it takes",
    "text": "10: search by what callers said",
    "name": "10: search by company and caller",
    "api": "the list of the JSON API",
    "lasting": "11 and 12: memory, and the time to the first answer",
    "burst": "13: 10,000 promises due at nine o'clock",
    "ring": "14: from the ring to 50 consoles",
    "worst-day": "ten minutes of everything at once, with workers killed; only when named",
}
DATABASES = ("postgresql", "sqlite")
QUICK = 0.1
"""So much of everything is done when somebody is in a hurry."""


@dataclass(frozen=True)
class Wishes:
    """Rows, sizes and databases by name; ``rate`` a second adds a fixed-rate run, 0 does not."""

    rows: tuple[str, ...]
    sizes: tuple[str, ...]
    databases: tuple[str, ...]
    rounds: int = 3
    rate: float = 0.0
    minutes: float = 10.0
    quick: bool = False
    keep: Path | None = None
    json: Path | None = None
    write: bool = False
    fill: str = ""
    add: Path | None = None

    def wants(self, row: str) -> bool:
        """Whether this row is wanted."""
        return row in self.rows

    def some(self, count: int) -> int:
        """So many, or the few that a hurry allows."""
        return max(int(count * QUICK), min(count, 10)) if self.quick else count

    def at_most(self, tickets: int) -> int:
        """A database of so many tickets, or a small one."""
        return min(tickets, 200) if self.quick else tickets

    def say(self, text: str) -> None:
        """How far it is, on the one line that is always overwritten."""
        if sys.stdout.isatty():
            print(f"\r\033[K  {text} …", end="", flush=True)


def parse(arguments: list[str], description: str) -> Wishes:
    """The wishes of a command line; ends the program with a sentence about what cannot be."""
    usage = description.splitlines()
    parser = argparse.ArgumentParser(
        description=usage[0],
        epilog="\n".join(usage[1:]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=_names(ROWS), default=tuple(ROWS)[:-1])
    parser.add_argument("--sizes", type=_names(SIZES), help=f"some of {', '.join(SIZES)}")
    parser.add_argument("--databases", type=_names(DATABASES), default=DATABASES)
    parser.add_argument("--rounds", type=int, default=0, help="3, or 1 with --quick")
    parser.add_argument("--rate", type=float, default=0.0, help="requests a second, open loop")
    parser.add_argument("--minutes", type=float, default=10.0, help="of the worst day")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for the filled databases")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    parser.add_argument("--write", action="store_true", help="docs/performance.md")
    parser.add_argument("--add", type=Path, help="figures of an earlier run, from its --json")
    parser.add_argument("--fill", default="", help="only fill this empty database")
    parser.add_argument("--list", action="store_true", help="name the rows")
    given = vars(parser.parse_args(arguments))
    if given.pop("list"):
        print("\n".join(f"{name:10} {what}" for name, what in ROWS.items()))
        raise SystemExit(0)
    sizes = ("1k",) if given["quick"] else ("1k", "100k", "1m")
    return Wishes(
        **{
            **given,
            "sizes": given["sizes"] or sizes,
            "rounds": given["rounds"] or (1 if given["quick"] else 3),
        }
    )


def _names(known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads some of these names, with commas between."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(text.lower().split(","))
        if unknown := set(names) - set(known):
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}")
        return names

    return read
