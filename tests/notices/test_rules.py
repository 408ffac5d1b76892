import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.notices import rules
from hotline.notices.rules import Channel, Failure, Kind, Mark, Status, TextError, Told

NINE = datetime(2027, 1, 4, 0, 0, tzinfo=UTC)
TEXT = rules.parse_text("Due: $number\n\nFor $due_at. $late\n$link\n", Kind.PROMISE_DUE)


def key(**changes):
    facts = {"subject": "followup:1", "kind": Kind.PROMISE_DUE, "due_at": NINE, **changes}
    about = (facts.pop("subject"), facts.pop("kind"), facts.pop("due_at"))
    return rules.dedup_key(*about, **{"channel": "mail", "recipient": "person:1", **facts})


def decide(failures, *, age=timedelta(0), permanent=False):
    return rules.after_failure(
        Failure("no", permanent),
        failures=failures,
        failing_since=NINE - age,
        now=NINE,
        rng=random.Random(1),
    )


def test_a_key_is_the_same_for_ever():
    assert key() == "e7fde98b882aa6eada037a749bb916de67952492827fb90bfd08df5c7f84fe7a"


def test_a_key_does_not_depend_on_the_zone_in_which_the_moment_is_written():
    tokyo = NINE.astimezone(timezone(timedelta(hours=9)))

    assert key(due_at=tokyo) == key()


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "followup:2"},
        {"kind": Kind.BACKLOG},
        {"due_at": NINE + timedelta(microseconds=1)},
        {"channel": "sms"},
        {"recipient": "person:2"},
    ],
)
def test_another_thing_moment_channel_or_recipient_has_another_key(other):
    assert key(**other) != key()


def test_a_notice_is_for_one_person_or_for_one_audience():
    assert rules.recipient(3, "") == "person:3"
    assert rules.recipient(None, "coordinator") == "audience:coordinator"


@pytest.mark.parametrize(("person_id", "audience"), [(None, ""), (3, "coordinator")])
def test_a_notice_for_nobody_or_for_both_is_a_mistake(person_id, audience):
    with pytest.raises(ValueError, match="for one person or for one audience"):
        rules.recipient(person_id, audience)


def test_a_message_id_is_made_from_the_key():
    assert rules.message_id("ab12", "hotline.example.jp") == "<ab12@hotline.example.jp>"


@given(st.integers(1, 10_000), st.integers())
def test_no_notice_is_tried_more_than_once_a_minute_or_less_than_once_an_hour(failures, seed):
    wait = rules.backoff(failures, random.Random(seed))

    assert timedelta(minutes=1) <= wait <= timedelta(hours=1)


def test_the_wait_grows_with_the_failures():
    most = [max(rules.backoff(n, random.Random(s)) for s in range(200)) for n in (1, 4, 8)]

    assert most == sorted(most)
    assert most[0] < timedelta(seconds=91)


def test_a_failure_that_may_pass_is_tried_again_soon():
    decision = decide(1)

    assert decision.status is Status.WAITING
    assert NINE + timedelta(minutes=1) <= decision.wake_at <= NINE + timedelta(seconds=90)
    assert not decision.alarm


def test_a_refusal_for_good_alarms_at_once_and_is_tried_every_hour():
    decision = decide(1, permanent=True)

    assert (decision.status, decision.wake_at) == (Status.FAILED, NINE + timedelta(hours=1))
    assert decision.alarm


def test_ten_failures_over_a_day_alarm():
    decision = decide(10, age=timedelta(hours=24))

    assert (decision.status, decision.alarm) == (Status.FAILED, True)


def test_ten_failures_within_a_day_do_not_alarm_yet():
    assert decide(10, age=timedelta(hours=23)).status is Status.WAITING


def test_nothing_is_given_up_before_72_hours():
    early = decide(500, age=timedelta(hours=72) - timedelta(seconds=1), permanent=True)
    late = decide(500, age=timedelta(hours=72))

    assert (early.status, late.status) == (Status.FAILED, Status.GIVEN_UP)
    assert late.alarm


def test_nothing_is_given_up_before_ten_tries():
    assert decide(9, age=timedelta(days=9)).status is Status.WAITING


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "a subject, an empty line and a body"),
        ("Only a subject\n", "a subject, an empty line and a body"),
        ("Subject\nno empty line\nbody", "a subject, an empty line and a body"),
        ("Subject\n\ncosts 5$ only", "names no place"),
        ("Subject $summary\n\nbody", r"uses \$summary; it may use due_at, late, link, number"),
    ],
)
def test_a_text_that_cannot_be_used_says_why(source, why):
    with pytest.raises(TextError, match=why):
        rules.parse_text(source, Kind.PROMISE_DUE)


def told(language="en"):
    return Told({"number": "482170933"}, NINE, "https://h/tickets/482170933", language)


def test_a_text_gets_a_number_in_fours_a_local_time_and_a_link():
    words = rules.compose(TEXT, told(), now=NINE)

    assert words.subject == "Due: 4821 7093 3"
    assert words.body == ("For Mon 4 Jan 2027, 9:00 (Japan time).\nhttps://h/tickets/482170933\n")


def test_a_place_without_a_fact_stays_empty():
    text = rules.parse_text("Trouble\n\n[$minutes] $silent", Kind.BACKLOG)
    words = rules.compose(text, Told({"minutes": 7}, NINE, "", "en"), now=NINE)

    assert words.body == "[7]\n"


