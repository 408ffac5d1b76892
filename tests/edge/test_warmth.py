"""What is made before the server parts into processes, and what must not be."""

import gc
import subprocess
import sys

import pytest
from babel import localedata

from hotline.db import db
from hotline.edge import warmth
from hotline.settings import ROOT
from tests.conftest import ENVIRONMENT

LARGE = ("alembic", "webauthn", "openpyxl", "qrcode", "stream_zip", "holidays", "apscheduler")


def test_the_pages_are_compiled_and_no_connection_is_open_for_it(app, thawed):
    db.engine.dispose()
    warmth.warm_up(app)

    assert all(len(one.cache) > 100 for one in app.jinja_env.in_languages.values())
    assert set(app.jinja_env.in_languages) == {"ja", "en"}
    assert db.engine.pool.checkedin() == 0
    assert gc.get_freeze_count() > 0


def test_no_visitor_waits_until_it_is_read_how_languages_write_dates(app, thawed):
    localedata._cache.clear()
    warmth.warm_up(app)

    assert {"ja", "en"} <= set(localedata._cache)


def test_compiled_pages_are_kept_where_they_can_be(app, tmp_path, thawed):
    before = app.jinja_options
    warmth.keep_compiled(app, tmp_path / "kept")
    kept = app.jinja_options["bytecode_cache"]
    warmth.keep_compiled(app, tmp_path / "away" / "kept")
    still = app.jinja_options["bytecode_cache"]
    app.jinja_options = before

    assert kept is still
    assert (tmp_path / "kept").is_dir()


def test_heaps_are_shared_where_the_system_can():
    ask = "from hotline.edge import warmth; warmth.share_heaps(); print(bytes(10**6)[:1])"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("b'\\x00'\n", "")


def test_a_server_does_not_carry_what_few_requests_need(tmp_path):
    ask = f"import sys, wsgi; print([name for name in {LARGE} if name in sys.modules])"
    settings = {**ENVIRONMENT, "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=settings, capture_output=True, text=True
    )

    assert done.stdout.strip() == "[]", done.stderr


@pytest.fixture
def thawed():
    yield
    gc.unfreeze()
