"""The bench fills a database with rows that the verbs could have written."""

from datetime import UTC, datetime

import flask_migrate
import pytest
from sqlalchemy import make_url

from hotline.app import create_app
from hotline.calls.models import Call
from hotline.db import db
from hotline.tickets.rules import parse_number
from tests.conftest import DATABASE, fresh_database, settings_for

UNTIL = datetime(2026, 11, 4, 20, 0, tzinfo=UTC)
"""Early in the morning in Tokyo: what came in the night is still promised."""


def test_a_filled_database_is_whole_its_trail_sealed_and_open_for_more(app, filling):
    filling.fill(1000, until=UNTIL, say=lambda _: None)
    run = app.test_cli_runner().invoke
    run(args=["followup", "add", "--due", "2099-11-05T09:00+09:00"])
    told = [run(args=[*words.split()]) for words in ("integrity check", "audit verify")]

    assert [one.exit_code for one in told] == [0, 0], [one.output for one in told]
    assert "0 findings" in told[0].output


def test_a_database_with_tickets_is_not_filled_again(app, filling):
    filling.fill(10, until=UNTIL, say=lambda _: None)

    with pytest.raises(filling.NotEmpty):
        filling.fill(10, until=UNTIL, say=lambda _: None)


def test_the_same_seed_and_moment_make_the_same_rows(app, filling, lives):
    world = filling._world(200, 7, UNTIL)
    once, again = filling.Sheaf(), filling.Sheaf()
    for sheaf in (once, again):
        for place in (3, 77, 150, 199):
            lives.live(world, sheaf, place)

    assert once.rows == again.rows


def test_every_number_is_another_and_has_its_check_digit(lives):
    numbers = {lives.number_of(place, 7) for place in range(3000)}

    assert len(numbers) == 3000
    assert all(parse_number(number) == number for number in numbers)


def test_a_column_that_nobody_names_has_the_default_of_its_model(shapes):
    shape = shapes.shape_of(Call)
    row = dict(zip(shape.columns, shape.row({"line": "jnx"}), strict=True))

    assert (row["line"], row["language"], row["note"], row["ticket_id"]) == ("jnx", "ja", "", None)


def test_a_name_that_is_no_column_is_refused(shapes):
    with pytest.raises(KeyError, match="no column colour"):
        shapes.shape_of(Call).row({"colour": "red"})


@pytest.fixture
def app(database_url, tmp_path):
    """The application on a database that nobody else has open: its journal is off meanwhile."""
    if DATABASE == "sqlite":
        url = f"sqlite:///{tmp_path}/filled.sqlite3"
    else:
        url = fresh_database(database_url, f"{make_url(database_url).database}_filled")
    own = create_app(settings_for(url, HOTLINE_SPOOL_DIR=str(tmp_path / "spool")))
    with own.app_context():
        flask_migrate.upgrade()
        yield own
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def filling(bench):
    return bench("filling")


@pytest.fixture
def lives(bench):
    return bench("lives")


@pytest.fixture
def shapes(bench):
    return bench("shapes")
