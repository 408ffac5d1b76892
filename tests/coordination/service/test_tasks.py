"""Tasks: written down, changed, waiting for each other, moved on, and worked at."""

from datetime import timedelta

import pytest

from hotline.coordination import queries, service
from hotline.coordination.models import Approval, Milestone
from hotline.coordination.rules import Actor, TaskGiven, TaskStatus
from hotline.db import db
from hotline.errors import Forbidden, Invalid, Missing, Refused
from hotline.notices import queries as notices
from hotline.tickets import service as tickets
from hotline.tickets.rules import Status
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from tests import builders, partners
from tests.builders import NOON

DAY = timedelta(days=1)


def test_a_task_begins_with_its_milestones_and_a_line_that_the_member_reads(writing):
    made = add(builders.ticket(), because=["ransom"])
    (line, _name) = timeline.about(f"task:{made.id}", Audience.MEMBER)[0]

    assert (made.status, made.because, made.vendor_id) == ("drafted", ["ransom"], None)
    assert {one.code for one in queries.milestones_of([made.id])[made.id]} >= {"first_word"}
    assert (line.event, line.facts) == ("task_added", {"function": "forensics"})


def test_nothing_is_added_to_a_ticket_that_has_ended_and_no_unknown_function(writing):
    ticket = builders.ticket()
    with pytest.raises(Invalid):
        add(ticket, "cooking")
    ticket.status = Status.CLOSED

    with pytest.raises(Refused):
        add(ticket)


def test_a_ticket_cannot_end_while_partners_work_on_it_or_on_what_it_took_in(writing):
    ticket, other = builders.ticket(), builders.ticket()
    add(other)
    tickets.join(other, ticket, by_id=1, now=NOON)
    tickets.keep_promise(builders.promise_of(ticket), by_id=1, now=NOON)
    open_tasks = queries.open_task_count(ticket.id)

    assert (open_tasks, [one.ticket_id for one in queries.tasks_of(ticket.id)]) == (1, [other.id])
    for status in (Status.CLOSED, Status.OUT_OF_SCOPE):
        with pytest.raises(Refused):
            tickets.go_to(ticket, status, reason="x", referral="ipa", by_id=1, now=NOON,
                          open_tasks=open_tasks)  # fmt: skip


def test_the_second_of_two_savers_is_refused_and_the_same_again_is_no_change(writing):
    task = add(builders.ticket())
    service.change_task(task, TaskGiven(scope="PC"), version=1, by_id=1, now=NOON)
    service.change_task(task, TaskGiven(scope="PC"), version=2, by_id=1, now=NOON)

    assert (task.scope, task.version) == ("PC", 2)
    with pytest.raises(Refused):
        service.change_task(task, TaskGiven(), version=1, by_id=1, now=NOON)


def test_what_partners_read_now_names_nobody(writing):
    task = add(builders.ticket(company="確認工業"))
    service.offer(task, partners.vendor(), by_id=1, now=NOON)

    for status in (TaskStatus.OFFERED, TaskStatus.IN_PROGRESS):
        task.status = status
        with pytest.raises(Invalid):
            service.change_task(task, TaskGiven(scope="確認工業"), version=1, by_id=1, now=NOON)
        db.session.refresh(task)


def test_a_task_waits_for_others_of_its_incident_and_never_in_a_ring(writing):
    ticket = builders.ticket()
    scope = add(ticket)
    press = add(ticket, "pr", waits_for=((scope.id, "scope"),))
    ids = [scope.id, press.id]
    for needs_id, output in ((press.id, ""), (scope.id, ""), (add(builders.ticket()).id, "")):
        with pytest.raises(Invalid):
            service.wait_for(scope, needs_id, output, by_id=1, now=NOON)
    with pytest.raises(Invalid):
        service.wait_for(press, scope.id, "nothing", by_id=1, now=NOON)
    before = queries.waits_among(ids)
    for _ in range(2):
        service.stop_waiting(press, scope.id, by_id=1, now=NOON)
    service.wait_for(scope, press.id, "", by_id=1, now=NOON)

    assert before == {press.id: {scope.id}}
    assert queries.waits_among(ids) == {scope.id: {press.id}}


