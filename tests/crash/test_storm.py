"""Workers are killed at seeded moments: nothing is lost, nothing has two keys."""

import time
from datetime import UTC, datetime, timedelta

import flask_migrate
import pytest

from hotline.app import create_app
from hotline.audit import queries as audit
from hotline.db import db
from hotline.notices import queries as notices
from hotline.transaction import transaction
from tests import builders
from tests.conftest import ENVIRONMENT, IN_CI, fresh_database, settings_for
from tests.crash import storm

pytestmark = [pytest.mark.crash, pytest.mark.slow]

DUE = 200
DONE_WITHIN = 120
WITHIN = 180
"""Seconds that a storm may take in CI beside the other one: twice what two quiet cores need, since
a neighbour's load is no regression. Elsewhere they are only printed."""


def test_thirty_kills_among_three_workers_lose_nothing(postgres_server, tmp_path):
    url = fresh_database(postgres_server.url(), "hotline_crash")

    check_a_storm(url, tmp_path, kills=30, workers=3, seconds_a_mail=0.1, seed=30)


def test_ten_kills_of_one_worker_lose_nothing_on_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path}/crash.sqlite3"

    check_a_storm(url, tmp_path, kills=10, workers=1, seconds_a_mail=0.03, seed=10)


@pytest.fixture(autouse=True)
def bound():
    """Measure each storm."""
    start = time.monotonic()
    yield
    taken = time.monotonic() - start
    print(f"{taken:.0f} s")  # noqa: T201
    if IN_CI:
        assert taken <= WITHIN, "the storm takes longer than it may"


def check_a_storm(url, folder, *, kills, workers, seconds_a_mail, seed):
    with storm.slow_sink(seconds_a_mail) as sink:
        environment = environment_for(url, sink.port, folder)
        app = create_app(settings_for(url, **environment))
        prepare(app)
        with storm.storm(environment, folder, count=workers, seed=seed) as running:
            while running.kills < kills:
                running.kill_one()
            waiting = DUE - len(sink.keys_by_subject)
            wait_until_done(app)
            codes = running.stop()
        keys = sink.keys_by_subject
        resent = len(sink.messages) - len(keys)

    print(f"{kills} kills, {waiting} left after them, {resent} sent again")  # noqa: T201
    assert codes == [0] * workers
    assert len(keys) == DUE, "some promise was never announced"
    assert all(len(set(copies)) == 1 for copies in keys.values()), "a promise has two keys"
    assert resent <= kills, "more was sent again than can have been under way"
    assert storm.statuses(flask(app, "followup", "list", "--json")) == ["announced"] * DUE
    flask(app, "audit", "verify")
    flask(app, "integrity", "check")
    with app.app_context():
        db.engine.dispose()


def flask(app, *arguments):
    """What a command prints; a command that fails is a failure."""
    with app.app_context():
        told = app.test_cli_runner().invoke(args=arguments)

    assert told.exit_code == 0, told.output
    return told.output


def environment_for(url, port, folder):
    """What the workers see; their bytecode is kept, so that each start after the first is quick."""
    return {
        **ENVIRONMENT,
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_MAIL": "smtp",
        "HOTLINE_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "HOTLINE_MAIL_FROM": "hotline@example.jp",
        "HOTLINE_SPOOL_DIR": str(folder / "spool"),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }


def prepare(app):
    with app.app_context():
        flask_migrate.upgrade()
        with transaction():
            builders.person("coordinator")
    due = datetime.now(UTC) - timedelta(seconds=1)  # noqa: TID251 - the workers use the real clock
    flask(app, "followup", "add", "--count", str(DUE), "--due", due.isoformat())


def wait_until_done(app):
    until, left = time.monotonic() + DONE_WITHIN, {}
    while time.monotonic() < until:
        with app.app_context():
            counts = notices.count_by_status()
            left = {status: count for status, count in counts.items() if status != "sent" and count}
            unsealed = audit.unsealed_count()
        if not left and not unsealed:
            return
        time.sleep(0.2)
    raise AssertionError(f"the workers did not get everything done: {left}, {unsealed} unsealed")
