"""Workers of the bench, and what they printed: the console channel names each message."""

import random
import re
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from _bench.machine import stop
from _bench.serving import BIN, ROOT

MESSAGE = re.compile(
    r"^\S+ \S+  (?P<what>mail|text|call)\S* to (?P<to>\S+)\n(?P<head>(?:    [\w-]+: .*\n)+)", re.M
)
HEADER = re.compile(r"^    X-Hotline-(Subject|Dedup-Key): (.*)$", re.M)


@dataclass
class Workers:
    """Some ``flask worker`` processes; what they print is kept, that of killed ones too."""

    settings: Mapping[str, str]
    folder: Path
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    started: int = 0
    kills: int = 0

    def start(self) -> None:
        """One more."""
        self.started += 1
        with (self.folder / f"worker-{self.started}.out").open("wb") as out:
            self.running.append(
                subprocess.Popen(
                    [BIN / "flask", "worker", "--lease", "10"],
                    cwd=ROOT,
                    env=dict(self.settings),
                    stdout=out,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )

    def kill_one(self, draw: random.Random) -> None:
        """End one at once, as a power cut would, and start another."""
        victim = self.running.pop(draw.randrange(len(self.running)))
        victim.kill()
        victim.wait()
        self.kills += 1
        self.start()

    def storm(self, seed: int, every: tuple[float, float], until: threading.Event) -> None:
        """Kill one after the other, so many seconds apart, until told to stop."""
        draw = random.Random(seed)
        while not until.wait(draw.uniform(*every)):
            self.kill_one(draw)

    def stop(self) -> None:
        """End all of them politely."""
        for one in self.running:
            stop(one)
        self.running.clear()

    def copies(self) -> dict[tuple[str, str, str], list[str]]:
        """(what, to whom, about what) to the keys under which it was sent, one for each copy."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for path in sorted(self.folder.glob("worker-*.out")):
            for about, key in messages(path.read_text(errors="replace")):
                found[about].append(key)
        return dict(found)


def messages(printed: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Each message in what a worker printed: what it is about, and its key."""
    for one in MESSAGE.finditer(printed):
        head = dict(HEADER.findall(one["head"]))
        yield (one["what"], one["to"], head.get("Subject", "")), head.get("Dedup-Key", "")


@contextmanager
def workers(settings: Mapping[str, str], folder: Path, count: int) -> Iterator[Workers]:
    """So many workers for this block."""
    all_of_them = Workers(settings, folder)
    try:
        for _ in range(count):
            all_of_them.start()
        yield all_of_them
    finally:
        all_of_them.stop()


def wait_until(done: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Whether it came true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(pause)
    return done()
