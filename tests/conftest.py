"""The application under test, on the database that HOTLINE_TEST_DATABASE names.

Every test starts on empty tables that the migrations made. ``sqlite`` is the default;
``postgresql`` needs the wheel of requirements-dev.txt or an address.
"""

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Table, TextClause, create_engine, event, make_url, text

from hotline import clock
from hotline.app import create_app, limiter
from hotline.db import Base, db, forget_drawn_ids
from hotline.people.service import passwords
from hotline.settings import Settings
from hotline.transaction import schema_change, transaction
from tests import postgres

# A busy machine is slow, not wrong: properties have no deadline.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

IN_CI = os.environ.get("CI") == "true"
DATABASE = os.environ.get("HOTLINE_TEST_DATABASE", "sqlite")

ENVIRONMENT = {
    "HOTLINE_ENV": "test",
    "HOTLINE_SECRET_KEY": "a secret of the tests, long enough to be one",
    "HOTLINE_PUBLIC_URL": "http://localhost",
    "HOTLINE_PHONE": "console",
    "HOTLINE_MAIL": "console",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token of the tests",
}


def skip_or_fail(reason: str) -> None:
    """Skip here; in CI a tier that does not run is a failure."""
    if IN_CI:
        pytest.fail(f"{reason} (in CI nothing may be skipped)", pytrace=False)
    pytest.skip(reason)


def needs(module: str) -> None:
    """Skip a whole file of tests when ``module`` is not installed."""
    if importlib.util.find_spec(module) is None:
        reason = f"no {module}: pip install -r requirements-dev.txt"
        if IN_CI:
            raise RuntimeError(f"{reason} (in CI nothing may be skipped)")
        pytest.skip(reason, allow_module_level=True)


ASKS_THE_DATABASE = {"database_url", "postgres_server"}


WALKS = (
    "tests/edge/test_robustness.py",
    "tests/edge/test_unicode.py",
    "tests/test_architecture.py",
    "tests/test_migrations.py",
    "tests/web/test_access.py",
    "tests/web/test_language.py",
)
"""They walk through all of the house; what they pass on the way is tested elsewhere."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database is tested once, on the way through SQLite."""
    for item in items:
        if item.nodeid.startswith(WALKS):  # Counting lines makes a walk twice as long.
            item.add_marker("no_cover")
    if DATABASE == "sqlite":
        return
    indifferent = [one for one in items if not _asks_what_may_differ(one)]
    config.hook.pytest_deselected(items=indifferent)
    items[:] = [one for one in items if _asks_what_may_differ(one)]


SAME_ON_BOTH = (
    "tests/cli/test_demo_loading.py",
    "tests/test_app.py",
    "tests/test_docs.py",
    "tests/web/test_access.py",
    "tests/web/test_language.py",
    "tests/web/test_matrix.py",
)
"""They ask the same pages or commands again and again; others ask those on both databases."""


def _asks_what_may_differ(item: pytest.Item) -> bool:
    return bool(ASKS_THE_DATABASE & _fixtures(item)) and not item.nodeid.startswith(SAME_ON_BOTH)


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL of this test run alone."""
    try:
        with postgres.server() as running:
            yield running
    except postgres.NoPostgres as reason:
        skip_or_fail(str(reason))


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of this run's database; each parallel worker has its own."""
    if DATABASE == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('database')}/hotline.sqlite3"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    named = os.environ.get(postgres.ADDRESS)
    if named:
        return fresh_database(named, f"hotline_test_{worker}")
    running: postgres.Server = request.getfixturevalue("postgres_server")
    return fresh_database(running.url(), f"hotline_test_{worker}")


def fresh_database(admin_url: str, name: str) -> str:
    """The address of an empty database ``name`` beside the one of ``admin_url``."""
    engine = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(admin_url).set(database=name).render_as_string(hide_password=False)


def settings_for(database_url: str, **changes: str) -> Settings:
    """Settings of the tests; ``changes`` are names and values of the environment."""
    return Settings.from_environment(
        {**ENVIRONMENT, "HOTLINE_DATABASE_URL": database_url, **changes}
    )


class Outsider(FlaskClient):
    """A client whose requests share nothing with the context of the test but its clock."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        moment = clock._fixed.get()
        return Context().run(self._ask, moment, *args, **kwargs)

    def _ask(self, moment: datetime | None, *args: Any, **kwargs: Any) -> Any:
        with clock.fixed(moment):
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def migrated_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of this run, its tables made by the migrations."""
    scratch = tmp_path_factory.mktemp("instance")
    app = create_app(
        settings_for(
            database_url,
            HOTLINE_SPOOL_DIR=str(scratch / "spool"),
            HOTLINE_FILES_URL=f"file://{scratch}/files",
        )
    )
    app.testing = True
    app.test_client_class = Outsider
    app.config["PROPAGATE_EXCEPTIONS"] = False  # A 500 must be seen as one.
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application on empty tables; its context is open, so services can be called."""
    with migrated_app.app_context():
        yield migrated_app
        limiter.reset()
        db.session.remove()
        empty_all_tables()


def empty_all_tables() -> None:
    """Delete every row of every table."""
    tables = list(reversed(Base.metadata.sorted_tables))
    with schema_change(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # In one go, and not TRUNCATE, which makes new files for each table and index.
            connection.exec_driver_sql("; ".join(f'DELETE FROM "{one.name}"' for one in tables))
            connection.execute(text(FROM_ONE_AGAIN))
            forget_drawn_ids()
            return
        filled = set(connection.execute(_filled(tables)).scalars())
        for table in tables:
            if table.name in filled:
                connection.exec_driver_sql(f'DELETE FROM "{table.name}"')


def _filled(tables: list[Table]) -> TextClause:
    """The names of the tables that hold anything: most tests fill a few of them."""
    each = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables)
    return text(" UNION ALL ".join(each))


FROM_ONE_AGAIN = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
WHERE last_value IS NOT NULL
"""
"""Tests count their rows from 1."""


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Passwords cost next to nothing here; the hasher of production is returned."""
    of_production = passwords.HASHER
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
    return of_production


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def writing(app: Flask) -> Iterator[None]:
    """One transaction that is open throughout the test."""
    with transaction():
        yield


@pytest.fixture
def at():
    """``with at("2026-12-30T22:15+09:00"):`` sets the clock for the block."""

    @contextmanager
    def set_clock(moment: str | datetime) -> Iterator[datetime]:
        when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        with clock.fixed(when):
            yield when

    return set_clock


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder of this test alone."""
    return tmp_path


@pytest.fixture
def statements(app: Flask):
    """``with statements() as sent:`` collects the SQL that is sent in the block."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return collect
