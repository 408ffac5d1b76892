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


@pytest.fixture
def run(monkeypatch):
    """The script as a module; nothing of it runs."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    loader = SourceFileLoader("scripts_run", str(ROOT / "scripts" / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module
