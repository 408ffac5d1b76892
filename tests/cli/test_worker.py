"""``flask worker`` and ``flask tick``."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hotline.adapters.smtp import SmtpMailer
from hotline.db import db
from hotline.edge.identity import settings
from hotline.followups.models import Followup
from hotline.jobs import kinds, metronome, work
from hotline.jobs.kinds import Job
from hotline.jobs.metronome import Worker
from hotline.settings import ROOT, SettingsError
from hotline.transaction import transaction
from tests import builders

RECEIVED = datetime.fromisoformat("2026-12-30T22:15+09:00")
NINE = "2027-01-04T09:00+09:00"


@pytest.fixture
def ticket(app):
    with transaction():
        builders.person("coordinator")
        return builders.ticket(now=RECEIVED, received_at=RECEIVED)


@pytest.fixture
def flask(app):
    return lambda *args: app.test_cli_runner().invoke(args=args)


def test_a_tick_announces_what_is_due_and_says_so(flask, ticket):
    promise_id = builders.promise_of(ticket).id
    about = f"followup:{promise_id}"
    early, told, again = (
        flask("tick", "--at", at) for at in ("2027-01-04T08:59+09:00", NINE, NINE)
    )

    assert "0 told" in early.output
    assert f"X-Hotline-Subject: {about}" in told.output
    assert f"promise_due: {about}" in told.output
    assert "due 2027-01-04 09:00:00" in told.output
    assert "0 told" in again.output
    assert db.session.get(Followup, promise_id).status == "announced"


def test_a_tick_without_a_time_looks_at_the_clock(flask, ticket):
    assert "0 told" in flask("tick").output


def test_a_tick_refuses_a_time_without_a_zone(flask):
    done = flask("tick", "--at", "2027-01-04T09:00")

    assert done.exit_code == 2
    assert "needs a zone" in done.output


def test_a_tick_in_which_something_fails_says_what(flask, monkeypatch):
    def broken(_work):
        raise RuntimeError

    monkeypatch.setitem(kinds.JOBS, "audit", Job(broken, 1))
    done = flask("tick")

    assert done.exit_code == 1
    assert "These kinds of work failed, see the log: audit" in done.output


def test_mail_goes_where_the_settings_say(app):
    smtp = {"mail": "smtp", "smtp_url": "smtp://localhost", "mail_from": "h@example.jp"}

    assert isinstance(work.mailer(settings().model_copy(update=smtp)), SmtpMailer)


def test_work_cannot_begin_with_a_broken_text(app, tmp_path):
    with pytest.raises(SettingsError, match="promise_due"):
        work.prepare(settings().model_copy(update={"config_dir": tmp_path}))


def test_every_kind_of_work_has_its_own_job_that_never_overlaps(app):
    scheduler = metronome.build(Worker(app), work.prepare(settings()))
    jobs = {job.id: job.trigger.interval.total_seconds() for job in scheduler.get_jobs()}

    assert jobs == {kind: job.every for kind, job in kinds.JOBS.items()}


def test_a_worker_that_stops_begins_nothing_new(app, monkeypatch):
    looked = []
    monkeypatch.setattr(kinds, "run", lambda kind, _work: looked.append(kind))
    worker = Worker(app)
    worker.look("mail", work.prepare(settings()))
    worker.stop()
    worker.look("mail", work.prepare(settings()))

    assert looked == ["mail"]
    assert worker.stopping()


def test_a_worker_stops_when_it_is_told(app, monkeypatch):
    """The scheduler runs in this thread, and the signal comes from within."""
    done = []

    def look(_work):
        done.append(True)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(kinds, "JOBS", {"mail": Job(look, 1)})
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    worker = Worker(app)
    try:
        worker.run(replace(work.prepare(settings()), stopping=worker.stopping))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert done


def test_a_worker_told_to_stop_before_it_began_stops_too(app, monkeypatch):
    monkeypatch.setattr(kinds, "JOBS", {"mail": Job(lambda _work: None, 1)})
    monkeypatch.setattr(signal, "signal", lambda _number, _handler: None)
    worker = Worker(app)
    worker.stop()

    assert worker.run(work.prepare(settings())) is None


def test_the_command_runs_a_worker_with_its_lease(flask, monkeypatch):
    started = []
    monkeypatch.setattr(Worker, "run", lambda worker, work: started.append((worker, work)))
    done = flask("worker", "--lease", "3")
    [(worker, given)] = started

    assert done.exit_code == 0
    assert given.lease == timedelta(seconds=3)
    assert given.stopping == worker.stopping


def test_work_that_hangs_is_abandoned_to_its_lease(app, monkeypatch):
    ended = []
    monkeypatch.setattr(metronome, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(metronome.os, "_exit", ended.append)
    worker = Worker(app)
    worker.running.add("mail")
    worker.wait()

    assert ended == [0]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_process_ends_cleanly_also_while_the_database_is_away(number, tmp_path):
    process = start_worker(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    try:
        wait_for(tmp_path / "log", "job.database_unreachable")
        process.send_signal(number)
        code = process.wait(20)
    finally:
        process.kill()

    assert code == 0
    assert "worker.stopped" in (tmp_path / "log").read_text()


def start_worker(folder, url):
    environment = {
        **os.environ,
        "HOTLINE_ENV": "test",
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_SECRET_KEY": "a secret of the tests, long enough to be one",
        "HOTLINE_PUBLIC_URL": "http://localhost",
        "HOTLINE_PHONE": "console",
        "HOTLINE_MAIL": "console",
        "HOTLINE_SPOOL_DIR": str(folder / "spool"),
        "HOTLINE_LOG_FILE": str(folder / "log"),
        "TWILIO_AUTH_TOKEN": "token of the tests",
    }
    return subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env=environment)


def wait_for(log, text):
    for _ in range(600):
        if log.exists() and text in log.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"no {text} in the log")
