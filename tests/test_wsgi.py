"""A process that cannot start says why, once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_bad_settings_are_named_without_a_trace():
    broken = {"HOTLINE_ENV": "demo", "HOTLINE_SECRET_KEY": "short"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=broken, capture_output=True, text=True
    )

    assert done.returncode == 4
    assert "HOTLINE_SECRET_KEY: needs at least 32 bytes" in done.stderr
    assert "Traceback" not in done.stderr
