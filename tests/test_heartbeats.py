import threading
from datetime import timedelta

from hotline import heartbeats
from hotline.db import db
from hotline.transaction import transaction
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def beat(kind, at):
    with transaction():
        heartbeats.beat(kind, now=at)


def test_the_last_beat_counts(app):
    beat("mail", NOON)
    beat("mail", NOON + SECOND)

    assert heartbeats.last_finished() == {"mail": NOON + SECOND}


def test_an_older_beat_never_replaces_a_newer_one(app):
    beat("mail", NOON)
    beat("mail", NOON - SECOND)

    assert heartbeats.last_finished() == {"mail": NOON}


def test_work_is_silent_until_it_finished_once(app):
    beat("mail", NOON)

    assert "mail" not in heartbeats.silent(now=NOON)
    assert "audit" in heartbeats.silent(now=NOON)


def test_work_is_silent_after_its_time(app):
    for kind in heartbeats.SILENT_AFTER:
        beat(kind, NOON)
    later = NOON + timedelta(minutes=2)

    assert heartbeats.silent(now=later) == []
    assert "mail" in heartbeats.silent(now=later + SECOND)


def test_several_workers_can_beat_at_once(app):
    barrier, failed = threading.Barrier(4), []

    def work(number):
        with app.app_context():
            barrier.wait()
            try:
                beat("mail", NOON + number * SECOND)
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.remove()

    assert failed == []
    assert heartbeats.last_finished() == {"mail": NOON + 3 * SECOND}
