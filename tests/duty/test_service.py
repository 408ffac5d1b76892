"""Who is put on duty, taken off, and rung."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.duty import queries, service
from hotline.errors import Invalid, Missing, Refused
from hotline.notices.models import Notice
from tests import builders
from tests.builders import NOON

HOUR = timedelta(hours=1)
TIMES = {"starts_at": NOON, "ends_at": NOON + 8 * HOUR}


def test_somebody_with_the_role_is_put_on_duty(writing):
    someone = builders.person("operator")
    service.add(someone.id, "jnx", "operator", **TIMES, by_id=someone.id, now=NOON)

    assert queries.on_duty("jnx", "operator", NOON) == [someone]
    assert audited() == ["duty.added"]


def test_a_shift_begins_with_its_first_moment_and_ends_before_its_last(writing):
    someone = builders.person("operator")
    builders.shift(someone, **TIMES)

    assert queries.on_duty("jnx", "operator", NOON) == [someone]
    assert queries.on_duty("jnx", "operator", NOON + 8 * HOUR) == []


@pytest.mark.parametrize(
    ("line", "role", "field"),
    [("nowhere", "operator", "line"), ("jnx", "supervisor", "person"), ("jnx", "cook", "role")],
)
def test_a_wrong_shift_is_refused(writing, line, role, field):
    someone = builders.person("operator")
    with pytest.raises(Invalid) as refusal:
        service.add(someone.id, line, role, **TIMES, by_id=None, now=NOON)

    assert list(refusal.value.fields) == [field]


def test_somebody_without_an_account_cannot_be_on_duty(writing):
    with pytest.raises(Invalid) as refusal:
        service.add(4711, "jnx", "operator", **TIMES, by_id=None, now=NOON)

    assert list(refusal.value.fields) == ["person"]


def test_nobody_has_the_same_duty_twice_at_a_time(writing):
    someone = builders.person("operator")
    builders.shift(someone, starts_at=NOON + 7 * HOUR, ends_at=NOON + 9 * HOUR)
    with pytest.raises(Invalid, match="that duty at this time already"):
        service.add(someone.id, "jnx", "operator", **TIMES, by_id=None, now=NOON)


def test_shifts_may_touch_and_one_person_may_serve_both_lines(writing):
    someone = builders.person("operator")
    builders.shift(someone, starts_at=NOON - HOUR, ends_at=NOON)
    builders.shift(someone, line="sompo_desk", **TIMES)
    service.add(someone.id, "jnx", "operator", **TIMES, by_id=None, now=NOON)

    assert queries.on_duty("jnx", "operator", NOON) == [someone]


def test_a_running_shift_is_ended_now(writing):
    shift = builders.shift(builders.person("operator"))
    service.end(shift.id, by_id=None, now=NOON)

    assert shift.ends_at == NOON
    assert audited() == ["duty.ended"]


def test_a_coming_shift_is_removed(writing):
    shift = builders.shift(builders.person("operator"), starts_at=NOON + HOUR)
    service.remove(shift.id, by_id=None, now=NOON)
    db.session.flush()

    assert queries.by_id(shift.id) is None
    assert audited() == ["duty.removed"]


def test_a_shift_that_runs_is_not_removed(writing):
    shift = builders.shift(builders.person("operator"))
    with pytest.raises(Refused):
        service.remove(shift.id, by_id=None, now=NOON)


def test_a_shift_that_is_not_there_is_missing(writing):
    with pytest.raises(Missing):
        service.end(4711, by_id=None, now=NOON)


def test_the_disabled_and_those_who_lost_the_role_are_not_on_duty(writing):
    gone = builders.person("operator")
    builders.shift(gone)
    gone.disabled_at = NOON
    builders.shift(builders.person("coordinator"))
    db.session.flush()

    assert queries.on_duty("jnx", "operator", NOON) == []


def test_those_on_duty_longest_are_rung_first(writing):
    late, early = (builders.person("operator", phone=f"+81312345{n}") for n in (100, 200))
    builders.shift(late, starts_at=NOON - HOUR)
    builders.shift(early, starts_at=NOON - 2 * HOUR)

    assert rung() == [early, late]
    assert alarms() == 0


def test_with_nobody_on_duty_all_supervisors_are_rung_and_alarmed_once(writing):
    supervisors = [builders.person("supervisor", phone=f"+81312345{n}") for n in (100, 200)]
    builders.person("supervisor", phone=None)

    assert rung() == supervisors
    assert rung() == supervisors
    assert alarms() == 1


def test_somebody_on_duty_without_a_phone_counts_as_nobody(writing):
    builders.shift(builders.person("operator"))

    assert rung() == []
    assert alarms() == 1


def test_the_roster_shows_who_is_on_duty_and_who_is_next(writing):
    now_on, then = builders.person("operator"), builders.person("supervisor", "operator")
    builders.shift(then, "supervisor")
    builders.shift(now_on)
    builders.shift(then, starts_at=NOON + HOUR)

    assert [duty.person for duty in queries.current(NOON)] == [now_on, then]
    assert [duty.person for duty in queries.coming(NOON)] == [then]


def rung():
    return service.whom_to_ring("jnx", "operator", subject="call:1", since=NOON, now=NOON + HOUR)


def alarms() -> int:
    return len(list(db.session.scalars(select(Notice).where(Notice.kind == "nobody_on_duty"))))


def audited() -> list[str]:
    db.session.flush()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
