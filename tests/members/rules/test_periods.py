"""16:00 in Japan ends the old year and begins the new one."""

from datetime import date, datetime

import pytest

from hotline.errors import Problem
from hotline.members.rules import covers, day_of, period
from tests.builders import NOON


class Policy:
    """A policy of the year 2026."""

    period_from, period_to = period(date(2026, 4, 1), date(2027, 4, 1))


@pytest.mark.parametrize(
    ("moment", "covered"),
    [
        ("2026-04-01T15:59:59+09:00", False),
        ("2026-04-01T16:00:00+09:00", True),
        ("2026-04-01T07:00:00+00:00", True),
        ("2027-04-01T15:59:59.999999+09:00", True),
        ("2027-04-01T16:00:00+09:00", False),
    ],
)
def test_a_policy_covers_from_four_o_clock_until_four_o_clock(moment, covered):
    assert covers(Policy(), datetime.fromisoformat(moment)) is covered


def test_one_year_ends_where_the_next_one_begins():
    following, _ = period(date(2027, 4, 1), date(2028, 4, 1))

    assert following == Policy.period_to


@pytest.mark.parametrize("last", [date(2026, 4, 1), date(2026, 3, 31)])
def test_a_period_ends_after_it_begins(last):
    with pytest.raises(Problem):
        period(date(2026, 4, 1), last)


def test_the_day_of_a_change_is_the_day_in_japan():
    assert day_of(Policy.period_from) == date(2026, 4, 1)
    assert day_of(NOON.replace(hour=16)).day == NOON.day + 1
