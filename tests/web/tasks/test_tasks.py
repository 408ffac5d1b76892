"""The desk's page of a task: how it goes on, whom we asked, what it has brought."""

import io
from datetime import timedelta

import pytest

from hotline.adapters.file_store import FileStore
from hotline.coordination import service as coordination
from hotline.coordination.models import Deliverable, Dependency, Milestone, Offer, Task, WorkEntry
from hotline.coordination.rules import OfferStatus, TaskGiven, TaskStatus
from hotline.db import db
from hotline.edge import uploads
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.people.rules import Role
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import in_order, opened, reads

HOUR = timedelta(hours=1)
PAPER = b"%PDF-1.7 and what it says"


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


def test_a_step_says_where_the_task_was_and_why(desk, done):
    path = f"/tasks/{done}/step"
    late = desk.send(path, {"to": "delivered", "was": "approved"})
    unexplained = desk.send(path, {"to": "cancelled", "was": "in_progress", "reason": " "})
    strange = desk.send(path, {"to": "magic"})
    impossible = desk.send(path, {"to": "checked"})

    assert (late.status_code, unexplained.status_code) == (409, 422)
    assert 'id="step-cancelled-error"' in unexplained.text
    assert (strange.status_code, impossible.status_code) == (422, 409)
    assert db.session.get(Task, done).status == TaskStatus.IN_PROGRESS


def test_what_came_is_checked_sent_back_and_finished(desk, done):
    desk.send(f"/tasks/{done}/deliverables", {"kind": "final_report", "note": "別便で届いた"})
    for to, reason in (
        ("delivered", ""),
        ("returned", "頁が足りない"),
        ("delivered", ""),
        ("checked", ""),
        ("closed", ""),
    ):
        sent = desk.send(f"/tasks/{done}/step", {"to": to, "reason": reason})

        assert sent.status_code == 303
    page = desk.get(f"/tasks/{done}").text

    assert in_order(page, "完了", "この作業は終わりました", "別便で届いた")
    assert "頁が足りない" in page


def test_operators_check_and_leave_the_end_of_a_task_to_others(be, done):
    operator = be(Role.OPERATOR)
    refused = [
        operator.send(f"/tasks/{done}/step", {"to": to, "reason": "中止"})
        for to in ("cancelled", "drafted")
    ]
    page = operator.get(f"/tasks/{done}").text

    assert [one.status_code for one in refused] == [403, 403]
    assert 'value="delivered"' in page
    assert 'value="cancelled"' not in page


def test_a_partner_is_let_go_and_loses_sight_of_it(desk, done):
    sent = desk.send(f"/tasks/{done}/step", {"to": "drafted", "reason": "手が回らない"})
    task = db.session.get(Task, done)

    assert sent.status_code == 303
    assert (task.status, task.vendor_id) == (TaskStatus.DRAFTED, None)


def test_a_partner_that_is_none_any_more_is_said_before_anything_else(desk, done):
    with transaction():
        task = db.session.get(Task, done)
        db.session.get(Vendor, task.vendor_id).withdrawn_at = NOON
        number = db.session.get(Ticket, task.ticket_id).number

    assert "働く会社との提携は終わっています" in desk.get(f"/tasks/{done}").text
    assert 'href="#step-drafted"' in desk.get(f"/tasks/{done}").text
    assert "ほかの提携事業者を探す" in desk.get(f"/tickets/{number}").text


def test_the_desk_writes_down_the_yes_of_a_partner(desk, asked):
    page = desk.get(f"/tasks/{asked.task_id}").text
    sent = desk.send(f"/tasks/{asked.task_id}/offers/{asked.id}/accept")
    offer = db.session.get(Offer, asked.id)

    assert in_order(page, "あと 1時間", "の回答を待っている", "引き受けると聞いた")
    assert sent.status_code == 303
    assert (offer.status, offer.answered_by) == (OfferStatus.ACCEPTED, "desk")
    assert in_order(desk.get(f"/tasks/{asked.task_id}").text, "受諾済み", "電話などで聞いた")


