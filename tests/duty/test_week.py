"""Where the roster leaves nobody on duty, and a week that is planned like the one before."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.duty import queries, service
from hotline.duty.rules import Stretch, end_of_next_shift, gaps
from hotline.errors import Refused
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
HOURS = st.tuples(st.integers(-30, 200), st.integers(1, 60))


def stretch(begin: int, length: int) -> Stretch:
    return Stretch(NOON + begin * HOUR, NOON + (begin + length) * HOUR)


@given(st.lists(HOURS, max_size=12))
def test_every_hour_is_covered_by_a_shift_or_by_a_gap_and_never_by_both(given_hours):
    shifts = [stretch(*one) for one in given_hours]
    found = gaps(shifts, first=NOON, last=NOON + WEEK)

    for hour in range(168):
        at = NOON + hour * HOUR
        covered = any(one.starts_at <= at < one.ends_at for one in shifts)
        assert covered is not any(one.starts_at <= at < one.ends_at for one in found)


def test_without_a_shift_all_is_one_gap():
    assert gaps([], first=NOON, last=NOON + WEEK) == [Stretch(NOON, NOON + WEEK)]


def test_shifts_that_meet_leave_no_gap():
    assert gaps([stretch(8, 160), stretch(-4, 12)], first=NOON, last=NOON + WEEK) == []


def test_a_gap_knows_its_length():
    assert stretch(0, 3).length == 3 * HOUR


def test_a_week_is_copied_and_what_stands_there_is_left_as_it_is(app):
    with transaction():
        someone = builders.person("operator", "coordinator")
        builders.shift(someone)
        builders.shift(someone, "coordinator")
        builders.shift(someone, starts_at=NOON + WEEK, ends_at=NOON + WEEK + HOUR)
        copied = service.copy_week(NOON - 5 * HOUR, by_id=None, now=NOON)

    assert (copied.added, copied.left_out) == (1, 1)
    assert [one.shift.role for one in queries.between(NOON + WEEK, NOON + 2 * WEEK)] == [
        "coordinator",
        "operator",
    ]


def test_whoever_lost_the_role_is_not_copied(app):
    with transaction():
        builders.shift(builders.person("auditor"))
        copied = service.copy_week(NOON - 5 * HOUR, by_id=None, now=NOON)

    assert (copied.added, copied.left_out) == (0, 1)


def test_a_week_that_is_over_by_then_is_not_copied(app):
    with transaction():
        builders.shift(builders.person("operator"))
        copied = service.copy_week(NOON - 5 * HOUR, by_id=None, now=NOON + 2 * WEEK)

    assert copied.added == 0


def test_an_empty_week_is_refused(app):
    with pytest.raises(Refused, match="no shift in this week"):
        service.copy_week(NOON, by_id=None, now=NOON)


@pytest.mark.parametrize(
    ("shifts", "until"),
    [
        ([(-4, 4), (4, 12), (12, 20)], 12),  # Whoever comes next, not the one after.
        ([(-4, 14), (4, 12)], 14),  # Who is there stays longer.
        ([(-9000, 9000), (4, 12)], 12),  # Standing duty is no shift.
        ([(-4, 4)], None),
        ([], None),
    ],
)
def test_the_next_shift_ends_when_whoever_comes_next_goes(shifts, until):
    known = [Stretch(NOON + first * HOUR, NOON + last * HOUR) for first, last in shifts]
    expected = None if until is None else NOON + until * HOUR

    assert end_of_next_shift(known, now=NOON) == expected
