from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline.followups.models import Followup
from hotline.tickets.models import Ticket
from hotline.web import formats

NOW = datetime.fromisoformat("2026-09-24T09:00:00+09:00")


@pytest.fixture(params=["ja", "en"])
def language(app: Flask, request: pytest.FixtureRequest) -> str:
    with app.test_request_context(), force_locale(request.param):
        yield request.param


@pytest.fixture
def japanese(app: Flask):
    with app.test_request_context(), force_locale("ja"):
        yield


@pytest.fixture
def english(app: Flask):
    with app.test_request_context(), force_locale("en"):
        yield


def in_minutes(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.mark.usefixtures("japanese")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-09-24T09:30+09:00", "きょう 9:30"),
        ("2026-09-25T09:00+09:00", "あす 9:00"),
        ("2026-09-23T21:05+09:00", "きのう 21:05"),
        ("2026-09-29T09:00+09:00", "9月29日（火）9:00"),
        ("2027-01-04T09:00+09:00", "2027年1月4日（月）9:00"),
        ("2026-09-24T15:00+00:00", "あす 0:00"),
    ],
)
def test_a_moment_is_told_from_today_on(text, words):
    assert formats.moment(datetime.fromisoformat(text), NOW) == words


@pytest.mark.usefixtures("english")
def test_a_moment_in_english_names_weekday_day_and_month():
    told = formats.moment(datetime.fromisoformat("2027-01-04T09:00+09:00"), NOW)

    assert told == "Mon 4 Jan 2027 9:00"


def test_a_date_among_words_stays_whole_and_the_words_stay_words():
    told = formats.unbroken("<b>を9月24日（木）9:00から2027年1月4日（月）に")

    assert told == (
        '&lt;b&gt;を<span class="nowrap">9月24日（木）9:00</span>から'
        '<span class="nowrap">2027年1月4日（月）</span>に'
    )


@pytest.mark.usefixtures("japanese")
def test_a_moment_without_a_now_is_a_date():
    assert formats.moment(NOW) == "9月24日（木）9:00"
    assert formats.day(date(2026, 9, 24)) == "9月24日（木）"


@pytest.mark.usefixtures("japanese")
@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.2, "1分"),
        (20.9, "20分"),
        (60, "1時間"),
        (72, "1時間12分"),
        (47 * 60 + 59, "47時間59分"),
        (76 * 60, "3日4時間"),
    ],
)
def test_a_span_is_told_in_whole_minutes(minutes, words):
    assert formats.span(timedelta(minutes=minutes)) == words


@pytest.mark.usefixtures("japanese")
def test_people_who_are_rung_in_vain_are_told_in_words_and_figures():
    when = formats.unanswered(NOW - timedelta(minutes=5), now=NOW)

    assert (when.kind, when.words) == ("is-late", "応答なし 5分")


@pytest.mark.usefixtures("japanese")
@pytest.mark.parametrize(
    ("due", "grace", "kind", "words"),
    [
        (-72, 15, "is-late", "遅れ 1時間12分"),
        (-15, 15, "is-due", "いま 8:45"),
        (0, 5, "is-due", "いま 9:00"),
        (0.5, 5, "is-due", "あと 1分"),
        (20, 5, "is-due", "あと 20分"),
        (60, 5, "is-due", "あと 1時間"),
        (61, 5, "", "きょう 10:01"),
    ],
)
def test_a_promise_is_late_only_after_its_grace(due, grace, kind, words):
    told = formats.due(in_minutes(due), in_minutes(due + grace), now=NOW)

    assert told == formats.When(kind, words)


@pytest.mark.usefixtures("japanese")
@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("pending", "is-late", "遅れ 2時間"),
        ("announced", "is-late", "遅れ 2時間"),
        ("taken", "", "きょう 7:00"),
        ("done", "is-kept", "きょう 8:56に折返し済み"),
        ("moved", "", "変更済み"),
        ("called_off", "", "取り消し"),
    ],
)
def test_a_promise_shows_its_state(status, kind, words):
    followup = Followup(
        status=status, due_at=in_minutes(-120), take_up_by=in_minutes(-60), ended_at=in_minutes(-4)
    )

    assert formats.promise(followup, now=NOW) == formats.When(kind, words)


def test_times_are_shown_in_japan_without_a_leading_zero():
    at = datetime.fromisoformat("2026-09-24T00:05:09+00:00")

    assert formats.clock_time(at) == "9:05"
    assert formats.clock_seconds(at) == "9:05:09"


@pytest.mark.usefixtures("japanese")
def test_the_length_of_a_call_is_told_in_minutes_and_seconds():
    assert formats.call_length(42) == "42秒"
    assert formats.call_length(462) == "7分42秒"


def test_a_ticket_number_is_shown_in_fours_and_anything_else_as_it_is():
    assert formats.in_fours("482170933") == "4821 7093 3"
    assert formats.in_fours("12345") == "12345"


@pytest.mark.usefixtures("japanese")
@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+81566001234", "0566-00-1234"),
        ("+819000007781", "090-0000-7781"),
        ("+4930123456", "+49 30 123456"),
        ("内線 123", "内線 123"),
        ("+", "+"),
        ("", "非通知"),
    ],
)
def test_a_phone_number_is_shown_as_people_write_it(number, shown):
    assert formats.phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0566-00-1234", "0566-00-•••4"),
        ("0566001234", "056600•••4"),
        ("12", "•2"),
        ("", ""),
    ],
)
def test_a_masked_number_can_be_recognised_but_not_rung(number, shown):
    assert formats.masked(number) == shown


def test_a_reason_is_told_step_by_step():
    reason = "12月30日（水）22:15 は営業時間外；12月31日 年末年始 → 2027年1月4日（月）9:00"

    assert formats.steps(reason) == [
        "12月30日（水）22:15 は営業時間外",
        "12月31日 年末年始",
        "2027年1月4日（月）9:00",
    ]


def test_every_code_has_a_label(language):
    told = [
        formats.severity("p1"),
        formats.ticket_status("callback_pending"),
        formats.call_status("voicemail"),
        formats.followup_status("pending"),
        formats.audience("vendor"),
        formats.case_type("ransom"),
        formats.line("jnx"),
        formats.menu_key("1"),
        formats.menu_key("9"),
    ]

    assert all(told)
    assert told[-1] == {"ja": "9 その後の状況", "en": "9 asks how it stands"}[language]
    assert any(letter > "\u3000" for word in told for letter in word) == (language == "ja")


def test_an_unknown_code_is_shown_as_it_is(language):
    del language

    assert formats.severity("p9") == "p9"
    assert formats.case_type("flood") == "flood"
    assert formats.line("night") == "night"
    assert formats.menu_key("7") == "7"


@pytest.mark.usefixtures("japanese")
def test_roles_are_named_in_their_order():
    assert formats.role_names({"administrator", "operator"}) == "オペレーター、管理者"


def test_nobody_has_withheld_what_nobody_asked_for(app):
    typed, rang = Ticket(caller_phone="", opened_by_id=1), Ticket(caller_phone="")
    with app.test_request_context(), force_locale("en"):
        said = [formats.phone_of(one) for one in (typed, rang)]

    assert said == ["not known yet", "number withheld"]


@pytest.mark.parametrize("words", ["", "非通知", "not known yet"])
def test_words_in_place_of_a_number_are_not_masked(words):
    assert formats.masked(words) == words
