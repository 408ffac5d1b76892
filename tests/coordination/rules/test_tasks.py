"""The table of steps, what may be delivered, and tasks that wait for each other."""

import pytest

from hotline.coordination.rules import (
    ENDED,
    ENGAGED,
    OPEN_TO_OFFERS,
    Actor,
    Needed,
    TaskStatus,
    steps_by_hand,
    still_waits,
)
from hotline.coordination.rules.tasks import (
    STEPS,
    check_by_hand,
    check_deliverable,
    check_goes_on,
    check_open_to_offers,
    closes_a_ring,
    find_step,
)
from hotline.errors import Forbidden, Refused


def test_every_status_stands_in_the_table_and_can_be_reached():
    reached = {step.to for steps in STEPS.values() for step in steps}

    assert set(STEPS) == set(TaskStatus)
    assert reached == set(TaskStatus)
    assert set(TaskStatus) == ENDED | OPEN_TO_OFFERS | ENGAGED


def test_every_task_that_goes_on_can_end():
    ending, found = set(ENDED), 0
    while found != len(ending):
        found = len(ending)
        ending |= {was for was, steps in STEPS.items() if {step.to for step in steps} & ending}

    assert ending == set(TaskStatus)


@pytest.mark.parametrize("status", sorted({"withdrawn", "cancelled", "returned"}))
def test_what_undoes_work_must_be_explained(status):
    steps = [step for row in STEPS.values() for step in row if step.to == status]

    assert all(step.needs_reason for step in steps)


@pytest.mark.parametrize(
    ("current", "wanted", "actor", "error"),
    [
        ("drafted", "drafted", "desk", Refused),
        ("drafted", "closed", "desk", Refused),
        ("closed", "checked", "desk", Refused),
        ("delivered", "checked", "vendor", Forbidden),
        ("waiting_approval", "approved", "vendor", Forbidden),
    ],
)
def test_a_step_there_is_none_of_is_refused(current, wanted, actor, error):
    with pytest.raises(error):
        find_step(current, TaskStatus(wanted), actor=Actor(actor))


def test_what_comes_with_something_else_is_not_chosen():
    step = find_step("offered", TaskStatus.ACCEPTED, actor=Actor.DESK)

    with pytest.raises(Refused):
        check_by_hand(step)


@pytest.mark.parametrize(
    ("status", "actor", "steps"),
    [
        ("accepted", "vendor", ["estimating", "in_progress"]),
        ("delivered", "desk", ["checked", "returned"]),
        ("waiting_approval", "desk", ["cancelled"]),
        ("closed", "desk", []),
    ],
)
def test_each_side_is_shown_its_own_steps(status, actor, steps):
    assert [step.to for step in steps_by_hand(status, Actor(actor))] == steps


def test_partners_are_asked_only_while_nobody_does_it():
    for status in OPEN_TO_OFFERS:
        check_open_to_offers(status)

    for status in ENGAGED | ENDED:
        with pytest.raises(Refused):
            check_open_to_offers(status)
    with pytest.raises(Refused):
        check_goes_on("cancelled")


@pytest.mark.parametrize(
    ("status", "output", "brought", "waits"),
    [
        ("in_progress", "scope", (), True),
        ("in_progress", "scope", ("scope",), False),
        ("in_progress", "", ("scope",), True),
        ("checked", "", (), False),
        ("closed", "scope", (), False),
        ("cancelled", "scope", (), False),
    ],
)
def test_a_task_waits_until_the_other_brought_it_or_ended(status, output, brought, waits):
    assert still_waits(Needed(status, output, brought)) is waits


def test_nothing_is_delivered_empty_or_too_early():
    check_deliverable(1, waits=False)

    for deliverables, waits in ((0, False), (1, True)):
        with pytest.raises(Refused):
            check_deliverable(deliverables, waits=waits)


@pytest.mark.parametrize(
    ("waits", "ring"),
    [({}, False), ({2: [1]}, True), ({2: [3], 3: [1]}, True), ({2: [3], 3: [2, 4]}, False)],
)
def test_tasks_cannot_wait_for_each_other(waits, ring):
    assert closes_a_ring(1, 2, waits) is ring
