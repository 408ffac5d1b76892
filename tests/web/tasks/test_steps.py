"""Where a task stands, and each step on its way; milestones, waits and hours."""

from hotline.coordination.models import Dependency, Milestone, Task, WorkEntry
from hotline.coordination.rules import TaskStatus
from hotline.db import db
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.vendors.models import Vendor
from tests import partners
from tests.builders import NOON
from tests.web.desk import in_order


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
