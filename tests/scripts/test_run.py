"""``scripts/run`` writes the settings of a demo once, for its owner alone."""

import importlib.util
import os
import socket
import sys
from importlib.machinery import SourceFileLoader

import pytest

from hotline import settings
from hotline.settings import ROOT

PORT = 8765


def test_the_file_can_be_used_as_it_is(run, tmp_path):
    run.write_env_once(tmp_path / ".env", PORT)
    known = settings.load({"HOTLINE_SPOOL_DIR": str(tmp_path / "spool")}, tmp_path / ".env")

    assert (known.env, known.phone, known.mail) == ("demo", "console", "console")
    assert known.public_url == "http://localhost:8765"


def test_only_its_owner_may_read_the_file_whatever_the_mask(run, tmp_path):
    before = os.umask(0)
    try:
        run.write_env_once(tmp_path / ".env", PORT)
    finally:
        os.umask(before)

    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_stays(run, tmp_path):
    (tmp_path / ".env").write_text("mine")
    run.write_env_once(tmp_path / ".env", PORT)

    assert (tmp_path / ".env").read_text() == "mine"


def test_each_file_has_secrets_of_its_own(run, tmp_path):
    for name in ("one", "two"):
        run.write_env_once(tmp_path / name, PORT)
    one, two = (set((tmp_path / name).read_text().splitlines()) for name in ("one", "two"))

    assert sorted(line.split("=")[0] for line in one - two) == [
        "HOTLINE_SECRET_KEY",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
    ]


def test_a_taken_port_is_told_before_anything_is_installed_or_written(run, monkeypatch):
    began = []
    monkeypatch.setattr(run, "prepare", began.append)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(run, "_arguments", lambda: other.getsockname()[1])
        with pytest.raises(SystemExit, match="is taken"):
            run.main()

    assert began == []


class Process:
    """A process that lives for so many looks, and then has ended with a code."""

    def __init__(self, looks: int, code: int = 3):
        self.looks, self.returncode = looks, code

    def poll(self) -> int | None:
        self.looks -= 1
        return None if self.looks > 0 else self.returncode


FOR_EVER = 10**9


def test_a_slow_machine_is_waited_for_as_long_as_both_live(run, clock, capsys):
    clock.answers_after = 100
    run._wait_until_up(PORT, {"web": Process(FOR_EVER), "worker": Process(FOR_EVER)})

    assert capsys.readouterr().out.count("Still starting") == 1


@pytest.mark.parametrize("name", ["web", "worker"])
def test_it_says_which_process_ended(run, clock, name):
    running = {"web": Process(FOR_EVER), "worker": Process(FOR_EVER), name: Process(3)}

    with pytest.raises(SystemExit, match=rf"The {name} process ended \(exit code 3\)"):
        run._wait_until_up(PORT, running)


def test_a_server_that_never_answers_is_no_riddle(run, clock):
    with pytest.raises(SystemExit, match=r"No answer .* the machine may be busy"):
        run._wait_until_up(PORT, {"web": Process(FOR_EVER)})


class Clock:
    """Time that passes only while somebody sleeps, and a server that answers after a while."""

    def __init__(self):
        self.seconds, self.answers_after = 0.0, float("inf")

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def answers(self, port: int) -> bool:
        return self.seconds > self.answers_after


@pytest.fixture
def clock(run, monkeypatch):
    made = Clock()
    monkeypatch.setattr(run.time, "monotonic", lambda: made.seconds)
    monkeypatch.setattr(run.time, "sleep", made.sleep)
    monkeypatch.setattr(run, "_answers", made.answers)
    return made


@pytest.fixture
def run(monkeypatch):
    """The script as a module; nothing of it runs."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    loader = SourceFileLoader("scripts_run", str(ROOT / "scripts" / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module
