"""Every kind of work survives what happens in it, and shows that it lives."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from hotline import heartbeats
from hotline.audit import queries as audit
from hotline.audit import service as trail
from hotline.db import db
from hotline.edge import words
from hotline.idempotency.models import Remembered
from hotline.jobs import housekeeping, kinds, mail, sealing, watch
from hotline.jobs.delivery import NO_ADDRESS
from hotline.jobs.kinds import Job
from hotline.notices import queries
from hotline.notices.rules import ALERT, Channel, Kind
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE


@pytest.fixture(autouse=True)
def no_beat_yet(monkeypatch):
    monkeypatch.setattr(kinds, "_beaten", {})


@pytest.fixture
def job(monkeypatch):
    """``job(function)`` makes it the only kind of work, named mail."""
    return lambda do: monkeypatch.setattr(kinds, "JOBS", {"mail": Job(do, 1)})


def test_a_finished_run_beats_by_the_real_clock(work, time, job, at):
    time.now = NINE + timedelta(days=400)
    job(lambda _work: None)
    with at(NINE):
        done = kinds.run("mail", work)

    assert done is True
    assert heartbeats.last_finished() == {"mail": NINE}


def test_a_beat_is_written_every_ten_seconds_at_most(work, job, at):
    job(lambda _work: None)
    for second in range(3):
        with at(NINE + timedelta(seconds=second)):
            kinds.run("mail", work)

    assert heartbeats.last_finished() == {"mail": NINE}


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_is_worked_watched_and_named(channel):
    places = {
        "JOBS of jobs/kinds.py": kinds.JOBS,
        "SILENT_AFTER of heartbeats.py": heartbeats.SILENT_AFTER,
        "NO_ADDRESS of jobs/delivery.py": NO_ADDRESS,
        "CHANNELS of edge/words.py": words.CHANNELS,
        "WORKS of edge/words.py": words.WORKS,
    }
    unknown = [name for name, known in places.items() if channel not in known]

    assert unknown == [], f"{channel} does not stand in {', '.join(unknown)}"


@pytest.mark.parametrize(
    "error",
    [RuntimeError("broken"), OperationalError("SELECT 1", {}, Exception("connection refused"))],
)
def test_whatever_a_run_raises_the_next_one_comes(work, job, error):
    def broken(_work):
        raise error

    job(broken)
    first = kinds.run("mail", work)
    job(lambda _work: None)

    assert (first, kinds.run("mail", work)) == (False, True)


def test_a_run_that_failed_does_not_beat(work, job):
    def broken(_work):
        raise RuntimeError

    job(broken)
    kinds.run("mail", work)

    assert heartbeats.last_finished() == {}


def test_every_kind_of_work_has_a_heartbeat_that_is_watched():
    assert set(kinds.JOBS) == set(heartbeats.SILENT_AFTER)


def test_a_tick_does_everything_but_judge_the_worker():
    assert set(kinds.ONCE) == set(kinds.JOBS) - {"watch"}


def test_what_the_clock_alone_makes_is_told_in_the_same_look():
    order = list(kinds.JOBS)
    makers = [order.index(kind) for kind in ("tell", "obligations", "roster")]

    assert max(makers) < min(order.index(kind) for kind in Channel)


def test_what_was_written_is_sealed_in_batches(work, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    write_audit(5)

    assert sealing.seal(work) == 5
    assert audit.verify().broken is None


def test_a_long_seal_goes_on_where_it_stopped(work, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    write_audit(4)

    assert [sealing.seal(work), sealing.seal(work)] == [4, 0]


def test_each_new_head_is_logged(work, monkeypatch, logs_of):
    monkeypatch.setattr(sealing, "BATCH", 2)
    write_audit(3)
    with logs_of(sealing) as logged:
        sealing.seal(work)
    heads = [one for one in logged if one["event"] == "audit.head"]

    assert [one["seq"] for one in heads] == [2, 3]
    assert heads[-1]["digest"] == audit.head().digest


def write_audit(number):
    with transaction():
        for one in range(number):
            trail.write("ticket.read", f"ticket:{one}", by_id=None, now=NINE)


def alarms():
    return [one for one in queries.listed() if one.kind == Kind.BACKLOG]


def beat_all(now):
    with transaction():
        for kind in heartbeats.SILENT_AFTER:
            heartbeats.beat(kind, now=now)


def test_while_all_is_well_nobody_is_alarmed(work, at):
    beat_all(NINE)
    with transaction():
        builders.notice(due_at=NINE - timedelta(minutes=5))
    with at(NINE):
        alarmed = watch.look(work)

    assert (alarmed, alarms()) == (False, [])


def test_a_backlog_alarms_two_audiences_once_an_hour(work, time, at):
    beat_all(NINE)
    with transaction():
        builders.notice(due_at=NINE - timedelta(minutes=7))
    for minutes in (0, 10, 61):
        time.now = NINE + timedelta(minutes=minutes)
        with at(NINE):
            watch.look(work)

    assert sorted(one.audience for one in alarms()) == [ALERT, ALERT, "supervisor", "supervisor"]
    assert alarms()[-1].facts["minutes"] == 7


def test_silent_work_is_alarmed_by_name(work, at):
    beat_all(NINE)
    with transaction():
        heartbeats.beat("mail", now=NINE + timedelta(minutes=3))
    with at(NINE + timedelta(minutes=3)):
        watch.look(work)

    others = [kind for kind in heartbeats.SILENT_AFTER if kind not in ("mail", "watch")]
    assert alarms()[0].facts["silent"] == ", ".join(one for one in others if one != "housekeeping")


def test_a_watch_that_begins_again_is_not_alarmed_about_itself(work, at):
    for kind in set(heartbeats.SILENT_AFTER) - {"watch"}:
        with transaction():
            heartbeats.beat(kind, now=NINE)
    with at(NINE):
        alarmed = watch.look(work)

    assert alarmed is False


WARNED = datetime.fromisoformat("2027-10-02T15:00+09:00")
"""The official list ends with 2027; the afternoon on which 90 days are left."""


def told_of_the_calendar():
    return [one for one in queries.listed() if one.kind == Kind.CALENDAR_ENDS]


@pytest.mark.parametrize(
    ("now", "due_at"),
    [(WARNED, "2027-10-03T09:00+09:00"), (WARNED.replace(hour=7), "2027-10-02T09:00+09:00")],
)
def test_administrators_are_told_on_the_next_morning_that_the_calendar_ends(
    work, time, now, due_at
):
    time.now = now
    watch.look(work)
    [told] = told_of_the_calendar()

    assert (told.audience, told.facts) == ("administrator", {"year": 2027})
    assert told.due_at == datetime.fromisoformat(due_at)


def test_the_end_of_the_calendar_is_told_once_for_each_year(work, time):
    for days in (0, 1, 40, 89, 400):
        time.now = WARNED + timedelta(days=days)
        watch.look(work)

    assert len(told_of_the_calendar()) == 1


def test_a_calendar_that_goes_on_is_not_told_of(work, time):
    time.now = WARNED - timedelta(days=1)
    watch.look(work)

    assert told_of_the_calendar() == []


def test_the_end_of_the_calendar_goes_to_an_administrator(work, time, postman):
    with transaction():
        someone = builders.person("administrator")
        builders.person("coordinator")
    time.now = WARNED
    watch.look(work)
    time.now = WARNED + timedelta(hours=18)
    mail.deliver(work)

    assert postman.told[-1] == (someone.email, "calendar:2027")
    assert "http://localhost/calendar" in postman.mails[-1].body


def test_housekeeping_forgets_what_is_old(work, time):
    with transaction():
        sessions.start(7, complete=True, address="", now=NINE)
        db.session.add(
            Remembered(person_id=7, key="k", request_hash="h", status=201, body={}, made_at=NINE)
        )
    time.advance(days=30)
    housekeeping.tidy(work)
    left = [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (SignedIn, Remembered)
    ]

    assert left == [0, 0]
