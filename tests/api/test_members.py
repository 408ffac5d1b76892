"""GET of companies, by anything that is known of them."""

from urllib.parse import quote

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.members import service as members
from hotline.transaction import transaction
from tests.builders import NOON

FILE = """番号,会社名,カナ,JNX番号,拠点,電話,担当者,証券番号,始期,終期,費用限度額
C001,株式会社ヤマダ部品,ヤマダブヒン,20077,本社,0120-066-318,山田 太郎,P-1,2026/4/1,2027/4/1,3億
C002,有限会社齋藤精機,サイトウセイキ,,,,,,,,
C003,山田工業,ヤマダコウギョウ,,,,,,,,
"""


@pytest.fixture(autouse=True)
def companies(app):
    with transaction():
        members.import_rows(members.read_file(FILE.encode()), by_id=None, now=NOON)


def numbers(answer) -> list[str]:
    return [one["number"] for one in answer.json["items"]]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("やまだ部品", ["C001"]), ("㈱ヤマダ部品", ["C001"]), ("やまだ", ["C001", "C003"]),
        ("斉藤精機", ["C002"]), ("6318", ["C001"]), ("山田太郎", ["C001"]), ("C002", ["C002"]),
        ("どこにもない", []),
    ],
)  # fmt: skip
def test_a_company_is_found_however_it_is_written(operator, q, found):
    assert numbers(operator("GET", f"/api/v1/members?q={quote(q)}")) == found


def test_the_list_goes_page_by_page(operator):
    first = operator("GET", "/api/v1/members?limit=2")
    rest = operator("GET", f"/api/v1/members?limit=2&cursor={first.json['next_cursor']}")

    assert (numbers(first), numbers(rest)) == (["C001", "C002"], ["C003"])
    assert rest.json["next_cursor"] is None


def test_one_company_is_given_whole(operator, at):
    with at(NOON):
        found = operator("GET", "/api/v1/members/C001").json

    assert found["sites"] == [{"name": "本社", "address": "", "phones": ["0120-066-318"]}]
    assert found["policies"][0]["period_to"] == "2027-04-01T16:00:00+09:00"
    assert found["policies"][0]["covers_now"] is True
    assert found["entitlement"] == {
        "jnx": "yes",
        "insured": "yes",
        "cyber": "yes",
        "lines": ["jnx", "sompo_desk"],
    }


@pytest.mark.parametrize("cursor", ["x", "%00", "AA==", "8J-YgA", quote("会社")])
def test_a_cursor_we_did_not_make_is_refused(operator, cursor):
    answer = operator("GET", f"/api/v1/members?cursor={cursor}")

    assert answer.status_code in (200, 422)
    assert answer.status_code == 422 or cursor == "8J-YgA"


def test_there_is_no_other_company(operator):
    assert operator("GET", "/api/v1/members/C9").status_code == 404
    assert operator("GET", "/api/v1/members/%00").status_code == 404


def test_a_search_is_on_record_with_its_text(operator):
    operator("GET", f"/api/v1/members?q={quote('やまだ')}")
    operator("GET", "/api/v1/members")
    operator("GET", "/api/v1/members/C001")
    query = select(AuditEntry).where(AuditEntry.action == "read").order_by(AuditEntry.id)
    found = [(one.subject, one.detail) for one in db.session.scalars(query)]

    assert found == [
        ("list:members", {"q": "やまだ"}),
        ("list:members", {}),
        ("member:C001", {}),
    ]


@pytest.mark.parametrize("role", ["member", "vendor", "administrator"])
def test_companies_are_for_the_desk_and_the_auditor(as_role, role):
    assert as_role(role)("GET", "/api/v1/members").status_code == 403
