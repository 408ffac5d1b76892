"""Where the bench plays: its databases, filled, and the servers on them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from _bench.loading import Outcome, Plan
from _bench.serving import BARE, PRODUCT, ROOT, Served, environment, flask, served
from tests import postgres

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
OPERATORS = 50


@dataclass
class Ground:
    """One filled database: its settings, and who may come in."""

    name: str
    settings: dict[str, str]
    database: tuple[int, ...] = ()
    token: str = ""
    coordinator: str = ""
    operators: list[str] = field(default_factory=list)

    @property
    def is_sqlite(self) -> bool:
        """SQLite has no processes of its own."""
        return self.settings["HOTLINE_DATABASE_URL"].startswith("sqlite:")

    @property
    def address(self) -> str:
        """Where psycopg finds it."""
        return self.settings["HOTLINE_DATABASE_URL"].replace("+psycopg", "")

    @property
    def bearer(self) -> dict[str, str]:
        """The headers of a program that speaks JSON."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    @property
    def signed_in(self) -> dict[str, str]:
        """The headers of a coordinator's browser."""
        return {"Cookie": f"hotline={self.coordinator}", "Accept-Language": "ja"}


class Stage:
    """Makes grounds and serves on them; everything ends with ``close()``."""

    def __init__(self, folder: Path, keep: Path | None = None) -> None:
        self.folder = folder
        self.keep = keep.resolve() if keep else None
        if self.keep:
            self.keep.mkdir(parents=True, exist_ok=True)
        self.ending = ExitStack()
        # Servers are stopped before the databases that they are connected to.
        self.databases = self.ending.enter_context(ExitStack())
        self.serving = self.ending.enter_context(ExitStack())
        self.cluster: postgres.Server | None = None
        self.grounds: dict[tuple[str, str], Ground] = {}

    def close(self) -> None:
        """Stop everything that was started, the last first."""
        self.ending.close()

    def tidy_up(self) -> None:
        """Stop the servers; the databases stay for whoever comes next."""
        self.serving.close()

    def ground(self, kind: str, name: str, count: int) -> Ground:
        """The database ``name`` of this kind, filled with ``count`` tickets the first time."""
        if (kind, name) not in self.grounds:
            self.grounds[kind, name] = self._made(kind, name, count)
        return self.grounds[kind, name]

    def _made(self, kind: str, name: str, count: int) -> Ground:
        folder = self.folder / f"{kind}-{name}"
        folder.mkdir()
        url, database, is_new = self._address(kind, name)
        settings = environment(folder, url)
        flask(settings, "db", "upgrade")
        if is_new and count:
            print(f"Filling {name} on {kind} …", flush=True)
            furnish(settings, "fill", str(count))
        known = json.loads(furnish(settings, "accounts", str(OPERATORS)))
        return Ground(name, settings, database, **known)

    def _address(self, kind: str, name: str) -> tuple[str, tuple[int, ...], bool]:
        if kind == "sqlite":
            path = (self.keep or self.folder) / f"{name}.sqlite3"
            return f"sqlite:///{path}", (), not path.exists()
        cluster = self._running()
        with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as base:
            found = base.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                base.execute(f'CREATE DATABASE "{name}"')
        assert cluster.process is not None
        return cluster.url(name), (cluster.process.pid,), found is None

    def _running(self) -> postgres.Server:
        """PostgreSQL as it is shipped: durable, with autovacuum."""
        if self.cluster is None:
            self.cluster = postgres.Server((), self.keep)
            self.databases.callback(self.cluster.remove)
            self.cluster.start()
        return self.cluster

    def product(self, ground: Ground) -> Served:
        """The shipped server on this database, until the stage is closed."""
        return self.serving.enter_context(self.product_for_a_while(ground))

    @contextmanager
    def product_for_a_while(self, ground: Ground) -> Iterator[Served]:
        """The shipped server on this database, for this block."""
        name = "sqlite" if ground.is_sqlite else "hotline"
        with served(
            PRODUCT, ground.settings, name=f"{name}-{ground.name}", database=ground.database
        ) as running:
            yield running

    def bare(self, ground: Ground) -> Served:
        """The bare handlers on this database, until the stage is closed."""
        settings = ground.settings
        subprocess.run(
            [sys.executable, "-c", "import _bench.bare"],
            env={**_with_path(settings), "BENCH_BARE": "make"}, cwd=ROOT, check=True,
        )  # fmt: skip
        made = served(BARE, settings, name=f"bare-{ground.name}", database=ground.database)
        return self.serving.enter_context(made)


def furnish(settings: Mapping[str, str], *words: str, given: object = None) -> str:
    """What ``_bench.furnishing`` prints. Raises SystemExit when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "_bench.furnishing", *words], cwd=ROOT,
        env=_with_path(settings), stdout=subprocess.PIPE, text=True,
        input=None if given is None else json.dumps(given),
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"furnishing {' '.join(words)} failed; the lines above say why.")
    return done.stdout


def _with_path(settings: Mapping[str, str]) -> dict[str, str]:
    return {**settings, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")])}


def load(plan: Plan) -> Outcome:
    """Carry a plan out in a process of its own, whose CPU time is nobody's."""
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "scripts/_bench/loading.py")],
        input=json.dumps(vars(plan)), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    known: dict[str, Any] = json.loads(done.stdout)
    return Outcome(**known)


def request(method: str, path: str, headers: Mapping[str, str], body: str = "") -> str:
    """A whole HTTP request; its bytes as latin-1 text, as a plan wants it."""
    content = body.encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines.append(f"Content-Length: {len(content)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode().decode("latin-1") + content.decode("latin-1")
