"""A task is added, changed and read, and the ticket says what it asks for next."""

from datetime import timedelta

import pytest

from hotline.coordination.models import Dependency, Task
from hotline.coordination.rules import OfferStatus, TaskStatus
from hotline.db import db
from hotline.people.rules import Role
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import in_order, opened, reads

HOUR = timedelta(hours=1)


def test_a_task_is_added_by_hand_and_stands_on_the_ticket(desk):
    ticket = opened("試験工業")
    form = desk.get(f"/tickets/{ticket.number}/tasks/new?function=forensics").text
    fields = {
        "function": "forensics",
        "works": "cause",
        "scope": "原因を調べる",
        "due_at_day": "2026/10/1",
        "due_at_time": "17:00",
    }
    sent = desk.send(f"/tickets/{ticket.number}/tasks", fields)
    page = desk.get(sent.location).text

    assert "原因究明" in form
    assert in_order(page, "フォレンジック調査", "未着手", "打診先を選ぶ", "原因を調べる")
    assert in_order(
        desk.get(f"/tickets/{ticket.number}").text,
        "支援機能ごとの作業",
        f'{sent.location}">フォレンジック調査',
    )
    assert db.session.get(Task, 1).due_at.isoformat() == "2026-10-01T08:00:00+00:00"


def test_a_task_belongs_to_the_tickets_of_the_navigation(desk, task):
    page = desk.get(f"/tasks/{task}").text

    assert '<a href="/tickets" aria-current="page">' in page


def test_a_task_waits_from_the_start_for_what_is_chosen(desk, task):
    ticket = db.session.get(Ticket, db.session.get(Task, task).ticket_id)
    form = desk.get(f"/tickets/{ticket.number}/tasks/new?function=pr").text
    fields = {"function": "pr", "waits_for": ["", f"{task}:scope"]}
    sent = desk.send(f"/tickets/{ticket.number}/tasks", fields)

    assert f'value="{task}:scope" selected' in form
    assert "影響範囲が分かってから" in desk.get(sent.location).text


def test_the_place_is_proposed_from_the_address_of_the_company(desk):
    with transaction():
        builders.member("JNX-7")
    ticket = opened(member_number="JNX-7")
    form = desk.get(f"/tickets/{ticket.number}/tasks/new?function=forensics").text

    assert 'value="愛知県"' in form


def test_every_function_can_be_chosen_and_no_other(desk):
    ticket = opened()
    path = f"/tickets/{ticket.number}/tasks"

    assert desk.get(f"{path}/new").text.count("tasks/new?function=") == 8
    assert desk.get(f"{path}/new?function=magic").status_code == 404
    assert desk.send(path, {"function": "magic"}).status_code == 404


def test_what_cannot_be_used_comes_back_beside_its_field(desk):
    ticket = opened()
    fields = {
        "function": "pr",
        "scope": "公表文",
        "due_at_day": "あした",
        "starts_at_day": "2026/10/1",
        "starts_at_time": "いま",
        "waits_for": "x",
    }
    answer = desk.send(f"/tickets/{ticket.number}/tasks", fields)

    assert answer.status_code == 422
    for name in ("due_at_day", "starts_at_time", "waits_for"):
        assert f'id="{name}-error"' in answer.text
    assert "公表文" in answer.text
    assert not db.session.query(Task).count()


def test_the_second_of_two_who_change_a_task_keeps_their_words(desk, task):
    page = f"/tasks/{task}"
    first = desk.send(page, {"version": "1", "scope": "サーバーだけ"})
    second = desk.send(page, {"version": "1", "scope": "全部の機器"})
    wrong = desk.send(page, {"version": "2", "scope": "x", "due_at_day": "32日"})

    assert (first.status_code, second.status_code, wrong.status_code) == (303, 409, 422)
    assert "全部の機器" in second.text
    assert db.session.get(Task, task).scope == "サーバーだけ"


