"""Business hours, holidays, the next opening and its reason, without a database."""

import time as _time
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import policy
from hotline.calendars import rules, service
from hotline.calendars.rules import Calendar, CalendarPolicy, Cause, Code, Label, OwnHours, Span
from hotline.errors import Invalid

CONFIG = Path(__file__).parents[2] / "config"
TOKYO = ZoneInfo("Asia/Tokyo")
NAMES = service.read_list((CONFIG / "holidays.csv").read_bytes())
BUILT = rules.build(policy.read(CONFIG / "calendars.toml", CalendarPolicy), NAMES)
HOTLINE, GOVERNMENT = BUILT["hotline"], BUILT["government"]

NINE_TO_FIVE = (Span(540, 1020),)
REASON = Label(ja="社内研修", en="training")


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


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
    assert HOTLINE.business_days(date(year, 1, 1), date(year, 12, 31)) == number


@pytest.mark.parametrize("year", sorted({day.year for day in NAMES}))
def test_the_library_that_stands_in_agrees_on_every_official_year(year):
    official = {day for day in NAMES if day.year == year}

    assert set(holidays.country_holidays("JP", years=year)) == official


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


# --- Properties that hold for every instant ---

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


def test_the_zone_of_the_process_has_no_effect(monkeypatch):
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    _time.tzset()
    try:
        start = HOTLINE.service_start(tokyo("2025-06-02T17:00"))
    finally:
        monkeypatch.undo()
        _time.tzset()

    assert start.at == tokyo("2025-06-03T09:00")


# --- Beyond the official list ---


def test_beyond_the_official_list_the_answer_is_provisional():
    start = HOTLINE.service_start(tokyo("2027-12-30T17:00"))

    assert start.provisional
    assert "暫定：2028年" in rules.reason(start)["ja"]
    assert "provisional" in rules.reason(start)["en"]


def test_within_the_official_list_the_answer_is_final():
    start = HOTLINE.service_start(tokyo("2026-12-30T17:00"))

    assert not start.provisional
    assert "暫定" not in rules.reason(start)["ja"]


def test_a_call_in_hours_beyond_the_list_is_provisional_too():
    start = HOTLINE.service_start(tokyo("2030-05-07T10:00"))

    assert start.in_hours
    assert start.provisional


def test_the_library_names_substitute_holidays_as_we_do():
    assert HOTLINE.day(date(2030, 5, 6)).name.ja == "休日（振替休日）"


@pytest.mark.parametrize(
    ("today", "warned"), [("2027-10-01", False), ("2027-10-02", True), ("2028-02-01", True)]
)
def test_a_warning_comes_90_days_before_the_list_ends(today, warned):
    assert bool(HOTLINE.warning(date.fromisoformat(today))) is warned


def test_a_calendar_without_holidays_neither_guesses_nor_warns():
    plain = calendar()

    assert plain.warning(date(2050, 1, 1)) is None
    assert not plain.service_start(tokyo("2050-01-01T12:00")).provisional


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


# --- Single dates and several spans ---


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


def test_the_longest_reason_still_fits_its_column():
    days = [date(2026, 7, 1) + timedelta(days=number) for number in range(59)]
    long = {day: OwnHours((), Label(ja=f"{day}長" * 10, en=f"{day} " * 18)) for day in days}
    start = calendar(own_hours=long).service_start(tokyo("2026-07-01T12:00"))

    assert len(start.steps) == 60
    assert all("…" in text and len(text) <= 2000 for text in rules.reason(start).values())


def test_promises_that_fall_on_a_day_closed_later_are_listed():
    closed = HOTLINE.with_own_hours({date(2026, 10, 9): OwnHours((), REASON)})
    kept, hit = tokyo("2026-10-08T09:00"), tokyo("2026-10-09T09:00")

    assert rules.on_closed_day([kept, hit], closed) == [hit]


# --- Words ---


