"""Databases and servers of the bench: all on 127.0.0.1, each stopped by its own process id."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from _bench.machine import cpu_seconds, family, free_port, pss_mib, stop

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
STARTED_WITHIN = 60.0
PRODUCT, BARE = "wsgi:app", "_bench.bare:app"
CONFIGURED = {PRODUCT: "config/gunicorn.py", BARE: "scripts/_bench/gunicorn.py"}
LINE_NUMBER = "+81120066318"


def environment(folder: Path, url: str, port: int = 8000) -> dict[str, str]:
    """Settings of the hotline on this database; whatever it writes lies in ``folder``."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    # Python keeps what it has compiled, as wherever it is deployed.
    ours.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **ours,
        "FLASK_SKIP_DOTENV": "1",
        "HOTLINE_ENV": "demo",
        "HOTLINE_SECRET_KEY": "only for the bench, on this machine, thrown away",
        "HOTLINE_PUBLIC_URL": f"http://localhost:{port}",
        "HOTLINE_BIND": f"127.0.0.1:{port}",
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_SPOOL_DIR": f"{folder}/spool",
        "HOTLINE_FILES_URL": f"file://{folder}/files",
        "HOTLINE_LOG_FILE": f"{folder}/hotline.log",
        "HOTLINE_PHONE": "console",
        "HOTLINE_MAIL": "console",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
    }


@dataclass
class Served:
    """A running web server; ``database`` are the processes of its database ([] for SQLite)."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    database: tuple[int, ...]
    first_answer_after: float
    cookies: list[str] = field(default_factory=list)
    token: str = ""

    def cpu(self) -> float:
        """Seconds of CPU that the server and its database have used."""
        return cpu_seconds([self.process.pid, *self.database])

    def memory(self) -> tuple[float, float]:
        """MiB of the web processes, and of the master that watches over them."""
        master = self.process.pid
        workers = [pid for pid in family([master]) if pid != master]
        return pss_mib(workers), pss_mib([master])


def flask(settings: Mapping[str, str], *words: str, may_find: bool = False) -> str:
    """What a command of the hotline prints. Raises SystemExit with its complaint.

    ``may_find``: 1 is no failure, it says that something was found.
    """
    done = subprocess.run(
        [BIN / "flask", *words], cwd=ROOT, env=dict(settings), capture_output=True, text=True
    )
    if done.returncode > may_find:
        raise SystemExit(f"flask {' '.join(words)} failed:\n{done.stderr or done.stdout}")
    return done.stdout


@contextmanager
def served(
    application: str,
    settings: Mapping[str, str],
    *,
    name: str,
    database: tuple[int, ...] = (),
    path: str = "/healthz",
) -> Iterator[Served]:
    """Serve it as config/gunicorn.py says until the block ends."""
    port = free_port()
    own = {
        **settings,
        "HOTLINE_BIND": f"127.0.0.1:{port}",
        "HOTLINE_PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")]),
    }
    command = [BIN / "gunicorn", "-c", CONFIGURED[application], application]
    log = Path(settings["HOTLINE_LOG_FILE"]).with_name(f"{name}.err")
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=own, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_for(process, port, path, log)
        yield Served(name, port, process, database, time.monotonic() - began)
    finally:
        stop(process)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    end = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise SystemExit(f"a server did not start:\n{log.read_text()[-3000:]}")
