"""Members read and do through the API what their pages show, and nothing of anybody else."""

import hashlib

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.coordination.models import Approval
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.deadlines.models import Clock, Obligation
from hotline.evidence.models import File
from hotline.messages.models import Message, Need
from hotline.tickets import rules
from hotline.tickets import service as tickets
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

PARTS = ("", "/timeline", "/tasks", "/clocks", "/needs", "/messages", "/files", "/approvals",
         "/obligations")  # fmt: skip

LOG = {"a": 1}
"""As the asking program writes it: eight bytes that nobody looks into."""


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket(member_number="M1")


@pytest.fixture
def member(as_role):
    return as_role("member", member_number="M1")


@pytest.fixture
def stranger(as_role):
    return as_role("member", member_number="M2")


def of(ticket, part: str = "") -> str:
    return f"/api/v1/tickets/{ticket.number}{part}"


def items(answer) -> list:
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def without_id(answer) -> dict:
    return {name: value for name, value in answer.json.items() if name != "request_id"}


def file(ticket, **facts) -> File:
    values = {
        "sha256": "a" * 64, "size": 5, "name": "log.txt", "media_type": "text/plain",
        "subject": f"ticket:{ticket.number}", "ticket_id": ticket.id, "source": "portal",
        "received_at": NOON, "scan": "waiting", **facts,
    }  # fmt: skip
    made = File(**values)
    db.session.add(made)
    db.session.flush()
    return made


@pytest.mark.parametrize("part", PARTS)
def test_s_04_every_part_of_a_foreign_ticket_is_missing(ticket, stranger, member, part):
    theirs, missing = stranger("GET", of(ticket, part)), stranger("GET", f"/api/v1/tickets/0{part}")

    assert (theirs.status_code, without_id(theirs)) == (404, without_id(missing))
    assert member("GET", of(ticket, part)).status_code == 200


@pytest.mark.parametrize("part", PARTS[2:])
def test_reading_a_part_is_on_record(ticket, member, part):
    member("GET", of(ticket, part))
    query = select(AuditEntry).where(AuditEntry.action == "read")
    (entry,) = db.session.scalars(query)

    assert (entry.subject, entry.detail) == (f"ticket:{ticket.number}", {"part": part[1:]})


def test_a_ticket_says_in_words_where_it_stands_and_when_we_call(ticket, member, at):
    with at(NOON):
        said = member("GET", of(ticket)).json
        (listed,) = items(member("GET", "/api/v1/tickets"))

    assert said["label"]["en"] == "We have your report."
    assert said["next"]["ja"]
    assert said["when"]["sentence"]["ja"]
    assert (said["when"]["state"], said["when"]["due_at"]) == ("soon", "2026-11-04T12:00:00+09:00")
    assert [listed[name] for name in ("label", "next", "when")] == [
        said[name] for name in ("label", "next", "when")
    ]


def test_a_ticket_on_which_nothing_is_owed_says_no_time(ticket, member):
    with transaction():
        builders.promise_of(ticket).status = "done"

    assert member("GET", of(ticket)).json["when"] is None


def test_member_and_desk_write_to_each_other(ticket, member, operator):
    first = member("POST", of(ticket, "/messages"), {"body": "画面が赤いです。"})
    answer = operator("POST", of(ticket, "/messages"), {"body": "抜かないでください。"})
    read = items(member("GET", of(ticket, "/messages")))

    assert (first.status_code, answer.status_code) == (201, 201)
    assert [(one["side"], one["body"]) for one in read] == [
        ("member", "画面が赤いです。"),
        ("desk", "抜かないでください。"),
    ]


def test_a_message_that_is_sent_again_stands_once(ticket, member):
    for _ in range(2):
        answer = member("POST", of(ticket, "/messages"), {"body": "一度"}, Idempotency_Key="m1")

    assert answer.status_code == 201
    assert len(db.session.scalars(select(Message)).all()) == 1


def test_an_empty_message_is_refused(ticket, member):
    answer = member("POST", of(ticket, "/messages"), {"body": " "})

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["body"])


