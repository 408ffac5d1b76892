"""The pages of companies: find, see, correct, and take over a file."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.members import queries
from hotline.members import service as members
from hotline.members.models import Member
from hotline.people.rules import Role
from hotline.settings import ROOT
from hotline.transaction import transaction
from hotline.web.members import checked as member_import
from tests import builders
from tests.builders import NOON
from tests.web.forms import form_token, send, sign_in

COMPANIES = (ROOT / "hotline/cli/demo/companies.csv").read_bytes()
THREE_WRONG = (
    "会員番号,会社名,法人番号,電話,証券番号,保険始期,備考\n"
    "C1,㈱新規部品,123,120066318,,,x\nC2,(有)確認塗装,,abc,,,\nC3,確認電機,,,P-1,2026/4/1,\n"
    "C4,よい会社,,0565-00-0031,,,\n"
)
GOOD = "number,name,kana\nC1,新しい会社,アタラシイカイシャ\n"


@pytest.fixture
def companies(app):
    with transaction():
        members.import_rows(members.read_file(COMPANIES), by_id=None, now=NOON)


def be(client, role: Role):
    with transaction():
        someone = builders.person(role)
    sign_in(client, someone)
    return someone


def upload(client, content: bytes):
    """Send the file as a browser does; the whole body at once, without a file of its own."""
    part = "Content-Disposition: form-data; name="
    token = f'--x\r\n{part}"csrf_token"\r\n\r\n{form_token(client)}\r\n'
    head = f'--x\r\n{part}"file"; filename="m.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = token.encode() + head.encode() + content + b"\r\n--x--\r\n"
    return client.post("/members/import", data=body, content_type="multipart/form-data; boundary=x")


def run(client, checked: str):
    fields = {"csrf_token": form_token(client), "checked": checked}
    return client.post("/members/import/run", data=fields, content_type="multipart/form-data")


def signed(page: str) -> str:
    return unescape(re.search(r'name="checked" value="([^"]+)"', page)[1])


def version(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]


def reads() -> list[tuple[str, dict]]:
    db.session.rollback()
    query = select(AuditEntry).where(AuditEntry.action == "read").order_by(AuditEntry.id)
    return [(one.subject, one.detail) for one in db.session.scalars(query)]


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Member))


# Find and see


def test_a_search_finds_a_company_and_is_on_record(client, companies):
    be(client, Role.OPERATOR)
    page = client.get("/members?q=㈱やまだ部品").text

    assert "株式会社ヤマダ部品" in page
    assert "JNX-1001" not in page
    assert reads()[-1] == ("list:members", {"q": "㈱やまだ部品"})


def test_the_list_goes_page_by_page(client):
    rows = "".join(f"C{one:03},確認{one}工業\n" for one in range(60))
    with transaction():
        sheet = members.read_file(f"number,name\n{rows}".encode())
        members.import_rows(sheet, by_id=None, now=NOON)
    be(client, Role.AUDITOR)
    first, rest = client.get("/members").text, client.get("/members?after=C049").text

    assert "after=C049" in first
    assert ("/members/C050" in first, "/members/C050" in rest) == (False, True)
    assert "/members/C049" not in rest


def test_nothing_found_says_what_to_do(client, companies):
    be(client, Role.OPERATOR)

    assert "に合う会社はありません" in client.get("/members?q=どこにもない会社").text


def test_without_companies_the_page_says_how_to_begin(client):
    be(client, Role.SUPERVISOR)

    assert "会社の登録がまだありません" in client.get("/members").text


def test_a_company_is_shown_as_it_writes_itself_with_its_reasons(client, companies, at):
    be(client, Role.OPERATOR)
    with at(NOON):
        page = client.get("/members/JNX-1001").text

    for words in (
        "髙橋精螺工業㈱",
        "CY26-100418・2027年4月1日（木）16:00まで",
        "500,000,000円",
        "邊見 さゆり",
    ):
        assert words in page, words
    assert reads()[-1] == ("member:JNX-1001", {})


def test_an_ended_policy_is_unknown_and_never_no(client, companies, at):
    be(client, Role.OPERATOR)
    with at(NOON):
        page = client.get("/members/JNX-1006").text

    assert "更新の有無をお聞きください" in page
    assert "未確認" in page


def test_firms_that_sound_alike_stand_beside_with_their_address(client, companies):
    be(client, Role.OPERATOR)
    page = client.get("/members/JNX-1011").text

    assert "高橋製作所株式会社" in page
    assert "愛知県豊橋市明海町33" in page


def test_the_tickets_of_the_company_are_listed_and_no_others(client, companies):
    with transaction():
        own = builders.ticket(member_number="JNX-1003")
        other = builders.ticket(member_number="JNX-1004")
    be(client, Role.COORDINATOR)
    page = client.get("/members/JNX-1003").text

    assert f"/tickets/{own.number}" in page
    assert other.number not in page


def test_there_is_no_other_company(client, companies):
    be(client, Role.OPERATOR)

    assert client.get("/members/JNX-9").status_code == 404
    assert client.get("/members/%00").status_code == 404


@pytest.mark.parametrize("query", ["q=%00", "after=%00", "q=" + "x" * 300, "after=" + "x" * 50])
def test_what_nobody_can_search_for_is_refused(client, query):
    be(client, Role.OPERATOR)

    assert client.get(f"/members?{query}").status_code == 422


# Add and correct


def test_a_company_is_written_down(client):
    be(client, Role.OPERATOR)
    assert client.get("/members/new").status_code == 200
    fields = {
        "number": "C1",
        "name": "㈱確認",
        "sites-0-address": "安城市1",
        "contacts-1-name": "森",
    }
    answer = send(client, "/members", fields)
    made = queries.by_number("C1")

    assert (answer.status_code, answer.location) == (303, "/members/C1")
    assert (made.name, made.sites[0].address, made.contacts[0].name) == ("㈱確認", "安城市1", "森")


def test_a_mistake_comes_back_beside_its_field_with_the_words(client):
    be(client, Role.OPERATOR)
    fields = {"number": "C1", "name": "㈱確認", "corporate_number": "12", "sites-0-phones": "x"}
    answer = send(client, "/members", fields)

    assert answer.status_code == 422
    assert 'id="corporate_number-error"' in answer.text
    assert 'id="sites-0-phones-error"' in answer.text
    assert 'value="㈱確認"' in answer.text


def test_a_company_is_corrected_where_it_stands(client, companies):
    be(client, Role.SUPERVISOR)
    page = client.get("/members/JNX-1003/edit").text
    answer = send(client, "/members/JNX-1003", {"version": version(page), "name": "ヤマダ部品㈱"})
    db.session.rollback()
    saved = queries.by_number("JNX-1003")

    assert answer.status_code == 303
    assert (saved.name, saved.sites) == ("ヤマダ部品㈱", [])


def test_the_second_of_two_gets_both_versions(client, companies):
    be(client, Role.OPERATOR)
    shown = version(client.get("/members/JNX-1003/edit").text)
    send(client, "/members/JNX-1003", {"version": shown, "name": "先に保存㈱"})
    late = send(client, "/members/JNX-1003", {"version": shown, "name": "後から保存㈱"})

    assert late.status_code == 409
    assert "先に保存㈱" in late.text
    assert 'value="後から保存㈱"' in late.text
    again = {"version": version(late.text), "name": "後から保存㈱"}
    assert send(client, "/members/JNX-1003", again).status_code == 303


def test_a_mistake_does_not_hide_that_somebody_was_quicker(client, companies):
    be(client, Role.OPERATOR)
    shown = version(client.get("/members/JNX-1003/edit").text)
    send(client, "/members/JNX-1003", {"version": shown, "name": "先に保存㈱"})
    wrong = send(client, "/members/JNX-1003", {"version": shown, "name": ""})

    assert (wrong.status_code, version(wrong.text)) == (422, shown)


# Take over a file


def test_three_wrong_rows_are_shown_and_nothing_is_imported(client):
    be(client, Role.ADMINISTRATOR)
    answer = upload(client, THREE_WRONG.encode("cp932"))

    assert answer.status_code == 200
    assert answer.text.count('class="is-late"') == 3
    for words in (
        "3行を直してください",
        "法人番号は13桁です",
        "読み飛ばす列",
        "備考",
        "先頭の0が抜けていた",
    ):
        assert words in answer.text, words
    assert 'name="checked"' not in answer.text
    assert count() == 0


def test_a_good_file_is_checked_first_and_imported_then(client):
    be(client, Role.COORDINATOR)
    checked = upload(client, GOOD.encode())
    assert count() == 0
    answer = run(client, signed(checked.text))
    db.session.rollback()

    assert (answer.status_code, answer.location) == (303, "/members")
    assert queries.by_number("C1").kana == "アタラシイカイシャ"


def test_an_administrator_stays_where_a_file_is_imported(client):
    be(client, Role.ADMINISTRATOR)

    assert run(client, signed(upload(client, GOOD.encode()).text)).location == "/members/import"


def test_the_same_file_again_has_nothing_to_import(client, companies):
    be(client, Role.COORDINATOR)
    page = upload(client, COMPANIES).text

    assert "取り込むものはありません" in page
    assert 'name="checked"' not in page


def test_what_changed_since_the_check_is_shown_before_it_is_imported(client):
    be(client, Role.COORDINATOR)
    checked = signed(upload(client, GOOD.encode()).text)
    with transaction():
        members.import_rows(members.read_file(GOOD.encode()), by_id=None, now=NOON)
    answer = run(client, checked)

    assert answer.status_code == 409
    assert "確認のあとに登録が変わりました" in answer.text


@pytest.mark.parametrize("checked", ["", "x", "e30.x.y"])
def test_rows_that_nobody_checked_are_not_imported(client, checked):
    be(client, Role.COORDINATOR)
    answer = run(client, checked)

    assert answer.status_code == 422
    assert "もう一度ファイルを選んでください" in answer.text


def test_rows_that_somebody_else_checked_are_not_imported(app, client):
    be(client, Role.COORDINATOR)
    checked = signed(upload(client, GOOD.encode()).text)
    be(client, Role.COORDINATOR)

    assert run(client, checked).status_code == 422
    assert count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ファイルを選んでください"),
        (bytes(range(256)), "CSV、またはExcel"),
        (b"PK\x03\x04junk", "このブックは読めません"),
        (b"number,name\n" + b"C1,x\n" * (member_import.MOST_ROWS + 1), "3000行まで"),
    ],
)
def test_what_is_no_file_of_companies_gets_a_sentence(client, content, words):
    be(client, Role.SUPERVISOR)
    answer = upload(client, content)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_file_beyond_what_is_taken_is_refused_at_the_door(client):
    be(client, Role.SUPERVISOR)

    assert upload(client, b"x" * (member_import.LARGEST + 1)).status_code == 413


def test_a_file_larger_than_other_forms_is_taken(client):
    be(client, Role.SUPERVISOR)
    content = b"number,name,remark\n" + b"C1,x," + b"y" * 3_000_000

    assert upload(client, content).status_code == 422


def test_a_long_report_shows_its_beginning_wrong_rows_first(client):
    rows = "".join(f"C{one},確認{one}工業\n" for one in range(member_import.MOST_SHOWN + 5))
    be(client, Role.SUPERVISOR)
    page = upload(client, f"number,name\n{rows},番号なし\n".encode()).text

    assert "ほかに6行あります" in page
    assert page.index("番号なし") < page.index("確認0工業")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.MEMBER, Role.VENDOR])
def test_files_are_not_read_for_those_who_may_not_import(client, role):
    be(client, role)

    assert upload(client, GOOD.encode()).status_code == 403
