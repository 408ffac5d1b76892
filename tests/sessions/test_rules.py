"""How long a session lives, and how many tries somebody has."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.sessions import rules
from hotline.sessions.rules import Limit

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)


def minutes_ago(count: float) -> datetime:
    return NOW - timedelta(minutes=count)


def test_s_07_a_session_that_is_not_used_for_30_minutes_is_dead():
    assert rules.is_alive(minutes_ago(60), minutes_ago(29.9), now=NOW)
    assert not rules.is_alive(minutes_ago(60), minutes_ago(30), now=NOW)


def test_s_07_a_session_is_dead_after_12_hours_however_much_it_is_used():
    assert rules.is_alive(minutes_ago(719), NOW, now=NOW)
    assert not rules.is_alive(minutes_ago(720), NOW, now=NOW)


def test_nine_failures_are_no_reason_to_wait():
    assert rules.seconds_to_wait([NOW] * 9, Limit(10), now=NOW) == 0


def test_s_10_after_ten_failures_one_waits_until_the_first_is_15_minutes_old():
    failed = [minutes_ago(1)] * 9 + [minutes_ago(5)]

    assert rules.seconds_to_wait(failed, Limit(10), now=NOW) == 10 * 60


@given(st.lists(st.integers(0, 14 * 60), max_size=80), st.integers(1, 50))
def test_s_10_nobody_ever_waits_longer_than_15_minutes(ages, allowed):
    failed = [NOW - timedelta(seconds=age) for age in sorted(ages)]

    assert 0 <= rules.seconds_to_wait(failed, Limit(allowed), now=NOW) <= 15 * 60


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("a\x00b\u202ec\ud800d\r\n", "abcd"),
        ("x" * 9999, "x" * 200),
    ],
)
def test_what_a_browser_calls_itself_is_kept_short_and_plain(sent, kept):
    assert rules.short_browser(sent) == kept


MOZILLA = "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        (MOZILLA % "Windows NT 10.0" + "Chrome/150.0 Safari/537.36", ("Chrome", "Windows")),
        (MOZILLA % "Windows NT 10.0" + "Chrome/150.0 Safari/537.36 Edg/150.0", ("Edge", "Windows")),
        (
            MOZILLA % "iPhone; CPU iPhone OS 20_0 like Mac OS X" + "Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            MOZILLA % "Linux; Android 16" + "Chrome/150.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Firefox/145.0", ("Firefox", "macOS")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_as_people_know_it(sent, names):
    assert rules.called(sent) == names


def test_a_proof_is_recent_for_ten_minutes():
    assert rules.is_recent(minutes_ago(9.9), now=NOW)
    assert not rules.is_recent(minutes_ago(10), now=NOW)
    assert not rules.is_recent(None, now=NOW)
