"""``flask route``: every address and who may use it."""

import json

import pytest


@pytest.fixture
def flask(app):
    return lambda *args: app.test_cli_runner().invoke(args=["route", "list", *args]).output


def test_every_address_of_the_application_is_listed(app, flask):
    listed = {row["endpoint"] for row in json.loads(flask("--json"))}

    assert listed == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_each_address_says_who_may_use_it(flask):
    rows = json.loads(flask("--json"))

    assert all(set(row) == set(rows[0]) for row in rows)
    assert [row for row in rows if not all(str(value) for value in row.values())] == []


def test_people_get_one_line_each(flask):
    *lines, last = flask().splitlines()

    assert last == f"{len(lines)} in all."
    assert any("/healthz" in line for line in lines)
