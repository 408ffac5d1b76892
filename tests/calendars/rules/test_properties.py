"""What holds for every instant, against a calendar written out anew."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from hypothesis import given
from hypothesis import strategies as st

from hotline.calendars import rules
from hotline.calendars.rules import Calendar, Span
from tests.calendars.desk import GOVERNMENT, HOTLINE, REASON, TOKYO

INSTANTS = st.datetimes(
    min_value=datetime(2001, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, TOKYO, ZoneInfo("America/New_York")]),
)
CALENDARS = st.sampled_from([HOTLINE, GOVERNMENT])


@given(CALENDARS, INSTANTS)
def test_service_never_starts_before_the_call(calendar, received):
    start = calendar.service_start(received)

    assert start.at >= received
    assert start.in_hours is calendar.is_open(received) is (start.at == received)


@given(CALENDARS, INSTANTS)
def test_service_starts_when_the_calendar_is_open_and_starting_again_changes_nothing(
    calendar, received
):
    start = calendar.service_start(received)

    assert calendar.is_open(start.at)
    assert calendar.service_start(start.at).at == start.at


@given(CALENDARS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_who_calls_later_is_not_served_earlier(calendar, received, later):
    first = calendar.service_start(received)

    assert first.at <= calendar.service_start(received + later).at


@given(CALENDARS, INSTANTS, st.floats(0, 1, exclude_max=True))
def test_no_open_moment_lies_between_the_call_and_the_start(calendar, received, part):
    start = calendar.service_start(received)
    between = received + (start.at - received) * part

    assert start.in_hours or between >= start.at or not calendar.is_open(between)


@given(INSTANTS)
def test_exactly_one_of_the_desk_and_its_night_line_is_open(at):
    assert HOTLINE.is_open(at) is not NIGHT.is_open(at)


@given(INSTANTS)
def test_every_reason_has_the_same_steps_in_both_languages(received):
    start = HOTLINE.service_start(received)
    told, sentence = rules.explain(start), rules.reason(start)

    assert len(told["ja"]) == len(told["en"]) == len(start.steps)
    assert all(0 < len(text) <= 2000 for text in sentence.values())


def test_ten_years_are_right_at_every_edge_of_every_day():
    first = date(2024, 1, 1)
    days = [first + timedelta(days=number) for number in range(3653 + 60)]
    closed = {d for d in days if d.weekday() > 4 or d in BY_THE_ACT or d in year_end(d.year)}
    for day in days[:3653]:
        check_edges(day, next(d for d in following(day) if d not in closed), day not in closed)


NIGHT_EVERY_DAY = (Span(0, 540), Span(1020, 1440))
ALL_DAY = (Span(0, 1440),)


class Night(Calendar):
    """The night line's window: written out anew, not as the desk's hours turned round."""

    def hours_on(self, day: date) -> rules.Spans:
        desk_closed = day.weekday() > 4 or HOTLINE.official.name(day) or day in year_end(day.year)
        return ALL_DAY if desk_closed else NIGHT_EVERY_DAY


def year_end(year: int) -> set[date]:
    return {date(year, 12, 31), *(date(year, 1, day) for day in (1, 2, 3))}


NIGHT = Night("night", REASON, TOKYO, ())


BY_THE_ACT = holidays.country_holidays("JP", years=range(2024, 2036))
"""The library computes the holidays from the Act; the official list is only checked against it."""


def following(day: date):
    return (day + timedelta(days=number) for number in range(1, 60))


def check_edges(day: date, next_open: date, is_open: bool) -> None:
    nine, five = (datetime.combine(day, time(hour), TOKYO) for hour in (9, 17))
    second = timedelta(seconds=1)
    opening = datetime.combine(next_open, time(9), TOKYO)
    midnight = datetime.combine(day, time(0), TOKYO)
    expected = [
        (midnight, nine if is_open else opening),
        (nine - second, nine if is_open else opening),
        (nine, nine if is_open else opening),
        (five - second, five - second if is_open else opening),
        (five, opening),
        (midnight + timedelta(days=1) - second, opening),
    ]
    for received, start in expected:
        assert HOTLINE.service_start(received).at == start, received
