"""Partners read and write through the API what belongs to their tasks, while they work on them."""

import pytest

from hotline.coordination.models import Release
from hotline.db import db
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON


@pytest.fixture
def task(vendor):
    with transaction():
        made = builders.ticket(member_number="M1")
        partners.agreed(made)
        return partners.engaged(vendor, made)


def of(task, part: str) -> str:
    return f"/api/v1/tasks/{task.id}/{part}"


def released(task, vendor, words: str) -> None:
    with transaction():
        facts = {"piece": "company", "ja": words, "released_at": NOON, "released_by_id": 1}
        db.session.add(Release(task_id=task.id, vendor_id=vendor.id, **facts))


@pytest.mark.parametrize("part", ["messages", "releases", "costs"])
def test_s_05_another_partner_finds_nothing(task, other, as_vendor, part, at):
    with at(NOON):
        theirs = as_vendor(other)("GET", of(task, part))
        missing = as_vendor(other)("GET", f"/api/v1/tasks/2000000000/{part}")

    assert (theirs.status_code, theirs.json["detail"]) == (404, missing.json["detail"])


def test_a_partner_and_the_desk_write_to_each_other(task, vendor, as_vendor, operator, at):
    program = as_vendor(vendor)
    with at(NOON):
        first = program("POST", of(task, "messages"), {"body": "着きました。"})
        answer = operator("POST", of(task, "messages"), {"body": "了解です。"})
        read = program("GET", of(task, "messages")).json["items"]
        whole = operator("GET", of(task, "messages")).json["items"]

    assert (first.status_code, answer.status_code) == (201, 201)
    assert [(one["side"], one["vendor"]) for one in read] == [
        ("vendor", vendor.code),
        ("desk", vendor.code),
    ]
    assert whole == read


def test_the_desk_names_the_partner_it_writes_to(task, vendor, operator, at):
    with at(NOON):
        named = operator("POST", of(task, "messages"), {"body": "はい。", "vendor": vendor.code})
        unknown = operator("POST", of(task, "messages"), {"body": "はい。", "vendor": "V-none"})

    assert (named.status_code, unknown.status_code) == (201, 422)


def test_nobody_is_written_to_where_nobody_works(operator, at):
    with transaction():
        task = partners.task()
    with at(NOON):
        answer = operator("POST", of(task, "messages"), {"body": "だれか"})

    assert answer.status_code == 409


def test_whoever_was_only_asked_has_no_thread_yet(vendor, as_vendor, at):
    with transaction():
        task = partners.task(status="offered")
        partners.offer(task, vendor)
    program = as_vendor(vendor)
    with at(NOON):
        read = program("GET", of(task, "messages"))
        written = program("POST", of(task, "messages"), {"body": "質問"})

    assert (read.json["items"], written.status_code) == ([], 404)


def test_a_partner_reads_what_was_released_to_it_and_nothing_else(
    task, vendor, other, as_vendor, operator, at
):
    released(task, vendor, "㈱ヤマダ部品")
    released(task, other, "ほかの社への話")
    with at(NOON):
        (seen,) = as_vendor(vendor)("GET", of(task, "releases")).json["items"]
        whole = operator("GET", of(task, "releases")).json["items"]

    assert (seen["piece"], seen["text"]["ja"], seen["file"]) == ("company", "㈱ヤマダ部品", None)
    assert seen["label"]["ja"]
    assert seen["label"]["en"]
    assert [one["vendor"] for one in whole] == [vendor.code, other.code]


def test_a_partner_reads_its_own_price_alone(task, vendor, other, as_vendor, operator, at):
    with transaction():
        ticket = db.session.get_one(builders.Ticket, task.ticket_id)
        partners.cost_line(ticket, task, vendor_id=vendor.id)
        partners.cost_line(ticket, task, vendor_id=other.id, unit_price_yen=1)
        partners.cost_line(ticket, task)
    with at(NOON):
        (own,) = as_vendor(vendor)("GET", of(task, "costs")).json["items"]
        whole = operator("GET", of(task, "costs")).json["items"]

    assert (own["vendor"], own["gross_yen"], own["state"]) == (vendor.code, 6_600_000, "quote")
    assert [one["vendor"] for one in whole] == [vendor.code, other.code, None]


def test_a_task_names_its_milestones_to_who_does_it(task, vendor, as_vendor, at):
    with at(NOON):
        read = as_vendor(vendor)("GET", f"/api/v1/tasks/{task.id}").json

    assert read["label"]["en"] == "The company is at work."
    assert read["milestones"] == []
