"""The coordinator's board: the order of things, who was asked, and what ticks."""

from datetime import timedelta

import pytest

from hotline.coordination.models import CostLine
from hotline.coordination.rules import CostState, TaskStatus
from hotline.db import db
from hotline.followups import service as followups
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.rules import Intake
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import in_order, opened, reads, take

HOUR = timedelta(hours=1)
KNEW = NOON - timedelta(hours=73)


def test_the_board_is_the_first_page_of_a_coordinator_and_of_the_navigation(desk):
    page = desk.get("/board").text

    assert desk.get("/").headers["Location"] == "/board"
    assert page.index('href="/board"') < page.index('href="/calls"')
    assert "いま、することはありません。" in page
    assert len(reads("list:board")) == 1


def test_what_is_late_comes_first_and_is_counted_in_the_navigation(desk):
    late = opened("遅延工業", now=NOON - 5 * HOUR, received_at=NOON - 5 * HOUR)
    clocked = leak("期限工業", eu_aware=KNEW)
    with transaction():
        followups.take(builders.promise_of(clocked), by_id=desk.person.id, now=NOON)
        alone = task(incident("孤立工業"), nobody_left_at=NOON - HOUR)
    page = desk.get("/board").text

    assert '遅れ <span class="dim">3件' in page
    assert '<span class="count is-late">3' in page
    assert in_order(page, late.number, "GDPR 72時間", "打診先がいない")
    assert f'href="/tasks/{alone.id}/offering"' in page


@pytest.mark.parametrize(
    ("status", "facts", "said"),
    [
        (TaskStatus.DRAFTED, {}, "打診先を選ぶ"),
        (TaskStatus.DELIVERED, {}, "納品を検収する"),
        (TaskStatus.WAITING_APPROVAL, {}, "会員の承認待ち"),
        (TaskStatus.IN_PROGRESS, {"due_at": NOON - HOUR}, "作業の状況を確かめる"),
        (TaskStatus.IN_PROGRESS, {"due_at": NOON + HOUR}, "納品を受け取る"),
    ],
)
def test_each_task_says_what_it_wants_of_the_desk(desk, status, facts, said):
    with transaction():
        task(incident(), status=status, **facts)

    assert said in desk.get("/board").text


def test_what_a_partner_does_in_time_is_not_on_the_list(desk):
    with transaction():
        quiet = [
            task(incident(), status=status)
            for status in (TaskStatus.IN_PROGRESS, TaskStatus.ESTIMATING, TaskStatus.CLOSED)
        ]
    page = desk.get("/board").text

    assert not [one for one in quiet if f"/tasks/{one.id}" in page]


def test_an_estimate_is_passed_on_and_estimates_are_compared(desk):
    with transaction():
        quoted = task(incident(), status=TaskStatus.ESTIMATING)
        vendor = partners.vendor()
        db.session.add(line_of(quoted, vendor, desk.person))
        compared = task(incident(), status=TaskStatus.OFFERED)
        partners.offer(compared, vendor, status="accepted", for_quote=True)
    page = desk.get("/board").text

    assert "見積りの承認をお願いする" in page
    assert "見積りを比べて発注先を決める" in page


def test_an_offer_that_waits_stands_beside_the_list_with_who_is_next(desk):
    with transaction():
        asked = task(incident("打診工業"), status=TaskStatus.OFFERED)
        there = partners.vendor(name="Kessler & Brandt LLP", zone="Europe/Berlin")
        partners.offer(asked, there, reply_by=NOON + HOUR)
        after = partners.vendor(name="㈱北斗データ鑑識")
        partners.offer(asked, after, status="queued", position=2, offered_at=None, reply_by=None)
    page = desk.get("/board").text

    assert in_order(page, "回答待ちの打診", "Kessler &amp; Brandt LLP", "あと 1時間", "現地 5:00")
    assert "次は ㈱北斗データ鑑識" in page


def test_an_offer_from_which_nobody_went_on_is_late(desk):
    with transaction():
        asked = task(incident(), status=TaskStatus.OFFERED)
        partners.offer(asked, partners.vendor(name="シグマ鑑識"), reply_by=NOON - HOUR)
    page = desk.get("/board").text

    assert in_order(page, "遅れ 1時間", "打診の回答なし → 次の候補へ", "シグマ鑑識")
    assert '<span class="count is-late">1' in page


def test_a_planned_try_stands_at_its_time(desk):
    ticket = opened()
    with transaction():
        followups.attempt(
            builders.promise_of(ticket), "no_answer", next_try_at=NOON + 2 * HOUR,
            by_id=desk.person.id, now=NOON,
        )  # fmt: skip

    assert in_order(desk.get("/board").text, "きょう 14:00", "折返し・2回目")


