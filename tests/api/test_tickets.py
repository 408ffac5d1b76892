"""POST and GET of tickets."""

import pytest
from sqlalchemy import select, text

from hotline.db import db
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders

CALL = {
    "line": "jnx",
    "case_types": ["ransom", "leak"],
    "received_at": "2025-12-30T22:15:00+09:00",
    "caller": {"company": "確認工業", "name": "確認 花子", "phone": "０３−５４２２−６３５１"},
    "summary": "サーバーの画面に脅迫文",
}
TABLES = ("tickets", "followups", "notices", "calls", "timeline", "audit_entries")


def counted() -> dict[str, int]:
    db.session.rollback()
    return {
        table: db.session.scalar(text(f"SELECT count(*) FROM {table}"))  # fixed names
        for table in TABLES
    }


def test_a_call_after_hours_is_promised_the_next_opening(operator):
    answer = operator("POST", "/api/v1/tickets", CALL)

    assert answer.status_code == 201
    assert answer.json["in_hours"] is False
    assert answer.json["promised_at"] == "2026-01-05T09:00:00+09:00"
    assert answer.json["status"] == "callback_pending"


def test_the_answer_says_why_in_both_languages(operator):
    explanation = operator("POST", "/api/v1/tickets", CALL).json["explanation"]

    assert "1月5日（月）9:00" in explanation["ja"]
    assert "Mon 5 Jan" in explanation["en"]


def test_everything_is_saved_in_one_commit(operator):
    before = counted()
    operator("POST", "/api/v1/tickets", CALL)
    after = counted()

    assert all(after[table] > before[table] for table in TABLES)


def test_the_answer_to_a_new_call_is_what_its_ticket_reads_as(operator):
    opened = operator("POST", "/api/v1/tickets", CALL)

    assert opened.mimetype == "application/json"
    assert opened.json == operator("GET", f"/api/v1/tickets/{opened.json['number']}").json


def test_a_refused_call_saves_nothing(operator):
    before = counted()
    answer = operator("POST", "/api/v1/tickets", {**CALL, "case_types": ["fire"]})

    assert answer.status_code == 422
    assert counted() == before


def test_a_call_within_hours_is_due_at_once(operator):
    answer = operator(
        "POST", "/api/v1/tickets", {**CALL, "received_at": "2025-12-30T16:59:59+09:00"}
    )

    assert answer.json["promised_at"] == "2025-12-30T16:59:59+09:00"
    assert (answer.json["in_hours"], answer.json["status"]) == (True, "received")


def test_without_a_received_time_the_call_came_now(operator, at):
    call = {name: value for name, value in CALL.items() if name != "received_at"}
    with at("2026-09-22T10:00:00+09:00"):
        answer = operator("POST", "/api/v1/tickets", call)

    assert answer.json["received_at"] == "2026-09-22T10:00:00+09:00"
    assert answer.json["promised_at"] == "2026-09-24T09:00:00+09:00"


def test_the_same_key_is_the_same_ticket(operator):
    first = operator("POST", "/api/v1/tickets", CALL, Idempotency_Key="abc")
    again = operator("POST", "/api/v1/tickets", CALL, Idempotency_Key="abc")

    assert again.status_code == 201
    assert again.json == first.json
    assert counted()["tickets"] == 1


def test_the_same_key_for_another_call_is_refused(operator):
    operator("POST", "/api/v1/tickets", CALL, Idempotency_Key="abc")
    answer = operator("POST", "/api/v1/tickets", {**CALL, "summary": "別"}, Idempotency_Key="abc")

    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json["errors"]


def test_a_refusal_is_not_remembered(operator):
    operator("POST", "/api/v1/tickets", {**CALL, "line": "none"}, Idempotency_Key="abc")
    answer = operator("POST", "/api/v1/tickets", CALL, Idempotency_Key="abc")

    assert answer.status_code == 201