def test_the_reason_is_one_sentence_in_both_languages():
    start = HOTLINE.service_start(tokyo("2026-12-30T22:15"))

    assert rules.reason(start) == {
        "ja": "12月30日（水）22:15 は営業時間（9:00–17:00）外；12月31日（木）年末年始休業；"
        "1月1日（金）元日；1月2日（土）–1月3日（日）年末年始休業 → 2027年1月4日（月）9:00",
        "en": "Wed 30 Dec 22:15 is outside business hours (9:00–17:00); Thu 31 Dec year-end"
        " closure; Fri 1 Jan New Year's Day; Sat 2 Jan–Sun 3 Jan year-end closure"
        " → Mon 4 Jan 2027 9:00",
    }


def test_the_reason_is_told_step_by_step():
    start = HOTLINE.service_start(tokyo("2026-09-21T10:00"))

    assert [step.code for step in start.steps] == [
        Code.ON_CLOSED_DAY, Code.CLOSED, Code.CLOSED, Code.OPENS,
    ]  # fmt: skip
    assert rules.explain(start)["ja"] == [
        "9月21日（月）10:00 休み：国民の祝日「敬老の日」（内閣府の一覧）",
        "9月22日（火） 休み：休日（国民の休日）（内閣府の一覧）",
        "9月23日（水） 休み：国民の祝日「秋分の日」（内閣府の一覧）",
        "9月24日（木）9:00 お約束：最初の営業日の始まり",
    ]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 5, 6), "休日（振替休日）"),
        (date(2024, 2, 12), "休日（振替休日）"),
        (date(2026, 9, 22), "休日（国民の休日）"),
        (date(2026, 9, 21), "敬老の日"),
    ],
)
def test_what_the_official_list_calls_a_rest_day_is_named_by_its_kind(day, name):
    assert HOTLINE.day(day).name.ja == name


def test_a_rest_day_of_neither_kind_keeps_its_official_name():
    special = rules.OfficialDays({date(2026, 6, 10): "休日"})

    assert special.name(date(2026, 6, 10)) == "休日"


def test_an_unknown_holiday_is_named_in_japanese_in_english_too():
    special = rules.OfficialDays({date(2026, 6, 10): "即位の日"})

    assert special.label(date(2026, 6, 10)) == Label(ja="即位の日", en="即位の日")


def test_a_call_in_hours_is_answered_at_once():
    start = HOTLINE.service_start(tokyo("2025-06-02T16:59:59"))

    assert rules.reason(start)["ja"] == (
        "6月2日（月）16:59:59 は営業時間（9:00–17:00）内 → そのまま対応"
    )
    assert rules.spoken(start)["ja"] == "ただいまから担当者が対応いたします。"


@pytest.mark.parametrize(
    ("span", "ja", "en"),
    [
        ("09:00-17:00", "午前9時まで", "by 9 a.m. on"),
        ("00:30-17:00", "午前0時30分まで", "by 12:30 a.m. on"),
        ("12:00-17:00", "午後0時まで", "by 12 p.m. on"),
        ("13:15-17:00", "午後1時15分まで", "by 1:15 p.m. on"),
    ],
)
def test_the_promise_is_said_as_people_say_times(span, ja, en):
    start = calendar(weekly=((Span.parse(span),),) * 7).service_start(tokyo("2026-10-12T18:10"))

    assert f"10月13日、火曜日の{ja}に" in rules.spoken(start)["ja"]
    assert en in rules.spoken(start)["en"]


# --- The file ---


@pytest.mark.parametrize(
    "text", ["9-17", "17:00-09:00", "09:00-09:00", "09:00-24:01", "09:60-17:00"]
)
def test_a_span_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=text):
        Span.parse(text)


@pytest.mark.parametrize("texts", [["13:00-17:00", "09:00-12:00"], ["09:00-12:00", "11:59-17:00"]])
def test_spans_out_of_order_or_overlapping_are_refused(texts):
    with pytest.raises(ValueError, match="overlap or are out of order"):
        rules.parse_spans(texts)


