"""What waits on disk is neither lost nor read twice nor read by others."""

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from hotline.adapters.spool import Spool, Unreadable
from hotline.calls.rules import Event, Happening, Kind

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
CAME = Happening(Kind.CAME, NOON, "CA" + "a" * 32, from_number="+81354226351")
ENDED = Happening(Kind.TOLD, NOON, CAME.call_sid, event=Event.ENDED, sequence=3)


@pytest.mark.parametrize("happening", [CAME, ENDED])
def test_what_is_put_is_read_again(spool, happening):
    assert spool.read(spool.put(happening)) == happening


def test_the_oldest_is_first(spool):
    later = spool.put(Happening(Kind.CAME, NOON + timedelta(seconds=1)))
    first = spool.put(CAME)

    assert spool.waiting() == [first, later]


def test_a_spool_nobody_used_yet_is_empty(spool):
    assert spool.waiting() == []


def test_a_file_is_forced_to_the_disk_before_it_gets_its_name(spool, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(names(spool)), real(handle)))
    path = spool.put(CAME)

    assert synced == [[f".{path.stem}"], [path.name]]


def test_only_we_may_read_what_waits(spool):
    path = spool.put(CAME)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700


def test_an_unfinished_file_is_not_read(spool):
    spool.put(CAME)
    (spool.folder / ".20261104T030000.000000-x").write_text("{")

    assert len(spool.waiting()) == 1


def test_what_is_on_record_is_forgotten(spool):
    path = spool.put(CAME)
    spool.done(path)
    spool.done(path)

    assert spool.waiting() == []


def test_what_can_never_be_recorded_is_put_aside(spool):
    path = spool.put(CAME)
    spool.reject(path)
    spool.reject(path)

    assert spool.waiting() == []
    assert names(spool) == ["rejected"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"null",
        b'{"kind": "came", "at": "2026-11-04T12:00:00", "event": null}',
        b'{"kind": "sang", "at": "2026-11-04T12:00:00+09:00", "event": null}',
        b'{"kind": "came", "at": 5, "event": null}',
        b'{"kind": "came", "at": "2026-11-04T12:00:00+09:00", "event": null, "more": 1}',
    ],
)
def test_a_file_that_holds_no_happening_is_unreadable(spool, content):
    path = spool.put(CAME)
    path.write_bytes(content)

    with pytest.raises(Unreadable):
        spool.read(path)


def names(spool: Spool) -> list[str]:
    return [path.name for path in spool.folder.iterdir()]


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")
