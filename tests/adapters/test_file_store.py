"""Files under their hash: whole or not there."""

import hashlib
import os
from datetime import timedelta

import pytest

from hotline.adapters.file_store import FileStore, NotKept, TooLarge
from tests.builders import NOON

SOUND = b"RIFF" + bytes(range(256)) * 300
SHA = hashlib.sha256(SOUND).hexdigest()


def test_what_is_kept_lies_under_its_hash_and_is_whole(store):
    kept = keep(store, SOUND)

    assert (kept.sha256, kept.size) == (SHA, len(SOUND))
    assert store.size(SHA) == len(SOUND)
    assert store.is_whole(SHA)
    with store.open(SHA) as file:
        assert file.read() == SOUND


def test_the_same_bytes_are_one_file(store):
    keep(store, SOUND)
    keep(store, SOUND)

    assert [path.name for path in store.everything()] == [SHA]


def test_a_draft_has_no_name_and_leaves_nothing_when_it_is_dropped(store):
    draft = store.draft([SOUND], most_bytes=10**6)
    assert list(store.everything()) == []
    store.drop(draft)

    assert everything_below(store) == []


def test_what_is_too_large_leaves_nothing(store):
    with pytest.raises(TooLarge):
        store.draft([SOUND, SOUND], most_bytes=len(SOUND) + 1)

    assert everything_below(store) == []


def test_what_breaks_off_leaves_nothing(store):
    def broken():
        yield SOUND
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.draft(broken(), most_bytes=10**6)
    assert everything_below(store) == []


def test_only_what_was_broken_off_long_ago_is_swept_up(store):
    killed, under_way = (store.draft([SOUND], most_bytes=10**6) for _ in range(2))
    for draft, at in ((killed, NOON - timedelta(hours=25)), (under_way, NOON)):
        os.utime(draft.path, (at.timestamp(), at.timestamp()))

    assert store.sweep(before=NOON - timedelta(hours=24)) == 1
    assert everything_below(store) == [under_way.path]


def test_a_disk_that_refuses_says_why(tmp_path):
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(NotKept, match=r"Not a directory|File exists"):
        FileStore(tmp_path / "file").draft([SOUND], most_bytes=10**6)


def test_bytes_that_were_altered_are_noticed(store):
    keep(store, SOUND)
    next(store.everything()).write_bytes(b"another sound")

    assert not store.is_whole(SHA)
    assert store.size("0" * 64) is None


def test_nobody_else_on_the_machine_can_read_it(store):
    keep(store, SOUND)

    assert next(store.everything()).stat().st_mode & 0o077 == 0
    assert store.root.stat().st_mode & 0o077 == 0


def test_the_store_is_where_the_address_says(tmp_path):
    assert FileStore.from_url(f"file://{tmp_path}/a%20b").root == tmp_path / "a b"


def keep(store, data):
    return store.keep(store.draft([data[:1000], data[1000:]], most_bytes=10**6))


def everything_below(store):
    return [path for path in store.root.rglob("*") if path.is_file()]


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")