def test_a_page_nobody_took_is_late_and_can_be_taken(desk):
    with transaction():
        page = builders.page()
    shown = desk.get("/board").text

    assert in_order(shown, "応答なし", "呼び出しを引き受ける")
    assert f"/tickets/{page.number}/pages/{page.id}/take" in shown


def test_drills_stand_apart_and_are_never_late(desk):
    drill = opened("訓練工業", drill=True, now=NOON - 5 * HOUR, received_at=NOON - 5 * HOUR)
    with transaction():
        task(drill, nobody_left_at=NOON - HOUR)
        partners.offer(task(drill, status=TaskStatus.OFFERED), partners.vendor(),
                       reply_by=NOON - HOUR)  # fmt: skip
    page = desk.get("/board").text

    assert in_order(page, "訓練 <span", "遅れにも件数にも数えません", drill.number)
    assert "is-late" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"a", "b"}),
        ("?who=me", {"a"}),
        ("?who=nobody", {"b"}),
        ("?severity=high", {"a"}),
        ("?severity=p3", {"b"}),
        ("?case_type=leak", {"b"}),
        ("?line=sompo_desk", {"b"}),
        ("?line=sompo_desk&who=me", set()),
    ],
)
def test_filters_stand_in_the_address(desk, query, found):
    made = {
        "a": opened(case_types=("ransom",)),
        "b": opened(case_types=("leak",), line="sompo_desk"),
    }
    with transaction():
        made["a"].coordinator_id = desk.person.id
    page = desk.get(f"/board{query}").text

    assert {name for name, one in made.items() if one.number in page} == found
    assert in_order(page, 'わたし <span class="dim">') is True


def test_what_somebody_took_up_is_nobody_s_no_more_and_is_counted_once(desk):
    taken, _ = opened(), opened()
    take(taken, desk.person)
    page, free = desk.get("/board").text, desk.get("/board?who=nobody").text
    counted = [f'{name} <span class="dim">{found}<' for name, found in COUNTED.items()]

    assert in_order(page, *counted, taken.number, f"{desk.person.name}<br>")
    assert taken.number not in free


COUNTED = {"わたし": 1, "全員": 2, "未定": 1}


def test_a_filter_there_is_none_of_is_refused(desk):
    assert desk.get("/board?who=somebody").status_code == 422


def test_what_comes_much_later_is_folded(desk):
    for hours in range(12):
        opened(now=NOON, received_at=NOON - timedelta(days=1))
        with transaction():
            task(incident(), status=TaskStatus.IN_PROGRESS, due_at=NOON + timedelta(days=2 + hours))
    page, whole = desk.get("/board").text, desk.get("/board?later=all").text

    assert page.count("納品を受け取る") == 10
    assert "このあと：ほか2件" in page
    assert whole.count("納品を受け取る") == 12


def test_the_list_is_asked_for_again_and_answers_only_when_it_changed(desk):
    opened()
    first = desk.client.get("/board", headers={"X-Poll": "1"})
    headers = {"X-Poll": "1", "If-None-Match": first.headers["ETag"]}

    assert first.text.lstrip().startswith('<div class="two"')
    assert "csrf_token" not in first.text
    assert desk.client.get("/board", headers=headers).status_code == 304


def test_an_auditor_reads_and_does_nothing(be):
    opened(now=NOON - 5 * HOUR, received_at=NOON - 5 * HOUR)

    assert "formaction" not in be(Role.AUDITOR).get("/board").text


def test_however_much_there_is_the_questions_stay_the_same(desk, statements):
    def ask() -> int:
        with statements() as sent:
            desk.get("/board")
        return len(sent)

    def more() -> None:
        leak("期限工業", eu_aware=NOON - HOUR)
        with transaction():
            asked = task(incident(), status=TaskStatus.OFFERED)
            partners.offer(asked, partners.vendor())

    more()
    few = ask()
    for _ in range(4):
        more()

    assert ask() == few


def incident(company="試験工業"):
    return builders.ticket(company=company)


def task(on, **facts):
    return partners.task(on, **{"status_since": NOON - HOUR, **facts})


def line_of(of, vendor, by):
    return CostLine(
        ticket_id=of.ticket_id, task_id=of.id, vendor_id=vendor.id, function=of.function,
        item="解析", unit="device", quantity=2, unit_price_yen=100, tax_mode="excluded",
        state=CostState.QUOTE, made_at=NOON, made_by_id=by.id,
    )  # fmt: skip


def leak(company: str, *, eu_aware):
    ticket = opened(company, case_types=("leak",))
    answers = {"personal_data": ["some", "eu"], "cause": ["mis_send"]}
    with transaction():
        known = Intake(
            ("leak",), company=company, answers={**answers, "eu_aware": [eu_aware.isoformat()]}
        )
        by = builders.person(Role.OPERATOR)
        tickets.fill_in(ticket, known, version=ticket.version, by=by, now=NOON)
    return ticket
