"""Writers of one file come one after the other, whatever process they are in."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from hotline.db.queueing import NAMES, WriterQueue, _Line

HOLDS = """
import sys, time
from hotline.db.queueing import WriterQueue
WriterQueue(sys.argv[1]).enter(5)
print("in", flush=True)
time.sleep(60)
"""


def test_the_second_waits_until_the_first_leaves(tmp_path):
    first, second = WriterQueue(f"{tmp_path}/db"), WriterQueue(f"{tmp_path}/db")
    first.enter(1)
    come: list[bool] = []
    waiting = threading.Thread(target=lambda: come.append(second.enter(10)))
    waiting.start()
    before = list(come)
    first.leave()
    waiting.join()

    assert (before, come) == ([], [True])
    second.leave()


def test_who_waited_too_long_is_told_and_keeps_nobody_out(tmp_path):
    first, second = WriterQueue(f"{tmp_path}/db"), WriterQueue(f"{tmp_path}/db")
    first.enter(1)
    told = [second.enter(0.05), second.enter(0.05)]  # The second stands behind the first one.
    first.leave()

    assert told == [False, False]
    assert first.enter(5)
    first.leave()
    assert second.enter(5)
    second.leave()


def test_whoever_may_write_to_the_database_may_queue(tmp_path):
    """Root may have been the first to queue, with a command; the web is somebody else."""
    database = tmp_path / "db"
    database.touch()
    database.chmod(0o664)
    if os.geteuid() == 0:
        os.chown(database, 4711, 4711)
    WriterQueue(str(database)).enter(1)
    found = [(tmp_path / f"db{name}").stat() for name in NAMES]
    like = database.stat()

    assert {(one.st_mode, one.st_uid, one.st_gid) for one in found} == {
        (like.st_mode, like.st_uid, like.st_gid)
    }


def test_threads_of_one_process_queue_too(tmp_path):
    queue = WriterQueue(f"{tmp_path}/db")
    queue.enter(1)

    assert not queue.enter(0.01)
    queue.leave()
    assert queue.enter(1)


def test_nobody_is_passed_over():
    line, came = _Line(), []
    line.enter(1)

    def queue_up(name: str) -> None:
        line.enter(10)
        came.append(name)
        line.leave()

    threads = [threading.Thread(target=queue_up, args=(name,)) for name in "abc"]
    for place, thread in enumerate(threads, start=1):
        thread.start()
        while len(line._gates) < place:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join()

    assert came == ["a", "b", "c"]


def test_a_turn_that_comes_in_the_last_moment_is_taken():
    line = _Line()
    line.enter(1)
    gate = threading.Lock()

    assert not line._gives_up(gate)  # It was let in just before.


def test_a_database_in_memory_has_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (None, "", ":memory:"):
        queue = WriterQueue(name)
        assert queue.enter(1)
        queue.leave()

    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_is_killed_lets_the_next_one_in(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, f"{tmp_path}/db"], stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"in\n"
    queue = WriterQueue(f"{tmp_path}/db")
    before = queue.enter(0.05)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    assert (before, queue.enter(10)) == (False, True)


def test_who_cannot_queue_at_all_keeps_nobody_out(tmp_path):
    queue = WriterQueue(f"{tmp_path}/missing/db")
    for _ in range(2):
        try:
            queue.enter(0.05)
        except FileNotFoundError:
            continue
        raise AssertionError

    (tmp_path / "missing").mkdir()
    assert queue.enter(1)


def test_a_forked_process_shares_no_lock(tmp_path):
    queue = WriterQueue(f"{tmp_path}/db")
    queue.enter(1)
    files = list(queue._files)
    queue._start_anew()

    assert [is_open(one) for one in files] == [False, False]
    assert queue.enter(1)


def is_open(file: int) -> bool:
    try:
        os.fstat(file)
    except OSError:
        return False
    return True