@pytest.mark.parametrize(
    ("part", "body"),
    [("/messages", {"body": "よそから"}), ("/obligations/1/tick", {})],
)
def test_s_04_nobody_writes_on_a_foreign_ticket(ticket, stranger, part, body):
    answer = stranger("POST", of(ticket, part), body, Idempotency_Key="k")

    assert answer.status_code == 404
    assert db.session.scalars(select(Message)).all() == []


def test_a_member_reads_what_is_needed(ticket, member):
    with transaction():
        given = {"wanted": "file", "text": "ログ", "asked_at": NOON, "asked_by_id": 1}
        person = builders.person("operator")
        db.session.add(Need(ticket_id=ticket.id, **{**given, "asked_by_id": person.id}))
    (need,) = items(member("GET", of(ticket, "/needs")))

    assert (need["wanted"], need["text"], need["status"]) == ("file", "ログ", "open")
    assert need["due_at"] is None


def test_a_member_sees_own_files_and_those_that_were_shared(ticket, member, operator):
    with transaction():
        file(ticket)
        file(ticket, source="desk", name="secret.txt")
        file(ticket, source="desk", name="report.pdf", shared_at=NOON)
    seen = items(member("GET", of(ticket, "/files")))

    assert [one["name"] for one in seen] == ["report.pdf", "log.txt"]
    assert seen[1]["sha256"] == "a" * 64
    assert len(items(operator("GET", of(ticket, "/files")))) == 3


def test_a_file_is_sent_as_it_is_and_again_it_is_the_same_file(ticket, member, operator):
    answer, again = (member("PUT", of(ticket, "/files"), LOG, X_File_Name="a.log") for _ in "12")
    operator("PUT", of(ticket, "/files"), {})
    (ours, theirs) = items(operator("GET", of(ticket, "/files")))[::-1]

    assert (answer.status_code, again.status_code) == (201, 201)
    assert answer.json["sha256"] == ours["sha256"] == hashlib.sha256(b'{"a": 1}').hexdigest()
    assert (ours["name"], ours["source"], theirs["source"]) == ("a.log", "portal", "desk")


def test_s_04_nobody_sends_a_file_for_another_companys_ticket(ticket, stranger):
    theirs = stranger("PUT", of(ticket, "/files"), LOG)
    missing = stranger("PUT", "/api/v1/tickets/0/files", LOG)

    assert (theirs.status_code, without_id(theirs)) == (404, without_id(missing))
    assert db.session.scalars(select(File)).all() == []


def test_clocks_are_named_in_both_languages(ticket, member):
    with transaction():
        known = {"started_at": NOON, "set_at": NOON, "due_at": NOON, "status": "running"}
        db.session.add(Clock(ticket_id=ticket.id, kind="gdpr_72h", **known))
    (clock,) = items(member("GET", of(ticket, "/clocks")))

    assert clock["label"]["ja"]
    assert clock["label"]["en"]
    assert (clock["kind"], clock["status"]) == ("gdpr_72h", "running")


def test_a_member_ticks_a_duty_once(ticket, member):
    with transaction():
        of_ticket = tickets.clocks_of(db.session.merge(ticket))
        deadlines.begin_obligations(of_ticket, {"insured": ["yes"]}, by_id=None, now=NOON)
        code = db.session.scalars(select(Obligation.code)).first()
        one = db.session.scalars(select(Obligation).where(Obligation.code == code)).one()
    path = of(ticket, f"/obligations/{one.id}/tick")
    listed = member("GET", of(ticket, "/obligations")).json
    done, again = member("POST", path, {"note": "電話した"}), member("POST", path, {})

    assert listed["items"][0]["label"]["ja"]
    assert listed["no_notice"]["ja"]
    assert (done.status_code, again.status_code) == (200, 409)
    assert done.json["done_at"] is not None


