"""The web processes share what comes."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.edge.processes import AT_ONCE, SILENT_SECONDS, TURNS_AFTER_SECONDS, Shares
from tests.edge.test_server import served

ONE, TWO, THREE = 1, 2, 3
NOW = 1000.0
LISTENS = "0A"
"""As the kernel writes the state of a socket that takes connections."""


@pytest.fixture
def shares() -> Shares:
    """Two processes with four connections and with one."""
    made = Shares()
    made.tell(ONE, 4, now=NOW)
    made.tell(TWO, 1, now=NOW)
    return made


def test_a_process_knows_how_many_the_emptiest_other_has(shares):
    shares.tell(THREE, 0, now=NOW)

    assert [shares.fewest_beside(one, now=NOW) for one in (ONE, TWO, THREE)] == [0, 0, 1]


def test_nothing_is_left_to_a_process_that_does_not_turn(shares):
    later = NOW + SILENT_SECONDS

    assert shares.fewest_beside(ONE, now=later) == float("inf")


def test_nothing_is_left_to_a_process_that_has_ended(shares):
    shares.forget(TWO)

    assert shares.fewest_beside(ONE, now=NOW) == float("inf")


def test_a_process_that_has_ended_takes_nobody_else_along(shares):
    shares.tell(TWO + AT_ONCE, 3, now=NOW)
    shares.forget(TWO)

    assert shares.fewest_beside(ONE, now=NOW) == 3


def test_a_process_alone_takes_everything():
    assert Shares().fewest_beside(ONE, now=NOW) == float("inf")


@pytest.mark.slow
def test_each_process_gets_as_many_connections_as_the_other(two_processes):
    server, port = two_processes
    with contextlib.ExitStack() as kept:
        for link in [kept.enter_context(connected(port)) for _ in range(20)]:
            asked(link)
        shared = [len(peers(child, port)) for child in children(server)]

    assert sorted(shared) == [10, 10]


@pytest.mark.slow
def test_what_a_killed_process_would_have_had_the_other_takes(two_processes):
    server, port = two_processes
    with contextlib.ExitStack() as kept:
        for _ in range(6):
            kept.enter_context(connected(port))
        os.kill(children(server)[0], signal.SIGKILL)
        began = time.monotonic()
        for _ in range(6):
            asked(kept.enter_context(connected(port)))

    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_a_process_whose_threads_are_all_busy_leaves_what_comes_to_the_other(two_processes):
    server, port = two_processes
    one, other = children(server)
    with contextlib.ExitStack() as kept:
        links = [kept.enter_context(connected(port)) for _ in range(24)]
        for link in links:
            asked(link)
        full = peers(one, port)
        for link in (link for link in links if local(link) not in full):
            link.close()
        wait_for_none(other, port)
        for _ in range(8):  # They go to the other, which has fewer, and each holds a thread of it.
            kept.enter_context(connected(port)).sendall(b"POST /healthz HTTP/1.1\r\nHost: a\r\n")
        last = kept.enter_context(connected(port))
        asked(last)

        assert local(last) in peers(one, port)
        assert len(peers(other, port)) == 8


@pytest.fixture
def two_processes(tmp_path) -> Iterator[tuple[int, int]]:
    """The process id of gunicorn and its port; both of its processes turn, and no link ends."""
    settings = {"HOTLINE_WEB_PROCESSES": "2", "GUNICORN_CMD_ARGS": "--keep-alive 60"}
    with served(tmp_path, **settings) as (server, port):
        wait_until_both_turn(server)
        yield server, port


def wait_until_both_turn(server: int) -> None:
    """Until both wait for events: what they wait at is the last thing they make."""
    for _ in range(200):
        waiting = [one for one in children(server) if "anon_inode:[eventpoll]" in held(one)]
        if len(waiting) == 2:
            time.sleep(2 * TURNS_AFTER_SECONDS)  # Then each has heard of the other.
            return
        time.sleep(0.05)
    raise RuntimeError("the processes did not start")


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def asked(link: socket.socket) -> None:
    """Ask on a connection, and keep it."""
    link.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")

    answer = b""
    while (part := link.recv(65536)) and not (answer := answer + part).endswith(b"}\n"):
        pass

    assert answer.startswith(b"HTTP/1.1 200")


def local(link: socket.socket) -> int:
    return int(link.getsockname()[1])


def wait_for_none(pid: int, port: int) -> None:
    """Until the process has noticed that all of its connections are closed."""
    for _ in range(500):
        if not peers(pid, port):
            time.sleep(2 * TURNS_AFTER_SECONDS)  # Then the others have heard of it.
            return
        time.sleep(0.01)
    raise RuntimeError("connections stay open")


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def held(pid: int) -> set[str]:
    """What the open files of a process are."""
    found = set()
    for place in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # It was closed meanwhile.
            found.add(str(place.readlink()))
    return found


def peers(pid: int, port: int) -> set[int]:
    """The ports of those whose connections to ``port`` this process has."""
    files = held(pid)
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {
        int(line[2].partition(":")[2], 16)
        for line in lines
        if line[1].endswith(f":{port:04X}")
        and line[3] != LISTENS
        and f"socket:[{line[9]}]" in files
    }
