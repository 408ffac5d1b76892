"""Who hears how a task goes on, and who hears when it does not."""

from datetime import timedelta

from sqlalchemy import select

from hotline.coordination import service as coordination
from hotline.coordination.rules import Actor, TaskGiven, TaskStatus
from hotline.coordination.service import telling
from hotline.db import db
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_a_task_that_is_not_handed_in_is_told_at_its_time(app):
    task = due_in(HOUR)

    assert told(task) == [(Kind.TASK_LATE, "responsible", NOON + HOUR, "waiting")]


def test_another_time_takes_the_place_of_the_first(app):
    task = due_in(HOUR)
    task.due_at = NOON + 2 * HOUR
    telling.plan_late(task, now=NOON)
    times = [(at, status) for _, _, at, status in told(task)]

    assert times == [(NOON + HOUR, "withdrawn"), (NOON + 2 * HOUR, "waiting")]


def test_what_was_handed_in_is_late_no_more_until_it_comes_back(app):
    task = due_in(HOUR)
    coordination.hand_in(task, "final_report", note="本文", by_id=1, now=NOON)
    move(task, TaskStatus.DELIVERED)
    handed_in = late(task)
    move(task, TaskStatus.RETURNED, "頁が足りない")

    assert (handed_in, late(task)) == ("withdrawn", "waiting")


def test_a_step_that_was_none_is_told_to_nobody(app):
    task = due_in(None)
    telling.after_step(task, task.status, now=NOON)

    assert told(task) == []


def test_nobody_is_late_in_a_drill_nor_before_now(app):
    drill = due_in(HOUR, drill=True)
    past = due_in(-HOUR)

    assert (told(drill), told(past)) == ([], [])


def test_the_desk_hears_of_a_delivery_and_the_accounts_of_the_partner_of_the_check(app):
    task = due_in(None)
    [person, _] = [partners.somebody_of(vendor_of(task)) for _ in range(2)]
    coordination.hand_in(task, "final_report", note="本文", by_id=1, now=NOON)
    for status in (TaskStatus.DELIVERED, TaskStatus.CHECKED):
        move(task, status)
    found = told(task)

    assert [kind for kind, *_ in found] == [Kind.TASK_DELIVERED, *[Kind.TASK_CHECKED] * 2]
    assert found[0][1] == "responsible"
    assert found[1][1] == person.id


def test_a_partner_without_accounts_is_told_at_its_contacts_by_mail(app):
    task = due_in(None)
    contact = partners.contact(vendor_of(task))
    partners.contact(vendor_of(task), email="", channels=["voice"])
    telling.tell_partner(task, task.vendor_id, Kind.TASK_RETURNED, now=NOON)

    assert told(task) == [(Kind.TASK_RETURNED, f"contact:{contact.id}", NOON, "waiting")]


def due_in(length, **facts):
    """A task that a partner is at work on, due so long after noon."""
    on = builders.ticket(**facts)
    given = TaskGiven(due_at=NOON + length if length else None)
    made = coordination.add_task(on, "forensics", given=given, by_id=None, now=NOON)
    vendor = partners.vendor()
    made.status, made.vendor_id = TaskStatus.IN_PROGRESS, vendor.id
    db.session.flush()
    return made


def move(task, status, reason=""):
    builders.person(Role.COORDINATOR)
    coordination.move_task(task, status, actor=Actor.DESK, reason=reason, by_id=1, now=NOON)


def vendor_of(task):
    return db.session.get_one(Vendor, task.vendor_id)


def told(task):
    query = select(Notice).where(Notice.subject == f"task:{task.id}").order_by(Notice.id)
    number = db.session.get_one(Ticket, task.ticket_id).number
    found = list(db.session.scalars(query))
    for one in found:
        assert (one.facts["number"], one.facts["task"]) == (number, task.id)
    return [(one.kind, one.audience or one.person_id, one.due_at, one.status) for one in found]


def late(task):
    return next(status for kind, _, _, status in told(task) if kind == Kind.TASK_LATE)
