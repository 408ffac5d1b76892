"""GET of partners: who does what, who is there, and how much they have to do."""

from urllib.parse import quote

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import partners
from tests.builders import NOON

OFFICE = {"round_the_clock": False, "weekly": [[["09:00", "18:00"]]] * 5}


@pytest.fixture(autouse=True)
def known(app):
    with transaction():
        partners.vendor("forensics", "legal", code="A", name="シグマ鑑識合同会社")
        munich = partners.vendor("legal", code="B", zone="Europe/Berlin", **OFFICE)
        partners.task(function="legal", vendor_id=munich.id, status="in_progress")
        partners.vendor("legal", code="C", withdrawn_at=NOON)


def codes(answer) -> list[str]:
    return [one["code"] for one in answer.json["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A", "B"]),
        ("function=forensics", ["A"]),
        ("function=legal", ["A", "B"]),
        ("function=legal&all=true", ["A", "B", "C"]),
        (f"q={quote('ｼｸﾞﾏ鑑識')}", ["A"]),
    ],
)
def test_partners_are_found_by_what_they_do_and_by_name(operator, at, query, found):
    with at(NOON):
        assert codes(operator("GET", f"/api/v1/vendors?{query}")) == found


def test_one_says_when_it_is_there_and_what_it_does_now(operator, at):
    with at(NOON):  # Four in the morning in Munich.
        found = operator("GET", "/api/v1/vendors?function=legal").json["items"][1]
        whole = operator("GET", f"/api/v1/vendors/{found['id']}").json

    assert whole == found
    assert (found["open_now"], found["load"], found["capacity"]) == (False, 1, 3)
    assert found["opens_at"] == "2026-11-04T17:00:00+09:00"
    assert found["functions"] == [{"function": "legal", "reply_minutes": 60}]


def test_a_function_there_is_none_of_is_refused(operator):
    assert operator("GET", "/api/v1/vendors?function=catering").status_code == 422
    assert operator("GET", "/api/v1/vendors/4711").status_code == 404


@pytest.mark.parametrize(("role", "status"), [(Role.VENDOR, 403), (Role.ADMINISTRATOR, 200)])
def test_partners_do_not_see_each_other(as_role, role, status):
    assert as_role(role)("GET", "/api/v1/vendors").status_code == status


def test_a_look_is_on_the_record_with_what_was_searched(operator):
    operator("GET", "/api/v1/vendors?q=abc")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).one()

    assert (entry.subject, entry.detail) == ("list:vendors", {"q": "abc"})