@pytest.mark.parametrize("text", ["", "  ", "長" * 201, "a\0b", "two\nlines"])
def test_a_reason_that_cannot_be_kept_is_refused(text):
    with pytest.raises(Invalid) as refused:
        rules.given_reason(text, "training")

    assert list(refused.value.fields) == ["reason_ja"]


def test_a_reason_is_kept_without_the_spaces_around_it():
    assert rules.given_reason(" 社内研修 ", "training") == REASON


def test_spans_are_read_back_as_they_were_stored():
    spans = rules.parse_spans(["09:00-12:00", "12:00-24:00"])

    assert rules.write_spans(spans) == [["09:00", "12:00"], ["12:00", "24:00"]]
    assert rules.read_spans(rules.write_spans(spans)) == spans


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('monday = ["09:00-17:00"]', 'monday = ["17:00-09:00"]', "must end after it starts"),
        ('monday = ["09:00-17:00"]', 'monday = "09:00-17:00"', "must be a list of texts"),
        ('["09:00-17:00"]', "[]", "at least one weekday must have hours"),
        ('first = "12-31"', 'first = "12-32"', "12-32 is not a day of any year"),
        ('first = "12-31"', "first = 1231", "must be a month and a day"),
        ("[calendars.government", "[calendars.other", "exactly the calendars"),
        ('"Asia/Tokyo"', '"Asia/Seoul"', "Asia/Tokyo"),
        ("sunday = []", "sunday = []\nholiday = []", "Extra inputs"),
    ],
)
def test_a_mistake_in_the_file_stops_the_start_with_a_sentence(tmp_path, old, new, sentence):
    text = (CONFIG / "calendars.toml").read_text(encoding="utf-8")
    (tmp_path / "calendars.toml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(policy.PolicyError, match=sentence):
        policy.read(tmp_path / "calendars.toml", CalendarPolicy)


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        ("12-31", "01-03", [(2026, 12, 31), (2027, 1, 3)], [(2026, 12, 30), (2027, 1, 4)]),
        ("08-13", "08-15", [(2026, 8, 13), (2026, 8, 15)], [(2026, 8, 12), (2026, 8, 16)]),
        ("02-29", "02-29", [(2028, 2, 29)], [(2027, 2, 28), (2027, 3, 1)]),
    ],
)
def test_a_yearly_closure_holds_its_first_and_last_day(first, last, inside, outside):
    closure = rules.YearlyClosure(first=first, last=last, label=REASON)

    assert all(date(*day) in closure for day in inside)
    assert not any(date(*day) in closure for day in outside)


def test_a_calendar_that_yearly_closures_keep_shut_is_refused_when_loaded(tmp_path):
    text = (CONFIG / "calendars.toml").read_text(encoding="utf-8")
    closed = text.replace('first = "12-31"', 'first = "05-01"').replace("01-03", "12-31", 1)
    (tmp_path / "calendars.toml").write_text(closed, encoding="utf-8")

    with pytest.raises(rules.NeverOpens, match="hotline"):
        rules.build(policy.read(tmp_path / "calendars.toml", CalendarPolicy), NAMES)


# --- Props ---

NIGHT_EVERY_DAY = (Span(0, 540), Span(1020, 1440))
ALL_DAY = (Span(0, 1440),)


class Night(Calendar):
    """The night line's window: written out anew, not as the desk's hours turned round."""

    def hours_on(self, day: date) -> rules.Spans:
        desk_closed = day.weekday() > 4 or HOTLINE.official.name(day) or day in year_end(day.year)
        return ALL_DAY if desk_closed else NIGHT_EVERY_DAY


def calendar(**parts) -> Calendar:
    defaults = {"weekly": (NINE_TO_FIVE,) * 7, "zone": TOKYO, "label": REASON}
    return Calendar("own", **{**defaults, **parts})


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
