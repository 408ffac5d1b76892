"""``flask demo load``: one person of every role, the same every time."""

import json
from datetime import datetime

import pytest
from sqlalchemy import func, select

from hotline import clock, policy
from hotline.calls import queries as calls
from hotline.cli.demo import stories
from hotline.cli.demo.stories import Came
from hotline.coordination.rules import FUNCTIONS
from hotline.db import db
from hotline.duty import queries as duty
from hotline.followups import queries as promises
from hotline.followups.rules import OPEN, is_late
from hotline.members import queries as members
from hotline.members.models import Member
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.people import queries, rules
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.tickets.rules import CaseTypesPolicy, Status
from hotline.vendors import queries as partners
from hotline.vendors.rules import contract_day


@pytest.fixture
def load(app):
    """Runs the command for programs; what it printed."""
    return lambda: json.loads(app.test_cli_runner().invoke(args=["demo", "load", "--json"]).stdout)


def test_there_is_somebody_of_every_role(load):
    people = load()["people"]

    assert {one["role"] for one in people} == set(Role)
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


def test_there_is_a_partner_to_ask_for_everything(load):
    people = load()["people"]
    today = contract_day(clock.now())
    asked = {one: partners.doing(one, on=today) for one in FUNCTIONS}
    belongs = [partners.by_code(one["vendor_code"]) for one in people if one["role"] == "vendor"]

    assert min(len(found) for found in asked.values()) >= 1
    assert len(asked["forensics"]) >= 2
    assert all(found in asked["forensics"] for found in belongs)


def test_companies_are_found_however_they_are_written(load):
    load()
    spellings = {"㈱ヤマダ部品": "JNX-1003", "高橋精螺": "JNX-1001", "abc工業": "JNX-1006"}

    assert db.session.scalar(select(func.count()).select_from(Member)) == 20
    for typed, number in spellings.items():
        assert number in [one.number for one in members.search(typed, limit=10)]


MOMENTS = {
    "within hours": "2026-11-18T11:00:00+09:00",
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


def test_nobody_is_told_late_what_was_due_before_the_demo_began(load):
    now = clock.now()
    load()
    due = select(func.count()).select_from(Notice).where(Notice.wake_at <= now)

    assert db.session.scalar(due.where(Notice.status.in_(UNSENT))) == 0
    assert {page.status for page in duty.all_pages()} == {"taken"}
    assert calls.missed_count(now) == 2


FLEETING = {Status.RECEIVED, Status.CALLBACK_PENDING}
"""Which of the two a fresh ticket has depends on the hour."""


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
