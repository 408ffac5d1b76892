"""What ``flask demo load`` leaves: people of every role, companies, partners, no late news."""

import json

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.calls import queries as calls
from hotline.coordination.rules import FUNCTIONS
from hotline.db import db
from hotline.duty import queries as duty
from hotline.members import queries as members
from hotline.members.models import Member
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.people import rules
from hotline.people.rules import Role
from hotline.vendors import queries as partners
from hotline.vendors.rules import contract_day
from tests.conftest import empty_all_tables


@pytest.fixture(scope="module")
def demo(migrated_app):
    """What was printed for programs; it is loaded once, and nobody here changes anything."""
    with migrated_app.app_context():
        began = clock.now()
        done = migrated_app.test_cli_runner().invoke(args=["demo", "load", "--json"])
        yield json.loads(done.stdout) | {"began": began}
        db.session.remove()
        empty_all_tables()


def test_there_is_somebody_of_every_role(demo):
    people = demo["people"]

    assert {one["role"] for one in people} == set(Role)
    assert len({one["member_number"] for one in people if one["role"] == "member"}) == 2
    assert len({one["vendor_code"] for one in people if one["role"] == "vendor"}) == 2


def test_all_staff_have_a_second_factor(demo):
    without = [one["role"] for one in demo["people"] if one["totp_secret"] is None]

    assert not any(rules.needs_second_factor([role]) for role in without)


def test_there_is_a_partner_to_ask_for_everything(demo):
    people = demo["people"]
    today = contract_day(clock.now())
    asked = {one: partners.doing(one, on=today) for one in FUNCTIONS}
    belongs = [partners.by_code(one["vendor_code"]) for one in people if one["role"] == "vendor"]

    assert min(len(found) for found in asked.values()) >= 1
    assert len(asked["forensics"]) >= 2
    assert all(found in asked["forensics"] for found in belongs)


def test_companies_are_found_however_they_are_written(demo):
    spellings = {"㈱ヤマダ部品": "JNX-1003", "高橋精螺": "JNX-1001", "abc工業": "JNX-1006"}

    assert db.session.scalar(select(func.count()).select_from(Member)) == 20
    for typed, number in spellings.items():
        assert number in [one.number for one in members.search(typed, limit=10)]


def test_nobody_is_told_late_what_was_due_before_the_demo_began(demo):
    now = demo["began"]
    due = select(func.count()).select_from(Notice).where(Notice.wake_at <= now)

    assert db.session.scalar(due.where(Notice.status.in_(UNSENT))) == 0
    assert {page.status for page in duty.all_pages()} == {"taken"}
    assert len(calls.missed(now)) == 2