def test_nothing_is_delivered_before_what_it_waits_for(writing):
    ticket = builders.ticket()
    scope = partners.engaged(partners.vendor(), ticket)
    press = partners.engaged(partners.vendor("pr"), ticket, function="pr")
    service.wait_for(press, scope.id, "scope", by_id=1, now=NOON)
    refused = []
    for step in (lambda: None, lambda: hand_in(press, "other"), lambda: hand_in(scope, "scope")):
        step()
        refused.append(is_refused(press, TaskStatus.DELIVERED))

    assert refused == [True, True, False]
    assert press.status == "delivered"


def test_a_step_of_another_side_and_one_that_comes_by_itself_are_not_made(writing):
    task = partners.engaged(partners.vendor(), status=TaskStatus.DELIVERED)
    with pytest.raises(Forbidden):
        move(task, TaskStatus.CHECKED, actor=Actor.VENDOR)
    with pytest.raises(Invalid):
        move(task, TaskStatus.RETURNED)
    with pytest.raises(Invalid):
        move(task, TaskStatus.RETURNED, reason="a\x00b")
    asked = partners.task(status="offered")

    with pytest.raises(Refused):
        move(asked, TaskStatus.ACCEPTED)


def test_nothing_that_has_a_price_begins_without_the_members_word(writing):
    vendor, ticket = partners.vendor(), builders.ticket()
    task = partners.engaged(vendor, ticket, status="accepted")
    line = partners.cost_line(ticket, task, vendor_id=vendor.id)
    for actor in (Actor.VENDOR, Actor.DESK):
        with pytest.raises(Refused):
            move(task, TaskStatus.IN_PROGRESS, actor=actor, reason="無償です")
    line.state = "void"
    move(task, TaskStatus.IN_PROGRESS, actor=Actor.VENDOR, reason="無償です")

    assert task.status == "in_progress"


def test_why_it_was_sent_back_is_read_by_the_partner_and_why_it_ended_is_not(writing):
    task = partners.engaged(partners.vendor(), status=TaskStatus.DELIVERED)
    move(task, TaskStatus.RETURNED, reason="図が足りない")
    move(task, TaskStatus.CANCELLED, reason="別の会社に頼む")
    read = [line.facts["reason"] for line, _ in story(task, Audience.VENDOR)]

    assert read == ["図が足りない"]
    assert len(story(task, Audience.MEMBER)) == 2


def test_a_task_that_stops_asks_nobody_for_approval_any_more(writing):
    task = partners.engaged(partners.vendor(), status=TaskStatus.WAITING_APPROVAL)
    facts = {"status": "asked", "lines": [], "total_yen": 1, "asked_at": NOON, "asked_by_id": 1}
    approval = Approval(ticket_id=task.ticket_id, task_id=task.id, **facts)
    db.session.add(approval)
    move(task, TaskStatus.CANCELLED, reason="誤報")

    assert (approval.status, task.status) == ("withdrawn", "cancelled")


def test_taking_a_task_back_or_beginning_again_ends_what_was_asked(writing):
    for status in (TaskStatus.WITHDRAWN, TaskStatus.DRAFTED):
        task = add(builders.ticket())
        offer = service.offer(task, partners.vendor(), by_id=1, now=NOON)
        move(task, status, reason="誤報")

        assert (task.status, offer.status) == (status, "withdrawn")


def test_beginning_again_releases_the_partner(writing):
    task = partners.engaged(partners.vendor())
    move(task, TaskStatus.DRAFTED, reason="人員不足")

    assert (task.status, task.vendor_id) == ("drafted", None)
    assert queries.engaged_offer(task.id) is None