@pytest.fixture
def asked(ticket, vendor):
    """A price that the member of ``ticket`` is asked to agree to."""
    with transaction():
        task = partners.task(ticket, status="waiting_approval", vendor_id=vendor.id)
        line = partners.cost_line(ticket, task, vendor_id=vendor.id)
        kept = {
            "id": line.id, "item": line.item, "unit": "device", "quantity": "2.00",
            "unit_price_yen": 3_000_000, "tax_mode": "excluded", "tax_percent": 10,
            "gross_yen": 6_600_000,
        }  # fmt: skip
        made = Approval(
            ticket_id=ticket.id, task_id=task.id, status="asked", lines=[kept],
            total_yen=6_600_000, asked_at=NOON, asked_by_id=1,
        )  # fmt: skip
        db.session.add(made)
    return made


def test_a_member_reads_an_estimate_and_agrees(ticket, asked, member):
    (listed,) = items(member("GET", of(ticket, "/approvals")))
    read = member("GET", f"/api/v1/approvals/{asked.id}").json
    word = {"answer": "approve"}
    given = member("POST", f"/api/v1/approvals/{asked.id}/answer", word)
    other = {"answer": "refuse", "reason": "高い"}

    assert listed == read
    assert (read["total_yen"], read["lines"][0]["gross_yen"]) == (6_600_000, 6_600_000)
    assert (given.status_code, given.json["status"]) == (200, "approved")
    assert member("POST", f"/api/v1/approvals/{asked.id}/answer", word).status_code == 200
    assert member("POST", f"/api/v1/approvals/{asked.id}/answer", other).status_code == 409


def test_a_refusal_needs_a_reason(asked, member):
    path = f"/api/v1/approvals/{asked.id}/answer"
    without = member("POST", path, {"answer": "refuse"})
    given = member("POST", path, {"answer": "refuse", "reason": "高い"})

    assert (without.status_code, given.json["status"]) == (422, "refused")


def test_s_04_a_foreign_estimate_is_missing(asked, stranger):
    read = stranger("GET", f"/api/v1/approvals/{asked.id}")
    answer = stranger("POST", f"/api/v1/approvals/{asked.id}/answer", {"answer": "approve"})

    assert (read.status_code, answer.status_code) == (404, 404)
    assert without_id(read) == without_id(stranger("GET", "/api/v1/approvals/2000000000"))


def test_a_member_reads_where_tasks_stand_and_not_what_partners_are_told(ticket, vendor, member):
    with transaction():
        partners.engaged(vendor, ticket, scope="PC 2台", works=["cause"])
    (task,) = items(member("GET", of(ticket, "/tasks")))

    assert (task["label"]["en"], task["vendor"]["name"]) == ("The company is at work.", vendor.name)
    assert (task["scope"], task["works"], task["offers"], task["next"]) == ("", [], [], [])
    assert member("GET", f"/api/v1/tasks/{task['id']}").status_code == 403


def test_a_member_reads_no_thread_with_a_partner(ticket, vendor, member):
    with transaction():
        task = partners.engaged(vendor, ticket)

    for part in ("messages", "releases", "costs"):
        assert member("GET", f"/api/v1/tasks/{task.id}/{part}").status_code == 403


def test_the_thread_of_a_ticket_is_the_one_of_its_pages(ticket, member):
    member("POST", of(ticket, "/messages"), {"body": "一度"})

    assert db.session.scalars(select(Message.subject)).all() == [rules.member_thread(ticket.id)]


def test_the_openapi_document_names_every_part(member):
    document = member("GET", "/api/v1/openapi.json").json
    paths = {path.removeprefix("/api/v1/tickets/{number}") for path in document["paths"]}

    assert set(PARTS) <= paths
    sent = document["paths"]["/api/v1/tickets/{number}/files"]["put"]
    assert list(sent["requestBody"]["content"]) == ["application/octet-stream"]
    assert "requestBody" in document["paths"]["/api/v1/approvals/{approval_id}/answer"]["post"]


def test_s_06_a_word_has_no_other_fields(asked, member):
    word = {"answer": "approve", "total_yen": 1}

    assert member("POST", f"/api/v1/approvals/{asked.id}/answer", word).status_code == 400
