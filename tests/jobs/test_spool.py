"""What waited on disk is put on record once, whatever is in the folder."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from hotline.adapters.spool import Spool
from hotline.calls import queries, service
from hotline.calls.rules import Happening, Kind
from hotline.db import db
from hotline.jobs import spool as job
from tests.jobs.conftest import NINE

CAME = Happening(
    Kind.CAME, NINE, "CA" + "a" * 32, from_number="+81354226351", to_number="+81120066318"
)


def test_what_waited_is_put_on_record_with_its_own_time(spooled, spool):
    spool.put(CAME)
    spool.put(replace(CAME, kind=Kind.CHOSE, key="1"))

    assert job.take_in(spooled) == 2
    assert queries.count() == 1
    assert queries.by_sid(CAME.call_sid).received_at == NINE
    assert spool.waiting() == []


def test_r_21_a_file_that_was_imported_before_changes_nothing(spooled, spool):
    spool.put(CAME)
    job.take_in(spooled)
    spool.put(CAME)
    job.take_in(spooled)

    assert queries.count() == 1


def test_a_poisoned_file_is_put_aside_and_the_others_go_on(spooled, spool, caplog):
    spool.put(CAME).write_text("{")
    spool.put(replace(CAME, at=NINE.replace(hour=1)))

    assert job.take_in(spooled) == 1
    assert [path.name for path in spool.folder.iterdir()] == ["rejected"]
    assert "spool.rejected" in caplog.text
    assert "81354226351" not in caplog.text


def test_while_the_database_is_away_everything_stays(spooled, spool, monkeypatch):
    spool.put(CAME)
    monkeypatch.setattr(service, "record", away)
    with pytest.raises(OperationalError):
        job.take_in(spooled)

    assert len(spool.waiting()) == 1


def test_a_file_another_worker_took_is_left_to_it(spooled, spool, monkeypatch):
    spool.put(CAME)
    monkeypatch.setattr(Spool, "read", gone)

    assert job.take_in(spooled) == 0


def test_a_worker_that_is_told_to_stop_takes_nothing_more(spooled, spool):
    spool.put(CAME)

    assert job.take_in(replace(spooled, stopping=lambda: True)) == 0


def away(*_args, **_kwargs):
    raise OperationalError("SELECT 1", {}, Exception("down"))


def gone(*_args):
    raise FileNotFoundError


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


@pytest.fixture
def spooled(work, spool):
    yield replace(work, settings=work.settings.model_copy(update={"spool_dir": spool.folder}))
    db.session.remove()