def test_a_step_that_others_tell_leaves_no_line(writing):
    task = partners.engaged(partners.vendor(), status=TaskStatus.ESTIMATING)
    service.step_task(
        task, TaskStatus.WAITING_APPROVAL, actor=Actor.DESK, by_id=1, now=NOON, line=False
    )

    assert (task.status, story(task, Audience.STAFF)) == ("waiting_approval", [])


def test_people_hear_of_a_late_task_at_its_time(writing):
    task = add(builders.ticket(), due_at=NOON + DAY)
    service.change_task(task, TaskGiven(due_at=NOON + 2 * DAY), version=1, by_id=1, now=NOON)
    planned = [(one.due_at, one.status) for one in notices.about(f"task:{task.id}")]

    assert planned == [(NOON + DAY, "withdrawn"), (NOON + 2 * DAY, "waiting")]


def test_work_is_logged_and_what_cannot_be_is_named(writing):
    task, somebody = partners.engaged(partners.vendor()), builders.person("vendor")
    made = service.log_work(task, " 保全 ", 90, NOON, by_id=somebody.id, now=NOON)

    assert queries.log_of(task.id) == [(made, somebody.name)]
    with pytest.raises(Invalid) as refused:
        service.log_work(task, " ", -1, NOON + DAY, by_id=somebody.id, now=NOON)
    assert sorted(refused.value.fields) == ["body", "done_at", "minutes"]
    with pytest.raises(Invalid):
        service.log_work(task, "a\x00b", 0, NOON, by_id=somebody.id, now=NOON)


def test_what_is_handed_in_is_of_a_known_kind_and_there(writing):
    task = partners.engaged(partners.vendor())
    made = hand_in(task, "scope")

    assert queries.deliverables_of([task.id])[task.id] == [(made, None)]
    for kind, note in (("cake", "x"), ("scope", " ")):
        with pytest.raises(Invalid):
            service.hand_in(task, kind, note=note, by_id=1, now=NOON)
    with pytest.raises(Refused):
        hand_in(partners.task(), "scope")


def test_a_milestone_is_reached_once_and_moved_without_a_word(writing):
    task = add(builders.ticket())
    for number in range(2):
        service.reach_milestone(task, "first_word", by_id=1, now=NOON + number * DAY)
        service.set_milestone_due(task, "quote", NOON, by_id=1, now=NOON)
    service.set_milestone_due(task, "quote", None, by_id=1, now=NOON)
    reached = [one for one in queries.milestones_of([task.id])[task.id] if one.reached_at]

    assert [(one.code, one.reached_at) for one in reached] == [("first_word", NOON)]
    assert [line.event for line, _ in story(task, Audience.VENDOR)] == ["milestone_reached"]
    with pytest.raises(Missing):
        service.reach_milestone(task, "nothing", by_id=1, now=NOON)


def test_a_milestone_that_nothing_explains_any_more_is_told_by_its_code(writing):
    task = partners.task()
    db.session.add(Milestone(task_id=task.id, code="old"))
    service.reach_milestone(task, "old", by_id=1, now=NOON)

    assert story(task, Audience.VENDOR)[0][0].facts["milestone"] == {"ja": "old", "en": "old"}


def test_a_task_that_is_not_there_is_missing(writing):
    with pytest.raises(Missing):
        service.hold_task(9999)


def add(ticket, function="forensics", *, because=(), **given):
    return service.add_task(
        ticket, function, given=TaskGiven(**given), because=because, by_id=1, now=NOON
    )


def hand_in(task, kind):
    return service.hand_in(task, kind, note="結果", by_id=1, now=NOON)


def move(task, status, *, actor=Actor.DESK, reason=""):
    service.move_task(task, status, actor=actor, reason=reason, by_id=1, now=NOON)


def is_refused(task, status) -> bool:
    try:
        move(task, status)
    except Refused:
        return True
    return False


def story(task, viewer):
    return timeline.about(f"task:{task.id}", viewer)
