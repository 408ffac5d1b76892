"""Tasks of partners through the API: written down, read by whom they concern, moved on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.coordination import queries, service
from hotline.coordination.rules import Actor, Answered, TaskStatus
from hotline.db import db
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

LATER = "2026-11-05T10:00:00+09:00"
SOON = NOON + timedelta(minutes=1)


def test_a_task_is_written_down_as_it_was_said(operator, ticket):
    body = {"scope": "PC 2台", "works": ["cause", "verdict"], "language": "en", "due_at": LATER}
    answer = operator("POST", of(ticket), {"function": "forensics", **body})
    said = answer.json

    assert (answer.status_code, said["status"], said["vendor"]) == (201, "drafted", None)
    assert {name: said[name] for name in body} == {**body, "works": ["verdict", "cause"]}
    assert (said["ticket"], said["next"]) == (ticket.number, [])


def test_a_coordinator_names_the_partner_at_once(as_role, ticket, vendor, at):
    body = {"function": "forensics", "vendor": vendor.code, "reply_by": LATER}
    with at(NOON):
        answer = as_role("coordinator")("POST", of(ticket), body)
    (offer,) = answer.json["offers"]

    assert (answer.json["status"], offer["status"]) == ("offered", "offered")
    assert (offer["vendor"]["code"], offer["reply_by"]) == (vendor.code, LATER)


def test_an_operator_asks_no_partner(operator, ticket, vendor):
    answer = operator("POST", of(ticket), {"function": "forensics", "vendor": vendor.id})

    assert answer.status_code == 403
    assert queries.tasks_of(ticket.id) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"function": ""}, "function"),
        ({"works": ["flying"]}, "works"),
        ({"starts_at": LATER, "due_at": "2026-11-04T10:00:00+09:00"}, "due_at"),
        ({"scope": "x" * 501}, "scope"),
        ({"waits_for": [{"task": 99}]}, "waits_for"),
        ({"vendor": []}, "vendor"),
        ({"vendor": "V-none"}, "vendor"),
        ({"vendor": 2**40}, "vendor"),
        ({"vendor": 99}, "vendor"),
    ],
)
def test_a_task_names_what_cannot_be_used(as_role, ticket, body, field):
    answer = as_role("coordinator")("POST", of(ticket), {"function": "pr", **body})

    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert queries.tasks_of(ticket.id) == []


def test_the_same_key_makes_one_task(operator, ticket):
    answers = [
        operator("POST", of(ticket), {"function": "pr"}, Idempotency_Key="k") for _ in range(2)
    ]

    assert answers[0].json == answers[1].json
    assert len(queries.tasks_of(ticket.id)) == 1


def test_tasks_are_listed_page_by_page_and_by_what_they_are(operator, ticket):
    with transaction():
        made = [partners.task(ticket, function=one) for one in ("pr", "gdpr")]
        partners.task()
    of_ticket = operator("GET", of(ticket)).json["items"]
    first = operator("GET", "/api/v1/tasks?limit=2&status=drafted").json
    rest = operator("GET", f"/api/v1/tasks?limit=2&cursor={first['next_cursor']}").json
    of_one_kind = operator("GET", "/api/v1/tasks?function=gdpr").json["items"]

    assert [one["id"] for one in of_ticket] == [one.id for one in made]
    assert [len(first["items"]), len(rest["items"])] == [2, 1]
    assert [one["id"] for one in of_one_kind] == [made[1].id]


def test_each_read_is_on_record(operator, ticket):
    with transaction():
        task = partners.task(ticket)
    operator("GET", f"/api/v1/tasks/{task.id}")
    operator("GET", of(ticket))
    operator("GET", "/api/v1/tasks")
    reads = select(AuditEntry.subject).where(AuditEntry.action == "read")
    read = db.session.scalars(reads.order_by(AuditEntry.id))

    assert list(read) == [f"task:{task.id}", f"ticket:{ticket.number}", "list:tasks"]


def test_a_partner_reads_the_brief_and_nothing_of_others(as_vendor, task, vendor, at):
    with transaction():
        other = partners.vendor()
        partners.offer(task, other, position=2)
    with at(SOON):
        said = as_vendor(vendor)("GET", f"/api/v1/tasks/{task.id}").json

    assert said["scope"] == "PC 2台"
    assert [one["vendor"]["code"] for one in said["offers"]] == [vendor.code]
    assert (said["because"], said["waits_for"], said["offers"][0]["position"]) == ([], [], None)
    assert other.name not in str(said)


def test_foreign_missing_and_silent_ones_tasks_are_alike(as_vendor, task, vendor, other, at):
    own, stranger = as_vendor(vendor), as_vendor(other)
    path = f"/api/v1/tasks/{task.id}"
    with at(NOON + timedelta(hours=1)):
        answers = [own("GET", path), stranger("GET", path), own("GET", "/api/v1/tasks/9999")]
        listed = own("GET", "/api/v1/tasks").json["items"]

    assert {one.status_code for one in answers} == {404}
    assert len({one.json["detail"] for one in answers}) == 1
    assert listed == []


def test_the_partner_that_does_it_moves_it_on(as_vendor, task, vendor):
    with transaction():
        (offer,) = queries.offers_of([task.id])
        service.accept(offer, answered=Answered.PORTAL, now=SOON)
    answer = as_vendor(vendor)(
        "POST", f"/api/v1/tasks/{task.id}/move", {"status": "in_progress", "reason": "無償"}
    )

    assert (answer.status_code, answer.json["status"]) == (200, "in_progress")
    assert [one["status"] for one in answer.json["next"]] == ["delivered", "estimating"]
    assert answer.json["vendor"]["code"] == vendor.code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"status": "closed"}, 409),
        ({"status": "accepted"}, 409),
        ({"status": "withdrawn"}, 422),
        ({"status": "elsewhere"}, 422),
        ({}, 422),
    ],
)
def test_a_step_that_there_is_none_of_is_refused(as_role, task, body, status):
    answer = as_role("coordinator")("POST", f"/api/v1/tasks/{task.id}/move", body)

    assert answer.status_code == status


def test_a_step_of_a_foreign_task_is_not_there_even_the_second_time(as_vendor, task, vendor, at):
    own, path = as_vendor(vendor), f"/api/v1/tasks/{task.id}/move"
    body, key = {"status": "in_progress", "reason": "無償"}, {"Idempotency_Key": "k"}
    with transaction():
        (offer,) = queries.offers_of([task.id])
        service.accept(offer, answered=Answered.PORTAL, now=SOON)
    before = own("POST", path, body, **key).status_code
    with transaction():
        held = service.hold_task(task.id)
        service.move_task(held, TaskStatus.DRAFTED, actor=Actor.DESK, reason="x", by_id=1, now=SOON)

    assert (before, own("POST", path, body, **key).status_code) == (200, 404)


def test_the_desk_takes_a_task_back_with_a_reason(as_role, task):
    body = {"status": "withdrawn", "reason": "誤報"}
    answer = as_role("supervisor")("POST", f"/api/v1/tasks/{task.id}/move", body)

    assert answer.json["status"] == "withdrawn"
    assert [one["status"] for one in answer.json["offers"]] == ["withdrawn"]


def test_an_operator_moves_a_task_on_and_leaves_its_end_to_others(operator, as_role, task):
    path = f"/api/v1/tasks/{task.id}"
    with transaction():
        (offer,) = queries.offers_of([task.id])
        service.accept(offer, answered=Answered.PORTAL, now=SOON)
    stopped = operator("POST", f"{path}/move", {"status": "cancelled", "reason": "中止"})
    moved = operator("POST", f"{path}/move", {"status": "in_progress", "reason": "無償"})

    assert (stopped.status_code, moved.status_code) == (403, 200)
    assert [one["status"] for one in moved.json["next"]] == ["delivered", "estimating"]
    assert as_role("auditor")("GET", path).json["next"] == []


def of(ticket) -> str:
    return f"/api/v1/tickets/{ticket.number}/tasks"


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket()


@pytest.fixture
def task(ticket, vendor):
    """Somebody was asked at noon, and has an hour to answer."""
    with transaction():
        made = partners.task(ticket, scope="PC 2台", because=["x"])
        by = builders.person("coordinator")
        service.offer(made, vendor, by_id=by.id, now=NOON)
    return made