BAD = {
    "no case type": ({"case_types": []}, "case_types"),
    "an unknown case type": ({"case_types": ["fire"]}, "case_types"),
    "a case type twice": ({"case_types": ["leak", "leak"]}, "case_types"),
    "an unknown line": ({"line": "fax"}, "line"),
    "an unknown severity": ({"severity": "p9"}, "severity"),
    "a time without a zone": ({"received_at": "2026-11-04T12:00:00"}, "received_at"),
    "31 February": ({"received_at": "2026-02-31T12:00:00+09:00"}, "received_at"),
    "a time to come": ({"received_at": "2999-01-01T00:00:00+09:00"}, "received_at"),
    "a time before the calendar": ({"received_at": "0001-01-01T00:00:00+00:00"}, "received_at"),
    "a NUL": ({"summary": "a\0b"}, "summary"),
    "a control character": ({"summary": "a\x1b[31m"}, "summary"),
    "a lone surrogate": ({"summary": "\ud842"}, "summary"),
    "a name of 20,000 letters": ({"caller": {"name": "あ" * 20_000}}, "caller.name"),
    "a name that turns around": ({"caller": {"company": "a\u202eb"}}, "caller.company"),
    "no text but a number": ({"summary": 5}, "summary"),
    "nothing at all": ({"case_types": None}, "case_types"),
}


