"""When service starts, on days of every kind."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from hotline import policy
from hotline.calendars import rules
from hotline.calendars.rules import CalendarPolicy, Cause, OwnHours, Span
from tests.calendars.desk import CONFIG, GOVERNMENT, HOTLINE, NAMES, REASON, TOKYO, calendar, tokyo

SAME = "the same instant"

EDGES = [
    ("2025-06-02T16:59:59", SAME),
    ("2025-06-02T16:59:59.999", SAME),
    ("2025-06-02T17:00:00", "2025-06-03T09:00"),
    ("2025-06-03T02:00:00", "2025-06-03T09:00"),
    ("2025-06-03T08:59:59", "2025-06-03T09:00"),
    ("2025-06-03T08:59:59.999999", "2025-06-03T09:00"),
    ("2025-06-03T09:00:00", SAME),
    ("2025-06-06T17:00:00", "2025-06-09T09:00"),
    ("2025-05-02T17:00:00", "2025-05-07T09:00"),
    ("2026-05-01T17:00:00", "2026-05-07T09:00"),
    ("2027-04-30T17:00:00", "2027-05-06T09:00"),
    ("2025-04-28T17:00:00", "2025-04-30T09:00"),
    ("2026-04-28T17:00:00", "2026-04-30T09:00"),
    ("2027-04-28T17:00:00", "2027-04-30T09:00"),
    ("2026-09-18T17:00:00", "2026-09-24T09:00"),
    ("2026-09-22T10:00:00", "2026-09-24T09:00"),
    ("2025-09-12T17:00:00", "2025-09-16T09:00"),
    ("2025-09-22T17:00:00", "2025-09-24T09:00"),
    ("2027-09-17T17:00:00", "2027-09-21T09:00"),
    ("2027-09-22T17:00:00", "2027-09-24T09:00"),
    ("2025-12-30T16:59:59", SAME),
    ("2025-12-30T17:00:00", "2026-01-05T09:00"),
    ("2026-12-30T17:00:00", "2027-01-04T09:00"),
    ("2026-12-30T22:15:00", "2027-01-04T09:00"),
    ("2027-12-30T17:00:00", "2028-01-04T09:00"),
    ("2025-02-24T10:00:00", "2025-02-25T09:00"),
    ("2025-05-06T10:00:00", "2025-05-07T09:00"),
    ("2025-11-24T10:00:00", "2025-11-25T09:00"),
    ("2026-05-06T10:00:00", "2026-05-07T09:00"),
    ("2027-03-22T10:00:00", "2027-03-23T09:00"),
]


@pytest.mark.parametrize(("received", "start"), EDGES)
def test_service_starts_at_once_in_hours_and_otherwise_at_the_next_opening(received, start):
    found = HOTLINE.service_start(tokyo(received))

    assert found.in_hours is (start == SAME)
    assert found.at == tokyo(received if start == SAME else start)


def test_a_time_in_another_zone_is_the_same_instant():
    before_nine = datetime(2025, 6, 2, 23, 59, 59, tzinfo=UTC)

    assert HOTLINE.service_start(before_nine).at == tokyo("2025-06-03T09:00")
    assert HOTLINE.service_start(before_nine + timedelta(seconds=1)).in_hours


@pytest.mark.parametrize(("year", "number"), [(2025, 243), (2026, 242), (2027, 244)])
def test_a_year_has_the_business_days_it_has(year, number):
    days = (date(year, 1, 1) + timedelta(days=one) for one in range(365))

    assert sum(HOTLINE.is_business_day(day) for day in days) == number


@pytest.mark.parametrize(
    ("knew", "days", "due"),
    [
        ("2025-04-01", 30, "2025-04-30"),
        ("2026-04-06", 30, "2026-05-07"),
        ("2026-08-24", 30, "2026-09-24"),
        ("2026-07-24", 60, "2026-09-24"),
        ("2026-12-01", 30, "2027-01-04"),
        ("2025-12-05", 30, "2026-01-05"),
    ],
)
def test_a_statutory_deadline_rolls_to_the_next_open_government_day(knew, days, due):
    last = date.fromisoformat(knew) + timedelta(days=days - 1)

    assert GOVERNMENT.roll(last) == date.fromisoformat(due)


def test_the_hotline_works_on_the_30th_of_december_and_the_government_does_not():
    day = date(2026, 12, 30)

    assert HOTLINE.is_business_day(day)
    assert not GOVERNMENT.is_business_day(day)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2024-12-31", "2025-01-05"),
        ("2025-12-31", "2026-01-04"),
        ("2026-09-19", "2026-09-23"),
        ("2027-05-01", "2027-05-05"),
    ],
)
def test_the_longest_closures_are_known(first, last):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    around = (first - timedelta(days=1), last + timedelta(days=1))

    assert HOTLINE.longest_closure(*around) == (last - first).days + 1
    assert all(HOTLINE.is_business_day(day) for day in around)


def test_the_zone_of_the_process_has_no_effect(monkeypatch):
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        start = HOTLINE.service_start(tokyo("2025-06-02T17:00"))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert start.at == tokyo("2025-06-03T09:00")


@pytest.mark.parametrize(
    "at",
    [
        datetime(1, 1, 1, tzinfo=TOKYO),
        datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, tzinfo=TOKYO),
        datetime(2099, 12, 31, 15, 0, tzinfo=UTC),
        datetime(2099, 12, 31, 17, 0, tzinfo=TOKYO),
    ],
)
def test_a_time_outside_the_years_covered_is_refused(at):
    with pytest.raises(rules.Uncovered, match="2000 to 2099") as refused:
        HOTLINE.service_start(at)

    assert list(refused.value.fields) == ["received_at"]


def test_a_deadline_outside_the_years_covered_is_refused():
    with pytest.raises(rules.Uncovered, match="day"):
        GOVERNMENT.roll(date.max)


def test_a_time_without_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="without a zone"):
        HOTLINE.service_start(datetime(2025, 6, 2, 10))  # noqa: DTZ001 - the point of the test


def test_an_extra_closure_moves_the_start_and_says_why():
    closed = HOTLINE.with_own_hours({date(2026, 10, 9): OwnHours((), REASON)})
    start = closed.service_start(tokyo("2026-10-08T17:00"))

    assert start.at == tokyo("2026-10-13T09:00")
    assert "10月9日（金）社内研修" in rules.reason(start)["ja"]
    assert "Fri 9 Oct closed: extra closure: training" in rules.explain(start)["en"]


def test_an_extra_opening_beats_holiday_and_weekend():
    own = OwnHours((Span(600, 720), Span(780, 900)), REASON)
    opened = HOTLINE.with_own_hours({date(2026, 9, 22): own})
    start = opened.service_start(tokyo("2026-09-22T12:30"))

    assert opened.day(date(2026, 9, 22)).cause is Cause.OWN_HOURS
    assert start.at == tokyo("2026-09-22T13:00")
    assert "10:00–12:00、13:00–15:00" in rules.reason(start)["ja"]
    early = opened.service_start(tokyo("2026-09-22T08:00"))
    assert "この日だけの営業時間「社内研修」の始まり" in rules.explain(early)["ja"][-1]


def test_a_gap_between_two_spans_is_out_of_hours():
    lunch = calendar(weekly=((Span(540, 720), Span(780, 1020)),) * 7)

    assert lunch.is_open(tokyo("2026-10-09T11:59:59"))
    assert not lunch.is_open(tokyo("2026-10-09T12:00"))
    start = lunch.service_start(tokyo("2026-10-09T12:00"))
    assert start.at == tokyo("2026-10-09T13:00")
    assert rules.explain(start)["en"][-1].endswith("start of the next hours of this day")


def test_a_span_may_end_at_midnight():
    late = calendar(weekly=((Span.parse("22:00-24:00"),),) * 7)

    assert late.is_open(tokyo("2026-10-09T23:59:59"))
    assert not late.is_open(tokyo("2026-10-10T00:00"))


def test_a_calendar_that_never_opens_ends_the_search_with_a_sentence():
    never = calendar(weekly=((),) * 7)

    with pytest.raises(rules.NeverOpens, match="no opening within 60 days"):
        never.service_start(tokyo("2026-10-09T12:00"))
    with pytest.raises(rules.NeverOpens, match="no opening within 60 days"):
        never.roll(date(2026, 10, 9))


def test_promises_that_fall_on_a_day_closed_later_are_listed():
    closed = HOTLINE.with_own_hours({date(2026, 10, 9): OwnHours((), REASON)})
    kept, hit = tokyo("2026-10-08T09:00"), tokyo("2026-10-09T09:00")

    assert rules.on_closed_day([kept, hit], closed) == [hit]


def test_a_calendar_that_yearly_closures_keep_shut_is_refused_when_loaded(tmp_path):
    text = (CONFIG / "calendars.toml").read_text(encoding="utf-8")
    closed = text.replace('first = "12-31"', 'first = "05-01"').replace("01-03", "12-31", 1)
    (tmp_path / "calendars.toml").write_text(closed, encoding="utf-8")

    with pytest.raises(rules.NeverOpens, match="hotline"):
        rules.build(policy.read(tmp_path / "calendars.toml", CalendarPolicy), NAMES)
