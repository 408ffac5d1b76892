"""Minutes are counted in the partner's own hours, through holidays and changes of clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.calendars.rules import Label, NeverOpens, OfficialDays, OwnHours, Span, parse_spans
from hotline.vendors.rules import Holidays, Hours, calendar_of, next_opening, read_weekly, reply_by

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = (parse_spans(["09:00-12:00", "13:00-18:00"]),) * 5 + ((), ())
ALL_WEEK = (parse_spans(["00:00-24:00"]),) * 7
OFFICIAL = OfficialDays({date(2026, 9, 21): "敬老の日", date(2026, 9, 22): "休日"})


def of(zone="Asia/Tokyo", weekly=OFFICE, holidays=Holidays.JAPAN, own=None, always=False):
    hours = Hours(always, zone, weekly, holidays)
    return calendar_of("V-1", hours, official=OFFICIAL, own_hours=own)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("offered", "minutes", "answer"),
    [
        ("2026-09-17 10:00", 60, "2026-09-17 11:00"),
        ("2026-09-17 17:00", 60, "2026-09-17 18:00"),  # To the very end of the day.
        ("2026-09-17 17:00", 61, "2026-09-18 09:01"),
        ("2026-09-17 11:30", 60, "2026-09-17 13:30"),  # Lunch does not count.
        ("2026-09-17 18:00", 30, "2026-09-18 09:30"),
        ("2026-09-18 17:30", 60, "2026-09-23 09:30"),  # A weekend and two holidays.
        ("2026-09-17 17:59:30", 1, "2026-09-18 09:01"),  # A whole minute.
    ],
)
def test_only_open_minutes_count(offered, minutes, answer):
    assert reply_by(of(), tokyo(offered), minutes) == tokyo(answer)


def test_at_any_hour_it_is_plain_addition_through_holidays():
    offered = tokyo("2026-09-20 23:40")

    assert reply_by(of(always=True), offered, 3000) == offered + timedelta(minutes=3000)


def test_a_single_day_counts_for_everybody():
    own = {date(2026, 9, 17): OwnHours((), Label(ja="社内研修", en="社内研修"))}
    closed = of(always=True, own=own)

    assert reply_by(closed, tokyo("2026-09-16 23:30"), 60) == tokyo("2026-09-18 00:30")


@pytest.mark.parametrize(
    ("offered", "answer"),
    [
        # 02:00 becomes 03:00 and 03:00 becomes 02:00 again: 120 minutes are 120 minutes.
        ("2026-03-29 00:30+01:00", "2026-03-29 03:30+02:00"),
        ("2026-10-25 01:30+02:00", "2026-10-25 02:30+01:00"),
    ],
)
def test_a_night_on_which_clocks_are_changed_has_the_minutes_it_has(offered, answer):
    calendar = of("Europe/Berlin", ALL_WEEK, Holidays.NONE)
    found = reply_by(calendar, datetime.fromisoformat(offered), 120)

    assert found == datetime.fromisoformat(answer)


def test_an_office_in_berlin_opens_at_its_own_nine_after_the_change():
    calendar = of("Europe/Berlin", OFFICE, Holidays.NONE)
    found = reply_by(calendar, datetime(2026, 3, 27, 16, 30, tzinfo=UTC), 60)  # 17:30 on a Friday.

    assert found == datetime(2026, 3, 30, 9, 30, tzinfo=BERLIN)
    assert found == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)


def test_who_never_opens_is_refused():
    with pytest.raises(NeverOpens):
        reply_by(of(weekly=((),) * 7), tokyo("2026-09-17 10:00"), 1)


def test_the_next_opening_is_now_while_it_is_open():
    now = tokyo("2026-09-17 10:00")

    assert next_opening(of(), now) == now
    assert next_opening(of(), tokyo("2026-09-18 18:00")) == tokyo("2026-09-23 09:00")
    assert next_opening(of(weekly=((),) * 7), now) is None


def test_days_that_are_not_on_record_are_closed():
    assert read_weekly([[["09:00", "12:00"]]]) == (parse_spans(["09:00-12:00"]), *((),) * 6)


def walked(calendar, offered_at, minutes):
    """Minute by minute: as long as it takes, and surely right."""
    at = offered_at
    while minutes:
        minutes -= calendar.is_open(at)
        at += timedelta(minutes=1)
    return at


@st.composite
def days(draw):
    marks = draw(st.lists(st.integers(0, 96), max_size=4, unique=True).map(sorted))
    return tuple(
        Span(a * 15, b * 15) for a, b in zip(marks[::2], marks[1::2], strict=False) if a < b
    )


WEEKS = st.lists(days(), min_size=7, max_size=7).filter(any).map(tuple)
ZONES = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo"])
AUTUMN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
MOMENTS = st.sampled_from(
    [
        datetime(2026, 9, 18, 3, 0, tzinfo=UTC),
        datetime(2026, 3, 28, 20, 0, tzinfo=UTC),  # Before clocks change in Berlin,
        AUTUMN,
        datetime(2026, 4, 4, 10, 0, tzinfo=UTC),  # by half an hour on Lord Howe Island,
        datetime(2026, 10, 3, 10, 0, tzinfo=UTC),
        datetime(2026, 4, 23, 18, 0, tzinfo=UTC),  # and at midnight in Cairo.
        datetime(2026, 10, 29, 18, 0, tzinfo=UTC),
    ]
)


@given(WEEKS, ZONES, MOMENTS, st.integers(0, 600), st.integers(1, 900))
@example((parse_spans(["02:00-03:00"]),) * 7, "Europe/Berlin", AUTUMN, 0, 120)
def test_it_answers_what_a_walk_minute_by_minute_answers(weekly, zone, moment, later, minutes):
    calendar = of(zone, weekly, Holidays.JAPAN)
    offered = moment + timedelta(minutes=later)
    last = reply_by(calendar, offered, minutes) - timedelta(minutes=1)

    assert last + timedelta(minutes=1) == walked(calendar, offered, minutes)
    assert calendar.is_open(last)