@pytest.mark.parametrize(("change", "field"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_named(operator, change, field):
    answer = operator("POST", "/api/v1/tickets", {**CALL, **change})

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["errors"]


KEPT = ("𠮷野家", "髙﨑㈱", "葛󠄀飾", "👩‍🔧 復旧")


@pytest.mark.parametrize("name", KEPT)
def test_rare_letters_stay_as_they_were_written(operator, name):
    answer = operator("POST", "/api/v1/tickets", {**CALL, "caller": {"company": name}})

    assert answer.json["caller"]["company"] == name


def test_an_unknown_field_is_400(operator):
    answer = operator("POST", "/api/v1/tickets", {**CALL, "status": "closed"})

    assert answer.status_code == 400


def test_an_empty_request_names_what_is_needed(operator):
    answer = operator("POST", "/api/v1/tickets")

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"line", "case_types"}


def test_a_ticket_is_read_by_its_number_as_people_write_it(operator):
    number = operator("POST", "/api/v1/tickets", CALL).json["number"]
    spoken = f"{number[:4]} {number[4:8]}－{number[8:]}"
    answer = operator("GET", f"/api/v1/tickets/{spoken}")

    assert answer.json["number"] == number


def test_a_member_sees_only_its_own_company(operator, as_role):
    number = operator("POST", "/api/v1/tickets", {**CALL, "member_number": "M1"}).json["number"]
    own = as_role("member", member_number="M1")
    other = as_role("member", member_number="M2")

    assert own("GET", f"/api/v1/tickets/{number}").status_code == 200
    assert other("GET", f"/api/v1/tickets/{number}").status_code == 404
    assert other("GET", "/api/v1/tickets").json["items"] == []


@pytest.mark.parametrize(
    ("given", "saved"), [("p1", ("p1", True)), ("p2", ("p2", True)), ("p4", ("p2", False))]
)
def test_a_program_raises_the_severity_and_lowers_it_not(operator, given, saved):
    answer = operator("POST", "/api/v1/tickets", {**CALL, "severity": given}).json

    assert (answer["severity"], answer["assessed"]) == saved


def test_a_member_reads_no_more_than_the_own_page_shows(operator, as_role):
    caller = {"company": "ヤマダ部品", "name": "山田", "phone": "090-1234-5678", "email": "a@b.jp"}
    call = {**CALL, "member_number": "M1", "summary": "内緒", "caller": caller}
    number = operator("POST", "/api/v1/tickets", call).json["number"]
    member = as_role("member", member_number="M1")
    [listed] = member("GET", "/api/v1/tickets").json["items"]
    read = member("GET", f"/api/v1/tickets/{number}").json

    assert listed["caller"] == {**caller, "phone": "", "email": ""}
    assert [listed[name] for name in ("summary", "severity", "assessed")] == ["", None, None]
    assert read == listed


@pytest.mark.parametrize("q", ["内緒", "090-1234-5678", "5678", "a@b.jp"])
def test_a_member_finds_nothing_by_what_only_the_desk_reads(operator, as_role, q):
    caller = {"company": "ヤマダ部品", "name": "山田", "phone": "090-1234-5678", "email": "a@b.jp"}
    call = {**CALL, "member_number": "M1", "summary": "内緒", "caller": caller}
    operator("POST", "/api/v1/tickets", call)
    member = as_role("member", member_number="M1")

    assert len(operator("GET", f"/api/v1/tickets?q={q}").json["items"]) == 1
    assert member("GET", f"/api/v1/tickets?q={q}").json["items"] == []


@pytest.mark.parametrize("q", ["やまだ", "山田", "M1", "ヤマダ 山田"])
def test_a_member_finds_the_own_ticket_by_what_its_page_shows(operator, as_role, q):
    call = {**CALL, "member_number": "M1", "caller": {"company": "ヤマダ部品", "name": "山田"}}
    operator("POST", "/api/v1/tickets", call)
    member = as_role("member", member_number="M1")

    assert len(member("GET", f"/api/v1/tickets?q={q}").json["items"]) == 1


def test_the_list_goes_page_by_page_newest_first(operator):
    with transaction():
        numbers = [builders.ticket().number for _ in range(5)]
    first = operator("GET", "/api/v1/tickets?limit=3").json
    second = operator("GET", f"/api/v1/tickets?limit=3&cursor={first['next_cursor']}").json
    seen = [one["number"] for one in first["items"] + second["items"]]

    assert seen == numbers[::-1]
    assert second["next_cursor"] is None


FILTERS = {
    "status": ("?status=received", 1),
    "another status": ("?status=closed", 0),
    "case type": ("?case_type=ransom", 1),
    "another case type": ("?case_type=leak", 0),
    "company": ("?q=確認", 1),
    "a percent sign": ("?q=%25", 0),
    "the end of the phone": ("?q=22-6351", 1),
    "another phone": ("?q=0000", 0),
    "due before": ("?due_before=2026-11-05T00:00:00%2B09:00", 1),
    "nothing due before": ("?due_before=2026-11-01T00:00:00%2B09:00", 0),
}


@pytest.mark.parametrize(("query", "found"), FILTERS.values(), ids=FILTERS)
def test_the_list_is_filtered(operator, query, found):
    with transaction():
        builders.ticket(company="確認工業", caller_phone="03-5422-6351")

    assert len(operator("GET", f"/api/v1/tickets{query}").json["items"]) == found


def test_a_number_finds_its_ticket(operator):
    with transaction():
        made = builders.ticket()
        builders.ticket()
    found = operator("GET", f"/api/v1/tickets?q={made.number[:4]} {made.number[4:]}").json["items"]

    assert [one["number"] for one in found] == [made.number]


@pytest.mark.parametrize("cursor", ["x", "%00", "MjAyNg==", "MjAyNi0wMS0wMVQwMDowMDowMCAx"])
def test_a_cursor_of_somebody_else_is_422(operator, cursor):
    assert operator("GET", f"/api/v1/tickets?cursor={cursor}").status_code == 422


def test_the_story_says_what_happened_in_both_languages(operator):
    number = operator("POST", "/api/v1/tickets", CALL).json["number"]
    items = operator("GET", f"/api/v1/tickets/{number}/timeline").json["items"]
    promised = next(one for one in items if one["event"] == "promised")

    assert "Mon 5 Jan" in promised["text"]["en"]
    assert {one["event"] for one in items} >= {"opened", "promised"}


def test_each_reading_of_a_ticket_is_on_record(operator):
    number = operator("POST", "/api/v1/tickets", CALL).json["number"]
    operator("GET", f"/api/v1/tickets/{number}")
    query = text("SELECT count(*) FROM audit_entries WHERE action = 'read' AND subject = :subject")

    assert db.session.scalar(query, {"subject": f"ticket:{number}"}) == 1


def grow(count: int) -> None:
    """So many tickets of companies on file, each with somebody responsible and a duplicate."""
    for _ in range(count):
        member, who = builders.member(), builders.person("coordinator")
        one, into = (builders.ticket(member_number=member.number) for _ in range(2))
        service.take_charge(into, by_id=who.id, now=builders.NOON)
        service.join(one, into, by_id=who.id, now=builders.NOON)


def test_the_list_takes_the_same_number_of_statements_for_any_length(operator, statements):
    with transaction():
        grow(3)
    with statements() as few:
        operator("GET", "/api/v1/tickets")
    with transaction():
        grow(20)
    with statements() as many:
        operator("GET", "/api/v1/tickets")

    assert len(few) == len(many)


@pytest.mark.parametrize("query", ["?status=%00", "?status=gone", "?case_type=%00", "?q=%00"])
def test_a_filter_that_cannot_match_is_422_and_named(operator, query):
    answer = operator("GET", f"/api/v1/tickets{query}")

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [query[1:].partition("=")[0]]


def test_a_company_on_file_is_named_and_gives_its_name_to_the_ticket(operator):
    with transaction():
        builders.member("M1", name="㈱ヤマダ部品")
    answer = operator("POST", "/api/v1/tickets", {**CALL, "member_number": "M1", "caller": {}})

    assert answer.json["member"] == {"number": "M1", "name": "㈱ヤマダ部品"}
    assert answer.json["caller"]["company"] == "㈱ヤマダ部品"


def test_the_company_is_called_as_the_caller_said(operator):
    with transaction():
        builders.member("M1", name="㈱ヤマダ部品")
    answer = operator("POST", "/api/v1/tickets", {**CALL, "member_number": "M1"})

    assert answer.json["caller"]["company"] == CALL["caller"]["company"]


def test_an_unknown_member_number_never_stops_an_intake(operator):
    answer = operator("POST", "/api/v1/tickets", {**CALL, "member_number": "たぶん9"})

    assert answer.status_code == 201
    assert (answer.json["member_number"], answer.json["member"]) == ("たぶん9", None)


def test_who_is_responsible_is_shown_to_the_desk_alone(operator, as_role):
    number = operator("POST", "/api/v1/tickets", {**CALL, "member_number": "M1"}).json["number"]
    with transaction():
        coordinator = builders.person("coordinator", name="瀬戸 圭")
        service.take_charge(by_number(number), by_id=coordinator.id, now=builders.NOON)
    member = as_role("member", member_number="M1")

    assert operator("GET", f"/api/v1/tickets/{number}").json["coordinator"] == "瀬戸 圭"
    assert member("GET", f"/api/v1/tickets/{number}").json["coordinator"] is None


@pytest.mark.parametrize(("other", "seen"), [("M1", True), ("M2", False)])
def test_a_duplicate_names_the_other_number_to_who_may_know_it(operator, as_role, other, seen):
    with transaction():
        one, into = builders.ticket(member_number="M1"), builders.ticket(member_number=other)
        service.join(one, into, by_id=1, now=builders.NOON)
    member = as_role("member", member_number="M1")
    url = f"/api/v1/tickets/{one.number}"

    assert operator("GET", url).json["duplicate_of"] == into.number
    assert member("GET", url).json["duplicate_of"] == (into.number if seen else None)


def test_the_openapi_document_says_what_fields_mean(operator):
    document = operator("GET", "/api/v1/openapi.json").json
    fields = document["components"]["schemas"]["TicketOut"]

    assert all(
        fields["properties"][name]["description"]
        for name in ("assessed", "member_number", "coordinator", "duplicate_of")
    )


def by_number(number):
    return db.session.scalars(select(Ticket).where(Ticket.number == number)).one()


def test_an_intake_takes_no_more_statements_than_it_needs(operator, statements):
    """On PostgreSQL who asks, the calendar with a free number, and all rows; ids now and then."""
    operator("POST", "/api/v1/tickets", CALL)
    with statements() as sent:
        operator("POST", "/api/v1/tickets", CALL)

    assert len(sent) == (9 if db.engine.dialect.name == "sqlite" else 3)
