"""The hotline as it runs in production, in processes that can be killed and started again.

Web server and worker stand on one port and one database; the telephone company rings by webhooks
that it signs. The clock is the real one, unless it stands at a moment; then no worker looks at it.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from werkzeug.datastructures import MultiDict

from hotline import clock
from hotline.adapters import signature
from hotline.app import create_app
from hotline.db import db
from hotline.sessions import service as sessions
from hotline.settings import ROOT, Settings
from hotline.transaction import transaction
from tests.company import RING
from tests.conftest import ENVIRONMENT
from tests.postgres import _free_port

WEB = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "wsgi:app")
WORKER = (sys.executable, "-m", "flask", "worker")
STANDING = (*WEB[:-1], "tests.browser.standing:app")
STARTS_WITHIN = 60
WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Running:
    """Web server and worker on a port and a database that stay the same."""

    def __init__(self, folder: Path, stands_at: datetime | None = None) -> None:
        port = _free_port()
        self.stands_at = stands_at
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder / "log"
        self.environment = {
            **ENVIRONMENT,
            "HOTLINE_BIND": f"127.0.0.1:{port}",
            "HOTLINE_WEB_PROCESSES": "1",
            "HOTLINE_DATABASE_URL": f"sqlite:///{folder}/hotline.sqlite3",
            "HOTLINE_PUBLIC_URL": self.address,
            "HOTLINE_SPOOL_DIR": f"{folder}/spool",
            "HOTLINE_FILES_URL": f"file://{folder}/files",
            "HOTLINE_LOG_FILE": str(self.log),
            "STANDS_AT": stands_at.isoformat() if stands_at else "",
        }
        self.app = self._prepared()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.people: dict[str, dict[str, Any]] = {}

    def _prepared(self) -> Flask:
        # Only the processes write to the log file: nobody would close it in this one.
        environment = {**self.environment, "HOTLINE_LOG_FILE": ""}
        app = create_app(Settings.from_environment(environment))
        with app.app_context():
            flask_migrate.upgrade()
        return app

    def start(self) -> None:
        """Start both and wait until the web server answers."""
        surroundings = {name: value for name, value in os.environ.items() if "HOTLINE_" not in name}
        surroundings["PYTHONDONTWRITEBYTECODE"] = ""
        with self.log.open("ab") as log:
            self.processes = [
                # A group of their own: whoever kills one takes the processes it started as well.
                subprocess.Popen(
                    program,
                    cwd=ROOT,
                    env={**surroundings, **self.environment},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                for program in ((STANDING,) if self.stands_at else (WEB, WORKER))
            ]
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text()[-3000:]
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return WITHOUT_PROXY.open(f"{self.address}/healthz", timeout=2).status == 200
        except OSError:
            return False

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End both at once, as when somebody pulls the plug."""
        for process in self.processes:
            os.killpg(process.pid, number)
            process.wait(20)
        self.processes = []

    def session(self, person_id: int) -> dict[str, str]:
        """The cookie of somebody who is signed in, as a browser takes it."""
        with self.app.app_context(), transaction():
            secret = sessions.start(person_id, complete=True, address="", now=self.now)
        return {"name": "hotline", "value": secret, "url": self.address}

    def ring(self, path: str = "/twilio/voice", **changed: str) -> str:
        """Let the telephone company post something about its one call; what it is answered."""
        fields = {**RING, **changed}
        told = urllib.request.Request(
            self.address + path,
            data=urllib.parse.urlencode(fields).encode(),
            headers=self._signed(path, fields),
        )
        with WITHOUT_PROXY.open(told, timeout=10) as answer:
            return str(answer.read().decode())

    def _signed(self, path: str, fields: Mapping[str, str]) -> dict[str, str]:
        token = self.environment["TWILIO_AUTH_TOKEN"]
        made = signature.sign(self.address + path, MultiDict(fields), token)
        return {signature.SIGNATURE_HEADER: made}

    @property
    def now(self) -> datetime:
        """The moment it is, there as here."""
        return self.stands_at or clock.now()


@contextmanager
def running(folder: Path, stands_at: datetime | None = None) -> Iterator[Running]:
    """A hotline that was not started yet; nothing of it is left when the block ends."""
    hotline = Running(folder, stands_at)
    try:
        yield hotline
    finally:
        hotline.kill(signal.SIGTERM)
        with hotline.app.app_context():
            db.engine.dispose()