def test_the_no_of_a_partner_needs_a_reason_and_asks_the_next(desk, asked):
    with transaction():
        following = partners.vendor(name="次の会社")
        partners.contact(following)
        coordination.queue(
            db.session.get(Task, asked.task_id), following, by_id=desk.person.id, now=NOON
        )
    path = f"/tasks/{asked.task_id}/offers/{asked.id}/decline"
    missing = desk.send(path, {"text": "きょうは無理"})
    sent = desk.send(path, {"reason": "no_capacity", "text": "きょうは無理"})
    page = desk.get(f"/tasks/{asked.task_id}").text

    assert missing.status_code == 422
    assert "きょうは無理" in missing.text
    assert sent.status_code == 303
    assert in_order(page, "次の会社", "終わった打診", "きょうは無理")


def test_a_request_is_taken_back_with_a_reason(desk, asked):
    path = f"/tasks/{asked.task_id}/offers/{asked.id}/withdraw"

    assert desk.send(path, {"reason": ""}).status_code == 422
    assert desk.send(path, {"reason": "ほかに決めた"}).status_code == 303
    assert desk.send(path, {"reason": "ほかに決めた"}).status_code == 409


def test_one_of_two_estimates_is_chosen(desk, task):
    with transaction():
        db.session.get(Task, task).status = TaskStatus.OFFERED
        offers = [
            partners.offer(
                db.session.get(Task, task),
                partners.vendor(name=name),
                status=OfferStatus.ACCEPTED,
                for_quote=True,
                answered_at=NOON,
                wake_at=None,
            ).id
            for name in ("甲社", "乙社")
        ]
    page = desk.get(f"/tasks/{task}").text
    sent = desk.send(f"/tasks/{task}/offers/{offers[1]}/engage")

    assert in_order(page, "見積りを比べて1社を選ぶ", "甲社", "この会社に依頼する", "乙社")
    assert sent.status_code == 303
    assert in_order(desk.get(f"/tasks/{task}").text, "受諾済み", "乙社")


def test_an_offer_of_another_task_is_not_there(desk, asked, task):
    for verb in ("accept", "decline", "withdraw", "engage"):
        path = f"/tasks/{task}/offers/{asked.id}/{verb}"

        assert desk.send(path, {"reason": "x"}).status_code == 404


def test_a_file_is_handed_in_and_out_and_every_hand_is_on_record(desk, done):
    fields = {"kind": "final_report", "file": (io.BytesIO(PAPER), "報告/書.pdf")}
    sent = desk.send(f"/tasks/{done}/deliverables", fields)
    [made] = db.session.query(Deliverable).all()
    [file] = evidence.every_file()
    answer = desk.send(f"/tasks/{done}/deliverables/{made.id}/file")

    assert sent.status_code == 303
    assert "報告_書.pdf" in desk.get(f"/tasks/{done}").text
    assert heard(answer) == PAPER
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert [one.touch for one in evidence.custody_of(file.id)] == ["received", "sent"]
    assert (file.subject, file.source) == (f"task:{done}", "deliverable")


@pytest.mark.parametrize("content", [b"", b"x" * 11], ids=["empty", "too large"])
def test_a_file_that_cannot_be_taken_leaves_nothing_behind(desk, done, content, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 10)
    fields = {"kind": "final_report", "note": "本文", "file": (io.BytesIO(content), "a.pdf")}
    before = kept()
    answer = desk.send(f"/tasks/{done}/deliverables", fields)

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "本文" in answer.text
    assert kept() == before


def test_neither_file_nor_words_is_nothing(desk, done):
    answer = desk.send(f"/tasks/{done}/deliverables", {"kind": "final_report"})

    assert answer.status_code == 422
    assert 'id="made-error"' in answer.text


def test_a_file_that_a_disk_refuses_is_said_beside_it(desk, done, tmp_path, monkeypatch):
    (tmp_path / "full").write_text("")
    url = f"file://{tmp_path}/full/files"
    changed = settings().model_copy(update={"files_url": url})
    monkeypatch.setitem(desk.client.application.extensions, "hotline.settings", changed)
    fields = {"kind": "final_report", "file": (io.BytesIO(PAPER), "a.pdf")}

    assert desk.send(f"/tasks/{done}/deliverables", fields).status_code == 422


