"""Migrations run up, down and up again on a database with rows, and say what the models say."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from hotline import fulltext
from hotline.app import create_app
from hotline.db import Base, db
from hotline.searchkeys import grams, phrases
from hotline.settings import ROOT
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.conftest import DATABASE, fresh_database, settings_for
from tests.rows import fill

MIGRATIONS = ROOT / "migrations"
OUTLIVES = {"alembic_version"}


def test_up_down_and_up_again_with_rows_of_every_kind(fresh):
    flask_migrate.upgrade()
    fill()
    before = counted()
    flask_migrate.downgrade(revision="base")
    left = tables()
    flask_migrate.upgrade()

    assert [name for name, rows in before.items() if not rows] == [], "give them one: tests/rows.py"
    assert left == OUTLIVES
    assert set(counted().values()) == {0}


def test_the_models_and_the_migrations_say_the_same(fresh):
    flask_migrate.upgrade()
    opts = {"compare_type": True, "include_name": fulltext.is_declared}
    found = MigrationContext.configure(db.session.connection(), opts=opts)

    assert compare_metadata(found, Base.metadata) == []


def test_running_them_again_changes_nothing(fresh):
    flask_migrate.upgrade()
    fill()
    before = counted()
    flask_migrate.upgrade()

    assert counted() == before


def test_a_parent_that_is_rebuilt_keeps_its_children(fresh, with_one_more):
    """SQLite rebuilds a table to change it: what hangs on it must not be deleted meanwhile."""
    flask_migrate.upgrade(directory=with_one_more, revision=newest(MIGRATIONS))
    fill()
    before = counted()
    flask_migrate.upgrade(directory=with_one_more)
    after_up = counted()
    flask_migrate.downgrade(directory=with_one_more)

    assert after_up == before
    assert counted() == before


def test_a_table_that_is_rebuilt_is_still_searched(fresh, with_one_more):
    """SQLite's triggers go with the old table, and with them the search for what comes after."""
    flask_migrate.upgrade(directory=with_one_more)
    with transaction():
        one = builders.ticket()
        one.search_text = grams(texts=["暗号化された"])
    found = select(Ticket.id).where(fulltext.matches(Ticket.search_text, phrases("暗号")))

    assert db.session.scalars(found).all() == [one.id]


def test_a_migration_that_loses_a_parent_is_refused(fresh, with_one_more):
    flask_migrate.upgrade(directory=with_one_more, revision=newest(MIGRATIONS))
    fill()
    before = counted()
    last = next(Path(with_one_more).glob("versions/*one_more.py"))
    last.write_text(last.read_text().replace("pass  # up", "op.execute('DELETE FROM people')"))

    with pytest.raises((SystemExit, IntegrityError)):
        flask_migrate.upgrade(directory=with_one_more)
    assert counted() == before


@pytest.mark.skipif(DATABASE != "sqlite", reason="asks SQLite itself")
def test_after_a_migration_sqlite_checks_keys_again(fresh):
    flask_migrate.upgrade()
    fill()
    db.session.rollback()

    assert db.session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert db.session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_sql_files_are_refused_with_a_reason(fresh):
    with pytest.raises(SystemExit, match="pg_dump"):
        flask_migrate.upgrade(sql=True)


def test_phones_whose_last_digits_are_alike_are_found_as_before(fresh):
    flask_migrate.upgrade()
    phones = ("03-1234-0000", "03-1234-9000", "03-1234-5678", "03-5111-1111")
    with transaction():
        kept = {one: builders.ticket() for one in phones}
        for phone, ticket in kept.items():
            ticket.search_text = grams(phones=[phone], texts=["10000"])
    flask_migrate.downgrade(revision="e5b07a3c14d8")
    unmarked = set(db.session.scalars(select(Ticket.search_text)))
    db.session.rollback()
    flask_migrate.upgrade()
    marked = set(db.session.scalars(select(Ticket.search_text)))

    assert marked == {grams(phones=[one], texts=["10000"]) for one in phones}
    assert len(unmarked & marked) == 1


def tables() -> set[str]:
    found = set(inspect(db.session.connection()).get_table_names())
    db.session.rollback()
    return found


def counted() -> dict[str, int]:
    """Rows of each table."""
    found = {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()  # A reader that stays keeps a migration waiting.
    return found


@pytest.fixture
def fresh(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own, without a table."""
    url = f"sqlite:///{tmp_path}/fresh.sqlite3"
    if DATABASE != "sqlite":
        url = fresh_database(database_url, "hotline_fresh")
    app = create_app(settings_for(url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def with_one_more(tmp_path: Path) -> str:
    """A copy of the migrations with one more, which rebuilds tables that others hang on."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "29991231_2359_one_more.py").write_text(
        ONE_MORE.format(newest=newest(copy))
    )
    return str(copy)


def newest(directory: Path) -> str:
    return ScriptDirectory(str(directory)).get_current_head() or ""


ONE_MORE = '''"""Add a column to two parents."""

import sqlalchemy as sa
from alembic import op

revision = "one_more"
down_revision = "{newest}"


def upgrade() -> None:
    pass  # up
    for name in ("tickets", "people"):
        with op.batch_alter_table(name, recreate="auto") as table:
            table.add_column(sa.Column("more", sa.String(5)))
            table.alter_column("more", type_=sa.String(9), existing_type=sa.String(5))


def downgrade() -> None:
    for name in ("tickets", "people"):
        with op.batch_alter_table(name) as table:
            table.drop_column("more")
'''
