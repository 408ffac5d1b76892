"""A process that cannot start says why, once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_bad_settings_are_named_without_a_trace():
    broken = {"FLASK_SKIP_DOTENV": "1", "HOTLINE_ENV": "demo", "HOTLINE_SECRET_KEY": "short"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=broken, capture_output=True, text=True
    )

    assert done.returncode == 4
    assert "HOTLINE_SECRET_KEY: needs at least 32 bytes" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dead_counter_of_rates_keeps_nobody_out(tmp_path):
    """Redis is away: each process counts for itself until it is back."""
    settings = {
        "FLASK_SKIP_DOTENV": "1",
        "HOTLINE_ENV": "test",
        "HOTLINE_SECRET_KEY": "a secret of the tests, long enough to be one",
        "HOTLINE_PUBLIC_URL": "http://localhost",
        "HOTLINE_PHONE": "console",
        "HOTLINE_MAIL": "console",
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
        "HOTLINE_RATE_LIMIT_URL": "redis://127.0.0.1:9",
        "HOTLINE_LOG_FILE": str(tmp_path / "log"),
        "TWILIO_AUTH_TOKEN": "token of the tests",
    }
    ask = (
        "import flask_migrate; from wsgi import app; app.app_context().push();"
        "flask_migrate.upgrade(); print(app.test_client().get('/calendar').status_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=settings, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "200"
