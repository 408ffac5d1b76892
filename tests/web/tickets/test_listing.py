"""The list of tickets: what is late, due, or comes, narrowed and paged."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.followups import service as followups
from hotline.sessions.models import SignedIn
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import in_order, numbers_in, opened, reads, take

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_late_promises_come_first_then_those_of_now_today_and_later(desk):
    later = opened("あした工業", received_at=NOON + 5 * HOUR, now=NOON + 5 * HOUR)
    now = opened("いま製作所", received_at=NOON + 6 * HOUR - DAY, now=NOON)
    late = opened("おくれ精機", received_at=NOON - DAY, severity="p1")
    page = desk.get("/tickets").text

    assert in_order(page, "おくれ精機", "いま製作所", "あした工業")
    assert in_order(page, "遅れ", late.company)
    assert {late.number, now.number, later.number} <= numbers_in(page)


def test_a_promise_within_its_grace_is_due_but_not_late(desk):
    opened(
        "猶予電機", received_at=NOON - timedelta(minutes=30), severity="p3", case_types=("leak",)
    )
    page = desk.get("/tickets").text

    assert "is-due" in page
    assert "is-late" not in page


def test_a_taken_promise_is_not_late_and_names_who_took_it(desk):
    ticket = opened(received_at=NOON - DAY, severity="p1")
    take(ticket, desk.person)
    page = desk.get("/tickets").text

    assert "is-late" not in page
    assert desk.person.name in page


def test_a_drill_is_never_late_in_the_list_or_on_its_page(desk):
    drill = opened("訓練工業", drill=True, received_at=NOON - DAY, severity="p1")
    pages = desk.get("/tickets").text + desk.get(f"/tickets/{drill.number}").text

    assert "is-due" in pages
    assert "is-late" not in pages


def test_filters_that_fit_no_ticket_can_be_taken_away_there(desk):
    opened("おくれ精機", received_at=NOON - DAY)

    assert "条件に合う案件はありません" in desk.get("/tickets?status=closed").text


def test_tickets_on_which_nothing_is_owed_come_last(desk):
    kept = opened("済み工業", received_at=NOON - DAY)
    with transaction():
        followups.keep(builders.promise_of(kept), by_id=desk.person.id, now=NOON)
    opened("未済工業")

    assert in_order(desk.get("/tickets").text, "未済工業", "お約束なし", "済み工業")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("case_type=leak", {"漏えい社"}),
        ("severity=p3", {"漏えい社"}),
        ("severity=p2", {"デスク社"}),
        ("drill=only", {"漏えい社"}),
        ("drill=no", {"デスク社"}),
        ("responsible=nobody", {"漏えい社", "デスク社"}),
        ("responsible=me", set()),
        ("responsible=2000000000", set()),
        ("from=2026-11-04", {"デスク社"}),
        ("to=2026/11/03", {"漏えい社"}),
        ("from=2026-11-03&to=2026-11-04", {"漏えい社", "デスク社"}),
        ("line=sompo_desk", {"デスク社"}),
        ("status=closed", set()),
        ("q=漏えい", {"漏えい社"}),
        ("q=%25", set()),
        ("q=" + "あ" * 200, set()),
    ],
)
def test_the_list_can_be_narrowed(desk, query, found):
    opened("漏えい社", case_types=("leak",), drill=True, received_at=NOON - DAY)
    opened("デスク社", line="sompo_desk")
    page = desk.get(f"/tickets?{query}").text

    assert {name for name in ("漏えい社", "デスク社") if f"{name}<br>" in page} == found


def test_the_choices_say_how_many_tickets_something_is_owed_on(desk):
    mine = opened(severity="p1")
    opened(severity="p1", line="sompo_desk")
    done = opened(severity="p1")
    with transaction():
        followups.keep(builders.promise_of(done), by_id=desk.person.id, now=NOON)
        db.session.get_one(Ticket, mine.id).coordinator_id = desk.person.id
    page = desk.get("/tickets?line=sompo_desk").text

    assert "数字は、お約束のある案件の数です。" in page
    assert choice(page, "わたし") == "0"
    assert choice(page, "未定") == "1"
    assert choice(page, "JNX窓口") == "1"
    assert choice(page, "SOMPOデスク") == "1"
    assert choice(page, "P1 緊急") == "1"


def test_other_filters_stay_when_one_is_changed(desk):
    page = desk.get("/tickets?severity=p1&from=2026-11-01&responsible=me").text
    link = (
        page.partition('id="main"')[2]
        .partition(">JNX窓口")[0]
        .rpartition('href="')[2]
        .partition('"')[0]
    )

    assert set(link.partition("?")[2].split("&amp;")) == {
        "severity=p1",
        "from=2026-11-01",
        "responsible=me",
        "line=jnx",
    }


def test_a_number_in_the_search_box_finds_its_ticket(desk):
    ticket = opened("番号社")
    spaced = f"{ticket.number[:4]}-{ticket.number[4:]}"

    assert "番号社" in desk.get(f"/tickets?q={spaced}").text


@pytest.mark.parametrize(
    "query",
    [
        "status=nothing",
        "case_type=flood",
        "line=%00",
        "severity=p9",
        "drill=maybe",
        "responsible=you",
        "responsible=0",
        "responsible=%EF%BC%91",
        "responsible=" + "9" * 40,
        "from=yesterday",
        "to=2026-02-31",
        "q=" + "x" * 20_000,
        "q=%00",
        "after=owed",
        "after=owed,2026-11-04T12:00:00,1",
        "after=owed,2026-11-04T12:00:00%2B09:00,0",
        "after=owed,9999-12-31T23:59:59-12:00,1",
        "after=rest,2026-11-04T12:00:00%2B09:00,99999999999999999999",
        "after=else,2026-11-04T12:00:00%2B09:00,1",
        "after=rest,%00,1",
    ],
)
def test_a_broken_address_of_the_list_is_answered_422(desk, query):
    assert desk.get(f"/tickets?{query}").status_code == 422


def test_further_pages_show_every_ticket_once(desk, monkeypatch):
    monkeypatch.setattr("hotline.web.tickets.listing.PAGE", 2)
    made = {opened(received_at=NOON - minutes * HOUR).number for minutes in range(5)}
    closed = opened(received_at=NOON - DAY)
    with transaction():
        followups.keep(builders.promise_of(closed), by_id=desk.person.id, now=NOON)
    pages = [numbers_in(page) for page in walk(desk, "/tickets")]

    assert [len(page) for page in pages] == [2, 2, 2]
    assert set.union(*pages) == made | {closed.number}


def test_a_list_that_asks_for_news_by_itself_is_no_visit(desk):
    opened("自動社")
    seen = last_seen()
    desk.later(timedelta(minutes=5))
    answer = desk.client.get("/tickets", headers={"X-Poll": "1"})

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "自動社" in answer.text
    assert last_seen() == seen
    assert not reads("list:tickets")


def test_no_news_are_told_by_304(desk):
    opened()
    first = desk.client.get("/tickets", headers={"X-Poll": "1"})
    again = {"X-Poll": "1", "If-None-Match": first.headers["ETag"]}

    assert desk.client.get("/tickets", headers=again).status_code == 304


def test_a_visit_of_the_list_is_one_read_with_what_was_asked(desk):
    desk.get("/tickets?case_type=leak&q=社")

    assert [entry.detail for entry in reads("list:tickets")] == [{"case_type": "leak", "q": "社"}]


def choice(page: str, words: str) -> str:
    """The figure beside a choice."""
    return page.split(f">{words} <span")[1].split(">")[1].split("<")[0]


def walk(desk, path: str):
    while path:
        page = desk.get(path).text
        yield page
        _, found, rest = page.partition('<p class="part"><a href="')
        path = rest.partition('"')[0].replace("&amp;", "&") if found else ""


def last_seen():
    db.session.rollback()
    return db.session.scalars(select(SignedIn.seen_at)).one()