def test_what_was_handed_in_elsewhere_is_not_there(desk, done, task):
    with transaction():
        made = Deliverable(
            task_id=done, kind="other", note="文だけ", handed_in_at=NOON, handed_in_by_id=1
        )
        db.session.add(made)
    for of, deliverable in ((done, made.id), (task, made.id), (done, 99)):
        path = f"/tasks/{of}/deliverables/{deliverable}/file"

        assert desk.send(path).status_code == 404


def test_milestones_are_reached_and_given_a_time(desk, done):
    path = f"/tasks/{done}/milestones"
    with transaction():
        db.session.add(Milestone(task_id=done, code="quote"))
    due = {"milestone": "quote", "milestone_day": "2026/9/25", "milestone_time": "9:00"}
    saved = desk.send(f"{path}/due", due)
    wrong = desk.send(f"{path}/due", {**due, "milestone_time": "9"})
    reached = desk.send(f"{path}/quote/reach")

    assert (saved.status_code, wrong.status_code, reached.status_code) == (303, 422, 303)
    assert desk.send(f"{path}/magic/reach").status_code == 404
    assert db.session.get(Milestone, (done, "quote")).reached_at == NOON


def test_a_task_waits_for_another_one_until_that_has_brought_its_part(desk, done):
    with transaction():
        ticket_id = db.session.get(Task, done).ticket_id
        waiting = partners.task(function="pr", ticket_id=ticket_id).id
    path = f"/tasks/{waiting}/waits"
    wrong = desk.send(path, {"waits_for": "なにか"})
    sent = desk.send(path, {"waits_for": f"{done}:scope"})
    page = desk.get(f"/tasks/{waiting}").text

    assert (wrong.status_code, sent.status_code) == (422, 303)
    assert in_order(page, "待機", "影響範囲が分かってから", "まだ届いていない")
    assert desk.send(f"{path}/{done}/end").status_code == 303
    assert not db.session.query(Dependency).count()


def test_work_is_logged_with_its_time(desk, done):
    path = f"/tasks/{done}/log"
    sent = desk.send(path, {"body": "ログを保全した", "minutes": "９０"})
    wrong = [
        desk.send(path, {"body": "x", **fields}).status_code
        for fields in ({"minutes": "たくさん"}, {"done_at_day": "きのう"}, {"body": ""})
    ]
    [entry] = db.session.query(WorkEntry).all()

    assert sent.status_code == 303
    assert wrong == [422, 422, 422]
    assert (entry.minutes, entry.done_at) == (90, NOON)
    assert in_order(desk.get(f"/tasks/{done}").text, "合計 1時間30分", "ログを保全した", "瀬戸 圭")


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


def test_a_file_that_is_lost_from_the_disk_is_refused_in_words(desk, done):
    fields = {"kind": "final_report", "file": (io.BytesIO(b"lost for ever"), "a.pdf")}
    desk.send(f"/tasks/{done}/deliverables", fields)
    [file] = evidence.every_file()
    FileStore.from_url(settings().files_url).path(file.sha256).unlink()

    assert desk.send(f"/tasks/{done}/deliverables/1/file").status_code == 409


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


def kept() -> set[str]:
    folder = FileStore.from_url(settings().files_url).root
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def heard(answer) -> bytes:
    with answer:
        return answer.data


@pytest.fixture
def task(desk) -> int:
    """Nobody was asked for it yet."""
    ticket = opened()
    with transaction():
        given = TaskGiven(scope="調べる")
        return coordination.add_task(ticket, "forensics", given=given, by_id=None, now=NOON).id


@pytest.fixture
def done(desk) -> int:
    """A partner is at work on it."""
    ticket = opened()
    with transaction():
        return partners.engaged(partners.vendor(name="働く会社"), ticket).id


@pytest.fixture
def asked(desk) -> Offer:
    """A partner was asked at noon."""
    ticket = opened()
    with transaction():
        made = partners.task(ticket, status=TaskStatus.OFFERED)
        return partners.offer(made, partners.vendor(name="聞いた会社"))