def test_a_page_is_a_read_also_when_it_answers_a_form(desk, task):
    desk.get(f"/tasks/{task}")
    desk.send(f"/tasks/{task}/step", {"to": "closed"})

    assert len(reads(f"task:{task}")) == 2


def test_an_auditor_sees_everything_and_no_form(be, asked):
    page = be(Role.AUDITOR).get(f"/tasks/{asked.task_id}").text
    main = page[page.find('id="main"') : page.find("</main>")]

    assert "打診" in main
    assert "<button" not in main


def test_the_ticket_says_what_comes_next_for_partners(desk, asked):
    with transaction():
        task = db.session.get(Task, asked.task_id)
        partners.task(function="gdpr", ticket_id=task.ticket_id, nobody_left_at=NOON)
        partners.task(function="legal", ticket_id=task.ticket_id, status=TaskStatus.DELIVERED)
        partners.task(function="pr", ticket_id=task.ticket_id, due_at=NOON - HOUR)
        number = tickets.number_of(task.ticket_id)
    desk.later(timedelta(minutes=20))
    page = desk.get(f"/tickets/{number}").text

    assert in_order(
        page,
        "ほかの打診先を決める：GDPR",
        "緊急時広報の成果物が届いていない",
        "の回答を確かめる",
        "成果物を確かめる：法務",
        "支援機能ごとの作業",
    )


def test_the_ticket_says_where_money_and_the_end_of_a_task_wait(desk):
    ticket = opened()
    with transaction():
        vendor = partners.vendor("legal", "forensics", "pr")
        for function, status in (
            ("legal", TaskStatus.WAITING_APPROVAL),
            ("pr", TaskStatus.CHECKED),
            ("forensics", TaskStatus.ESTIMATING),
        ):
            made = partners.engaged(vendor, ticket, function=function, status=status)
        partners.cost_line(ticket, made, vendor_id=vendor.id)
        agreed = partners.task(ticket, function="gdpr", status=TaskStatus.OFFERED)
        partners.offer(agreed, vendor, status=OfferStatus.ACCEPTED, for_quote=True)
    page = desk.get(f"/tickets/{ticket.number}").text

    for said in (
        "会員の承認を確かめる：法務",
        "作業を完了する：緊急時広報",
        "見積りの承認をお願いする：フォレンジック調査",
        "依頼先を選ぶ：GDPR対応",
        "4つのうち1つ完了",
    ):
        assert said in page


def test_a_partner_abroad_reads_its_own_clock(desk):
    ticket = opened()
    with transaction():
        made = partners.task(ticket, function="gdpr", status=TaskStatus.OFFERED)
        partners.offer(made, partners.vendor("gdpr", zone="Europe/Berlin"))

    assert "（現地 5:00）" in desk.get(f"/tasks/{made.id}").text


@pytest.mark.parametrize("page", ["ticket", "task"])
def test_a_page_asks_the_database_as_often_for_many_tasks_as_for_few(desk, statements, page):
    ticket, counts = opened(), []
    for number in (2, 6):
        with transaction():
            made = [one_of_many(ticket) for _ in range(number)]
        paths = {"ticket": f"/tickets/{ticket.number}", "task": f"/tasks/{made[0]}"}
        with statements() as sent:
            assert desk.get(paths[page]).status_code == 200
        counts.append(len(sent))

    assert counts[0] == counts[1]


def one_of_many(ticket) -> int:
    """A task with two that were asked, and one that it waits for."""
    needed = partners.task(ticket, function="forensics")
    made = partners.task(ticket, function="pr", status=TaskStatus.OFFERED)
    db.session.add(Dependency(task_id=made.id, needs_id=needed.id, output="scope"))
    for status in (OfferStatus.OFFERED, OfferStatus.EXPIRED):
        vendor = partners.vendor("pr")
        partners.contact(vendor)
        partners.offer(made, vendor, status=status)
    db.session.flush()
    return made.id
