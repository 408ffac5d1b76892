"""The application is put together once, and refuses to start when something is missing."""

import os
import shutil
import subprocess
import sys

import pytest

from hotline.app import create_app
from hotline.policy import PolicyError
from hotline.settings import ROOT
from tests.conftest import ENVIRONMENT, settings_for

SQLITE = "sqlite:///{}/hotline.sqlite3"


def test_the_folder_of_the_database_is_made(tmp_path):
    create_app(settings_for(SQLITE.format(tmp_path / "new" / "folder")))

    assert (tmp_path / "new" / "folder").is_dir()


def test_s_25_errors_never_reach_the_server_as_such(tmp_path):
    app = create_app(settings_for(SQLITE.format(tmp_path)))

    assert (app.debug, app.testing, app.config["PROPAGATE_EXCEPTIONS"]) == (False, False, False)


def test_the_old_secret_is_still_read(tmp_path):
    old = "the former secret of the tests, long enough"
    app = create_app(settings_for(SQLITE.format(tmp_path), HOTLINE_SECRET_KEY_OLD=old))

    assert app.config["SECRET_KEY_FALLBACKS"] == [old]


def test_a_form_that_was_open_for_long_is_still_taken(tmp_path):
    app = create_app(settings_for(SQLITE.format(tmp_path)))

    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_a_broken_policy_stops_the_start_and_names_every_file(tmp_path):
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    for name in ("lines.toml", "case_types.toml"):
        (folder / name).write_text("nonsense = 1\n")
    with pytest.raises(PolicyError) as raised:
        create_app(settings_for(SQLITE.format(tmp_path), HOTLINE_CONFIG_DIR=str(folder)))

    assert "lines.toml" in str(raised.value)
    assert "case_types.toml" in str(raised.value)


def test_a_routing_rule_for_a_question_nobody_asks_stops_the_start(tmp_path):
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    rules = (folder / "routing.toml").read_text(encoding="utf-8")
    (folder / "routing.toml").write_text(rules.replace("theft_claim", "thefts"), encoding="utf-8")
    with pytest.raises(PolicyError, match="ransom_theft: there is no question thefts in hearing"):
        create_app(settings_for(SQLITE.format(tmp_path), HOTLINE_CONFIG_DIR=str(folder)))


def start(tmp_path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Start a process of the application with the environment of the tests and ``changes``."""
    given = {**ENVIRONMENT, "HOTLINE_DATABASE_URL": SQLITE.format(tmp_path), **changes}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "route", "list"],
        cwd=tmp_path,
        env={**kept, "FLASK_SKIP_DOTENV": "1", "PYTHONPATH": str(ROOT), **given},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_process_starts_with_good_settings(tmp_path):
    assert start(tmp_path).returncode == 0


@pytest.mark.slow
def test_s_26_a_process_with_bad_settings_ends_and_says_all_of_it(tmp_path):
    done = start(tmp_path, HOTLINE_ENV="production", FLASK_DEBUG="1", TWILIO_AUTH_TOKEN="")
    names = (
        "HOTLINE_PUBLIC_URL",
        "TWILIO_AUTH_TOKEN",
        "HOTLINE_PHONE",
        "HOTLINE_MAIL",
        "FLASK_DEBUG",
    )

    assert done.returncode != 0
    assert [name for name in names if f"  {name}: " not in done.stderr] == []


def test_what_anybody_can_ask_for_is_bounded_for_each_address(client):
    answers = {client.get("/calendar").status_code for _ in range(121)}

    assert answers == {200, 429}
