"""``flask demo load``: one person of every role, the same every time."""

import json

import pytest

from hotline.people import queries, rules
from hotline.people.rules import Role


@pytest.fixture
def load(app):
    """Runs the command for programs; what it printed."""
    return lambda: json.loads(app.test_cli_runner().invoke(args=["demo", "load", "--json"]).stdout)


def test_there_is_somebody_of_every_role_and_one_coordinator(load):
    people = load()["people"]
    roles = [one["role"] for one in people]

    assert set(roles) == set(Role)
    assert roles.count("coordinator") == 1
    assert len({one["member_number"] for one in people if one["role"] == "member"}) == 2
    assert len({one["vendor_code"] for one in people if one["role"] == "vendor"}) == 2


def test_loading_twice_changes_nothing(load):
    first = load()
    hashes = [one.password_hash for one in queries.everybody()]

    assert load() == first
    assert [one.password_hash for one in queries.everybody()] == hashes


def test_all_staff_have_a_second_factor(load):
    without = [one["role"] for one in load()["people"] if one["totp_secret"] is None]

    assert not any(rules.needs_second_factor([role]) for role in without)


def test_what_is_printed_for_people_can_be_typed(app):
    printed = app.test_cli_runner().invoke(args=["demo", "load"]).output

    assert "operator@demo.example" in printed
    assert "evening calm desk" in printed


def test_production_has_no_demo(app, monkeypatch):
    settings = app.extensions["hotline.settings"].model_copy(update={"env": "production"})
    monkeypatch.setitem(app.extensions, "hotline.settings", settings)
    done = app.test_cli_runner().invoke(args=["demo", "load"])

    assert done.exit_code == 1
    assert "not in production" in done.output