@pytest.mark.parametrize(
    ("late", "ja", "en"),
    [
        ({"minutes": 5}, "", ""),
        ({"minutes": 5, "seconds": 1}, "（5分遅れてのお知らせです）", "(Sent 5 minutes late.)"),
        ({"hours": 1}, "（1時間遅れてのお知らせです）", "(Sent 1 hour late.)"),
        (
            {"days": 7, "hours": 2, "minutes": 1},
            "（7日2時間1分遅れてのお知らせです）",
            "(Sent 7 days 2 hours 1 minute late.)",
        ),
    ],
)
def test_a_late_notice_says_by_how_much(late, ja, en):
    now = NINE + timedelta(**late)

    assert rules.lateness(NINE, now, "ja") == ja
    assert rules.lateness(NINE, now, "en") == en


def test_a_time_is_told_as_in_japan():
    assert rules.local_time(NINE, "ja") == "2027年1月4日（月）9:00"


@dataclass
class Course:
    status: str = Status.WAITING
    due_at: datetime = NINE
    wake_at: datetime = NINE
    sent_at: datetime | None = None
    attempts: int = 0
    failures: int = 0


LATER = NINE + timedelta(minutes=6)


@pytest.mark.parametrize(
    ("course", "marks"),
    [
        (Course(), [Mark.LATE]),
        (Course(due_at=LATER), []),
        (Course(Status.WITHDRAWN), []),
        (Course(Status.GIVEN_UP), []),
        (Course(Status.SENT, sent_at=NINE, attempts=1), []),
        (Course(Status.SENT, sent_at=LATER, attempts=1), [Mark.LATE]),
        (Course(Status.SENT, sent_at=NINE, attempts=3, failures=2), []),
        (Course(Status.SENT, sent_at=NINE, attempts=2), [Mark.RESENT]),
        (Course(Status.SENDING, wake_at=LATER + timedelta(seconds=1)), [Mark.LATE]),
        (Course(Status.SENDING, wake_at=LATER), [Mark.LATE, Mark.UNKNOWN]),
    ],
)
def test_a_notice_shows_whether_it_is_late_was_sent_again_or_nobody_knows(course, marks):
    assert rules.marks(course, now=LATER) == marks


@pytest.mark.parametrize(
    ("kind", "channel"),
    [(Kind.INVITE, Channel.SMS), (Kind.PROMISE_DUE, Channel.VOICE), (Kind.RESET, Channel.VOICE)],
)
def test_what_has_no_words_for_a_channel_cannot_be_told_by_it(kind, channel):
    with pytest.raises(ValueError, match=f"{kind} has no words for {channel}"):
        rules.check_channel(kind, channel)


def test_a_page_is_rung_without_words_because_it_is_asked_for_them():
    rules.check_channel(Kind.PAGE, Channel.VOICE)

    assert Kind.PAGE not in rules.WORDED[Channel.VOICE]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("あ" * 70, 1),
        ("あ" * 71, 2),
        ("あ" * 201, 3),
        ("あ" * 202, 4),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_a_text_message_is_counted_in_parts(body, parts):
    assert rules.segments(body) == parts


def test_a_text_message_has_no_subject():
    text = rules.parse_text("$number\n\n$link\n", Kind.PROMISE_DUE, Channel.SMS)
    words = rules.compose(text, told(), now=NINE)

    assert (words.subject, words.body) == ("", "4821 7093 3\n\nhttps://h/tickets/482170933\n")


def test_what_is_said_names_the_number_digit_by_digit():
    text = rules.parse_text("Late: $number.", Kind.PROMISE_LATE, Channel.VOICE)

    assert rules.compose(text, told(), now=NINE).body == "Late: 4 8 2 1, 7 0 9 3, 3.\n"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (" \n", "must say something"),
        ("$summary", "uses"),
        ("長い文。" * 60, "becomes up to 4 parts as a text message; 3 at most"),
        ("long words " * 60, "becomes up to 5 parts as a text message; 3 at most"),
    ],
)
def test_a_text_message_that_cannot_be_used_says_why(source, why):
    with pytest.raises(TextError, match=why):
        rules.parse_text(source, Kind.RECEIVED, Channel.SMS)


def test_a_pause_that_was_asked_for_is_kept_within_an_hour():
    waits = [
        rules.after_failure(
            Failure("429", wait=wait),
            failures=1,
            failing_since=NINE,
            now=NINE,
            rng=random.Random(1),
        ).wake_at
        - NINE
        for wait in (timedelta(seconds=5), timedelta(minutes=20), timedelta(hours=9))
    ]

    assert waits[0] < timedelta(seconds=91)
    assert waits[1:] == [timedelta(minutes=20), timedelta(hours=1)]


@pytest.mark.parametrize(
    ("time", "ja", "en"),
    [
        (timedelta(0), "0分", "0 minutes"),
        (timedelta(minutes=1, seconds=59), "1分", "1 minute"),
        (timedelta(hours=26), "1日2時間", "1 day 2 hours"),
        (timedelta(minutes=-3), "0分", "0 minutes"),
    ],
)
def test_a_time_is_told_in_days_hours_and_minutes(time, ja, en):
    assert (rules.span(time, "ja"), rules.span(time, "en")) == (ja, en)


def test_a_whole_day_is_said_to_its_end_and_an_instant_is_none():
    assert rules.local_day("2026-11-07", "ja") == "2026年11月7日（土）いっぱい"
    assert rules.local_day("2026-11-07", "en") == "the end of Sat 7 Nov 2026 (Japan time)"
    assert rules.local_day("2026-11-06T21:00:00+00:00", "en") == ""
