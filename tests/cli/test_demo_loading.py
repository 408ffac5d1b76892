"""``flask demo load`` at any hour, twice, and for people to read."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select

from hotline import clock, policy
from hotline.cli.demo import stories
from hotline.cli.demo.story import Came
from hotline.coordination.models import Task
from hotline.coordination.rules import TaskStatus
from hotline.db import db
from hotline.followups import queries as promises
from hotline.followups.rules import OPEN, is_late
from hotline.people import queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules import CaseTypesPolicy, Status


@pytest.fixture
def load(app):
    """Runs the command for programs; what it printed."""
    return lambda: json.loads(app.test_cli_runner().invoke(args=["demo", "load", "--json"]).stdout)


MOMENTS = {
    "at night": "2026-11-18T23:30:00+09:00",
    "at New Year": "2027-01-02T08:00:00+09:00",
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_the_desk_looks_the_same_whenever_it_is_loaded(load, moment):
    now = datetime.fromisoformat(moment)
    with clock.fixed(now):
        load()
    tickets = {one.id: one for one in db.session.scalars(select(Ticket))}
    listed = promises.of_tickets(list(tickets)).values()
    owed = [one for found in listed for one in found if one.status in OPEN]
    late = [one for one in owed if is_late(one.status, one.take_up_by, now=now)]

    assert len(late) == sum(one.came is Came.LATE for one in stories.STORIES)
    assert any(one.due_at > now for one in owed)
    assert {one.status for one in tickets.values()} >= set(Status) - FLEETING
    assert {code for one in tickets.values() for code in one.case_types} == set(
        policy.get(CaseTypesPolicy).by_code
    )


FLEETING = {Status.RECEIVED, Status.CALLBACK_PENDING}
"""Which of the two a fresh ticket has depends on the hour."""


def test_nobody_is_told_that_specialists_are_looked_for_once_they_have_taken_it_on(load):
    load()
    unfound = {TaskStatus.DRAFTED, TaskStatus.OFFERED, TaskStatus.WITHDRAWN, TaskStatus.CANCELLED}
    taken_on = select(Task.ticket_id).where(Task.status.not_in(unfound))
    query = select(Ticket.status).where(Ticket.id.in_(taken_on))

    assert set(db.session.scalars(query)) <= {Status.RESPONDING, Status.SETTLING, Status.CLOSED}


def test_production_has_no_demo(app, monkeypatch):
    settings = app.extensions["hotline.settings"].model_copy(update={"env": "production"})
    monkeypatch.setitem(app.extensions, "hotline.settings", settings)
    done = app.test_cli_runner().invoke(args=["demo", "load"])

    assert done.exit_code == 1
    assert "not in production" in done.output


def test_loading_twice_changes_nothing(load):
    first = load()
    hashes = [one.password_hash for one in queries.everybody()]

    assert load() == first
    assert [one.password_hash for one in queries.everybody()] == hashes


def test_what_is_printed_for_people_can_be_typed(app):
    printed = app.test_cli_runner().invoke(args=["demo", "load"]).output

    assert "operator@demo.example" in printed
    assert "evening calm desk" in printed
