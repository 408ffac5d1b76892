"""``flask config``: check, and the fallback for another host."""

from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.exc import OperationalError

from hotline import policy
from hotline.cli import config
from hotline.duty.rules import LinesPolicy
from hotline.edge import identity
from tests import clamd


@pytest.fixture
def check(app, monkeypatch):
    """``check(NAME=value)`` runs the command with other settings."""

    def run(**changed):
        changed_settings = identity.settings().model_copy(update=changed)
        monkeypatch.setattr(config, "settings", lambda: changed_settings)
        return app.test_cli_runner().invoke(args=["config", "check"])

    return run


def test_a_good_configuration_says_so(check):
    done = check(alert_mail="trouble@example.jp")

    assert done.exit_code == 0
    assert done.output.endswith("The configuration can be used.\n")
    assert "HOTLINE_ALERT_MAIL" not in done.output


def test_what_to_mind_is_said(check):
    output = check(alert_mail="").output

    assert "warning  HOTLINE_ALERT_MAIL is not set" in output
    assert "warning  the line jnx has no duty phone" in output


def test_a_scanner_that_is_away_or_none_is_to_be_minded(check, tmp_path):
    away = check(scanner=f"clamd://{tmp_path}/none")
    with clamd.running() as server:
        there = check(scanner=server.url)

    assert "warning  HOTLINE_SCANNER is none" in check(scanner="none").output
    assert "warning  HOTLINE_SCANNER: the scanner does not answer" in away.output
    assert away.exit_code == 0
    assert "HOTLINE_SCANNER" not in there.output


def test_the_end_of_the_official_holidays_is_announced(check, at):
    with at("2099-01-01T00:00+09:00"):
        assert "official list of holidays ends" in check().output


def test_broken_texts_are_named(check, tmp_path):
    done = check(config_dir=tmp_path)

    assert done.exit_code == 1
    assert "problem  texts of notices" in done.output


@pytest.mark.parametrize(("env", "code"), [("production", 1), ("demo", 0)])
def test_a_database_that_forgets_is_refused_in_production(check, monkeypatch, env, code):
    monkeypatch.setattr(config, "weak_settings", lambda: ["fsync is off"])
    done = check(env=env)

    assert done.exit_code == code
    assert "can forget what it acknowledged: fsync is off" in done.output


def test_a_database_that_is_away_is_named(check, monkeypatch):
    def away():
        raise OperationalError("SHOW", {}, Exception("connection refused"))

    monkeypatch.setattr(config, "weak_settings", away)

    assert "the database cannot be reached" in check().output


@pytest.mark.parametrize("env", ["production", "demo"])
def test_a_spool_that_cannot_be_written_is_refused(check, tmp_path, env):
    (tmp_path / "spool").write_text("a file")
    done = check(env=env, spool_dir=tmp_path / "spool")

    assert done.exit_code == 1
    assert f"problem  spool: {tmp_path}/spool cannot be written" in done.output


def test_r_22_the_fallback_for_another_host_is_printed(app, monkeypatch):
    lines = policy.get(LinesPolicy)
    reached = [line.model_copy(update={"duty_phone": "+81312345699"}) for line in lines.lines]
    known = lines.model_copy(update={"lines": tuple(reached)})
    monkeypatch.setitem(policy._loaded, LinesPolicy, known)
    done = app.test_cli_runner().invoke(args=["config", "fallback", "--line", "sompo_desk"])

    assert ET.fromstring(done.output).findtext("Dial/Number") == "+81312345699"


@pytest.mark.parametrize("arguments", [[], ["--line", "nobodys"]])
def test_no_fallback_is_printed_that_reaches_nobody(app, arguments):
    done = app.test_cli_runner().invoke(args=["config", "fallback", *arguments])

    assert done.exit_code != 0
    assert "<Response>" not in done.output
