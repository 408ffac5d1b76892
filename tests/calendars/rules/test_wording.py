"""The reason and the promise in both languages."""

from datetime import date, timedelta

import pytest

from hotline.calendars import rules
from hotline.calendars.rules import Code, Label, OwnHours, Span
from tests.calendars.desk import HOTLINE, calendar, tokyo


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


def test_a_call_in_hours_is_answered_at_once():
    start = HOTLINE.service_start(tokyo("2025-06-02T16:59:59"))

    assert rules.reason(start)["ja"] == (
        "6月2日（月）16:59:59 は営業時間（9:00–17:00）内 → そのまま対応"
    )


@pytest.mark.parametrize(
    ("span", "ja", "en"),
    [
        ("09:00-17:00", "午前9時", "9 a.m."),
        ("00:30-17:00", "午前0時30分", "12:30 a.m."),
        ("12:00-17:00", "午後0時", "12 p.m."),
        ("13:15-17:00", "午後1時15分", "1:15 p.m."),
    ],
)
def test_the_promise_is_said_as_people_say_times(span, ja, en):
    start = calendar(weekly=((Span.parse(span),),) * 7).service_start(tokyo("2026-10-12T18:10"))

    assert rules.in_words(start.steps[-1].at, "ja") == f"10月13日、火曜日の{ja}"
    assert rules.in_words(start.steps[-1].at, "en") == f"{en} on Tuesday, 13 October"


def test_the_longest_reason_still_fits_its_column():
    days = [date(2026, 7, 1) + timedelta(days=number) for number in range(59)]
    long = {day: OwnHours((), Label(ja=f"{day}長" * 10, en=f"{day} " * 18)) for day in days}
    start = calendar(own_hours=long).service_start(tokyo("2026-07-01T12:00"))

    assert len(start.steps) == 60
    assert all("…" in text and len(text) <= 2000 for text in rules.reason(start).values())
