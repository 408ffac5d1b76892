"""The search box and what it finds."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.calls import service as calls
from hotline.db import db
from hotline.searchkeys import grams
from hotline.tickets import service as tickets
from hotline.transaction import transaction
from hotline.web import search
from tests import builders
from tests.builders import NOON
from tests.web.forms import sign_in

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


# --- What is found ---


@pytest.mark.parametrize("q", ["やまだ", "㈱ヤマダ部品", "ﾔﾏﾀﾞ", "ヤマダ部品（株）"])
def test_a_ticket_is_found_by_its_company_in_any_spelling(desk, q):
    ticket = opened(company="株式会社ヤマダ部品")
    opened(company="鈴木工業")
    page = found(desk, q)

    assert number(ticket) in page
    assert "株式会社ヤマダ部品" in page
    assert "鈴木工業" not in page


def test_late_tickets_come_first_then_open_ones_then_the_newest(desk):
    ended = opened(company="ヤマダ完了", received_at=NOON - MINUTE)
    with transaction():
        ended.status = "closed"
    waiting = opened(company="ヤマダ待機", received_at=NOON - 2 * MINUTE)
    newer = opened(company="ヤマダ新着", received_at=NOON - MINUTE)
    late = opened(company="ヤマダ遅延", received_at=NOON - 9 * DAY)
    page = found(desk, "ヤマダ")

    assert in_order(page, *map(number, (late, newer, waiting, ended)))
    assert "is-late" in page


def test_a_ticket_shows_what_tells_it_from_others(desk):
    ticket = opened(
        company="ヤマダ部品", caller_name="山田太郎", case_types=("leak",), received_at=NOON
    )
    page = found(desk, "山田太郎")

    for shown in (number(ticket), "ヤマダ部品", "山田太郎", "情報漏えい", "きょう 12:00"):
        assert shown in page


def test_firms_of_the_same_name_are_told_apart(desk):
    known("C-1", address="愛知県安城市", corporate_number="1180301000001", jnx_number="J-77")
    known("C-2", address="静岡県浜松市", corporate_number="2080401000002")
    page = found(desk, "やまだ部品")

    for shown in ("愛知県安城市", "静岡県浜松市", "1180301000001", "2080401000002", "J-77"):
        assert shown in page


@pytest.mark.parametrize(
    "q", ["はなこ", "山田花子", "ヤマダ部品 花子", "hanako@", "090-1111-2222", "2222"]
)
def test_somebody_at_a_company_is_found_with_the_phone(desk, q):
    known("C-1", contact=("山田 花子", "ヤマダ ハナコ", "hanako@example.co.jp", "090-1111-2222"))
    page = found(desk, q)

    assert '<h2 id="contacts-h">' in page
    assert "090-1111-2222" in page


def test_people_of_a_company_that_is_meant_itself_are_not_listed(desk):
    known("C-1", contact=("鈴木 一郎", "スズキ イチロウ", "", "090-1111-2222"))

    assert "鈴木 一郎" not in found(desk, "ヤマダ部品")


def test_calls_are_found_by_the_last_digits(desk):
    called("03-5422-6351")
    page = found(desk, "6351")

    assert '<h2 id="calls-h">' in page
    assert "03-5422-6351" in page


def test_a_search_that_finds_nothing_says_where_it_looked_and_what_to_try(desk):
    page = found(desk, "どこにもない")

    assert "「どこにもない」" in page
    assert "下4桁" in page


# --- Ticket numbers ---


@pytest.mark.parametrize("written", ["{}", "#{}", "No. {}", "受付番号：{}", " {} "])
@pytest.mark.parametrize("between", ["", " ", "-", "ー"])
@pytest.mark.parametrize("wide", [{}, str.maketrans("0123456789", "０１２３４５６７８９")])
def test_a_whole_ticket_number_leads_to_the_ticket(desk, written, between, wide):
    ticket = opened()
    typed = f"{ticket.number[:4]}{between}{ticket.number[4:8]}{between}{ticket.number[8:]}"
    answer = ask(desk, written.format(typed.translate(wide)))

    assert answer.status_code == 302
    assert answer.location == f"/tickets/{ticket.number}"


def test_a_number_that_is_no_ticket_is_looked_for_like_any_text(desk):
    opened(summary="管理番号 200000008")

    assert ask(desk, "200000008").status_code == 200


# --- Further pages ---


def test_further_tickets_stand_on_pages_of_their_own(desk, small_pages):
    tickets = [opened(company="ヤマダ", received_at=NOON - n * MINUTE) for n in range(5)]
    pages = walk(desk, "ヤマダ")

    assert len(pages) == 3
    assert [one for page in pages for one in shown(page)] == list(map(number, tickets))


def test_further_companies_people_and_calls_are_reached_too(desk, small_pages):
    for n in range(5):
        known(f"C-{n}", contact=(f"山田{n}", "", "", "03-5422-6351"))
        called("03-5422-6351", at=NOON - n * MINUTE)

    assert "C-4" in walk(desk, "6351", "companies")[-1]
    assert "山田4" in walk(desk, "6351", "contacts")[-1]
    assert "11:56" in walk(desk, "6351", "calls")[-1]


@pytest.mark.parametrize(
    "query",
    ["part=tickets&after=x", "part=tickets&after=7,2026-01-01T00:00:00Z,1", "part=calls&after=1",
     "part=contacts&after=-1", "part=contacts&after=9999999999999", "part=tickets&after=0,x,1"],
)  # fmt: skip
def test_a_broken_link_to_a_further_page_is_said(desk, query):
    assert desk.get(f"/search?q=6351&{query}").status_code == 422


def test_a_kind_nobody_knows_is_missing(desk):
    assert desk.get("/search?q=a&part=people").status_code == 404
    assert desk.get("/search?q=a&part=companies&after=%00").status_code == 200


def test_many_rows_take_as_many_questions_as_few(desk, statements):
    asked = []
    for rows in (3, 30):
        for n in range(rows):
            opened(company="ヤマダ", caller_phone="03-5422-6351")
            known(f"C-{rows}-{n}", contact=("山田", "", "", "03-5422-6351"))
            called("03-5422-6351")
        with statements() as sent:
            found(desk, "6351")
        asked.append(len(sent))

    assert asked[0] == asked[1]


# --- Who may see what ---


def test_a_member_finds_the_own_tickets_and_nothing_else(client):
    own = opened(company="ヤマダ部品", member_number="C-1", caller_phone="03-5422-6351")
    foreign = opened(company="ヤマダ精機", member_number="C-2", caller_phone="03-5422-6351")
    known("C-1", contact=("山田 花子", "", "", "03-5422-6351"))
    called("03-5422-6351")
    member = as_role(client, "member", member_number="C-1")
    page = found(member, "6351") + found(member, "ヤマダ")

    assert number(own) in page
    assert "severity" not in page
    assert not [text for text in (number(foreign), "ヤマダ精機", "花子", "calls-h") if text in page]
    assert ask(member, foreign.number).status_code == 200
    assert member.get("/search?q=6351&part=companies").status_code == 404


@pytest.mark.parametrize("q", ["6351", "090-1234-5678", "内緒", "safe@home.example", "とよた工場"])
def test_a_member_cannot_try_out_what_the_own_page_does_not_show(client, q):
    own = opened(company="ヤマダ部品", member_number="C-1", caller_phone="03-5422-6351")
    with transaction():
        own.safe_phone, own.safe_email = "090-1234-5678", "safe@home.example"
        own.summary, own.site = "内緒", "豊田工場"
        tickets.make_findable(own)
    member = as_role(client, "member", member_number="C-1")

    assert number(own) not in found(member, q)


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_others_have_no_box(client, role):
    someone = as_role(client, role, vendor_code="V-1" if role == "vendor" else None)

    assert someone.get("/search?q=a").status_code == 403
    assert 'action="/search"' not in someone.get("/me").text


def test_a_search_is_written_down_with_its_text(desk):
    found(desk, "ヤマダ")
    found(desk, "")
    read = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "search")).all()

    assert [(one.action, one.detail, one.person_id) for one in read] == [
        ("read", {"q": "ヤマダ"}, desk.person.id)
    ]


@pytest.mark.parametrize(
    "q",
    ['"', "'", "%", "_", "\\", "*", "NEAR(", "a OR", "\x00", "a\x00b", "😱", "ー", "---",
     "株式会社", "㈱", "あ" * 10_000, "a " * 5_000, "<script>alert(1)</script>",
     "{{7*7}}", "\udcff", "", " "],
)  # fmt: skip
def test_whatever_is_typed_has_an_answer(desk, q):
    page = desk.get("/search", query_string={"q": q.encode("utf-8", "surrogateescape")})

    assert page.status_code == 200
    assert "<script>alert" not in page.text


# --- The scene ---


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(search, "AT_FIRST", 2)
    monkeypatch.setattr(search, "PAGE", 2)


@pytest.fixture
def desk(client):
    return as_role(client, "operator")


def as_role(client, role: str, **facts):
    with transaction():
        person = builders.person(role)
        for name, value in facts.items():
            setattr(person, name, value)
    sign_in(client, person)
    client.person = person
    return client


def opened(*, received_at=NOON, **facts):
    with clock.fixed(NOON), transaction():
        return builders.ticket(received_at=received_at, now=max(received_at, NOON), **facts)


SOMEBODY = ("佐藤", "", "", "03-1111-1111")
"""Name, kana, mail and phone of a contact."""


def known(code, *, name="株式会社ヤマダ部品", address="愛知県安城市", contact=SOMEBODY, **facts):
    with transaction():
        made = builders.member(code, name=name, **facts)
        made.sites[0].address = address
        [person], [phone] = made.contacts, made.phones
        person.name, person.kana, person.email, phone.raw = contact
        phone.contact_id = person.id
        made.search_text = grams(companies=[name], texts=[code, *contact[:3]], phones=[phone.raw])
    return made


def called(from_number, *, at=NOON):
    with transaction():
        return calls.enter(line="jnx", from_number=from_number, received_at=at, by_id=1, now=NOON)


def ask(client, q):
    with clock.fixed(NOON):
        return client.get("/search", query_string={"q": q})


def walk(client, q, part="tickets"):
    """The pages of one kind, from the first one on."""
    pages = [found(client, q)]
    while link := re.search(rf'href="(/search\?[^"]*part={part}[^"]*)"', pages[-1]):
        with clock.fixed(NOON):
            pages.append(client.get(html.unescape(link[1])).text)
    return pages


def shown(page):
    """The ticket numbers of a page, in its order."""
    return re.findall(r"\d{4} \d{4} \d", page)


def in_order(text, *parts):
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def found(client, q):
    answer = ask(client, q)
    assert answer.status_code == 200
    return answer.text


def number(ticket):
    return f"{ticket.number[:4]} {ticket.number[4:8]} {ticket.number[8:]}"
