"""A ticket's story in words."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline.timeline.models import Line
from hotline.timeline.rules import SENTENCES, Event
from hotline.web.tickets import story
from tests.builders import NOON

FACTS = {
    "line": "jnx",
    "case_types": ["ransom", "leak"],
    "due_at": "2027-01-04T00:00:00+00:00",
    "from_at": "2026-12-28T00:00:00+00:00",
    "reason": "<b>会議</b>",
    "text": "{{7*7}} %(text)s %s",
    "severity": "p1",
    "status": "hearing",
    "recipient": "partners",
    "answer": "yes",
    "referral": "ipa",
    "name": "瀬戸 圭",
    "number": "482170933",
    "with_whom": "守衛室",
    "next_try_at": "2027-01-04T00:00:00+00:00",
    "channel": "sms",
    "audience": "coordinator_team",
    "cause": "p1_out_of_hours",
    "called_at": "2026-11-04T03:00:00+00:00",
    "disposition": "new_incident",
    "phone_of": "safe_phone",
    "incident": 7,
    "function": "forensics",
    "vendor": "シグマ鑑識合同会社",
    "company": "みなと化成",
    "pieces": ["company"],
    "task_status": "approved",
    "output": {"ja": "速報", "en": "First word"},
    "milestone": {"ja": "証拠保全", "en": "Evidence preserved"},
    "decline_reason": {"ja": "手がいっぱい", "en": "No capacity"},
    "clock": "gdpr_72h",
    "because": ["eu", "gone"],
    "until": "2026-11-07",
    "until_before": "2026-11-06T21:00:00+00:00",
    "known_at": "2026-11-03T21:00:00+00:00",
    "said_to": "邊見さま",
    "yen": 6_600_000,
    "approved_by": "phone",
    "why": "price_changed",
    "advice": {"ja": "電源は入れたままに。", "en": "Leave the power on."},
}


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_event_has_a_sentence_and_an_icon(app: Flask, event, language):
    with app.test_request_context(), force_locale(language):
        (day,) = story.by_day([(line(event), None)])

    assert day.lines[0].sentence
    assert "%(" not in day.lines[0].sentence.replace("%(text)s", "")
    assert day.lines[0].icon in story.ICONS.values()


def test_facts_are_told_in_the_readers_words(app: Flask):
    with app.test_request_context(), force_locale("ja"):
        (day,) = story.by_day([(line(Event.MOVED), "瀬戸"), (line(Event.CALLED), None)])

    assert [told.sentence for told in day.lines] == [
        "お約束を12月28日（月）9:00から2027年1月4日（月）9:00に変更しました。理由：<b>会議</b>",
        "JNX窓口で受電しました。",
    ]
    assert [told.who for told in day.lines] == ["瀬戸", ""]


def test_what_was_advised_in_one_go_is_one_line_with_its_times(app: Flask):
    said = [(line(Event.ADVICE_SAID, NOON + timedelta(seconds=at)), "瀬戸") for at in (20, 10, 0)]
    with app.test_request_context(), force_locale("en"):
        (day,) = story.by_day([*said, (line(Event.NOTED), "瀬戸")])

    assert day.lines[0].sentence == "Advice was given: 3 lines"
    assert len(day.lines) == 2
    assert day.lines[0].more[0] == (NOON, "Leave the power on.")


def test_lines_are_grouped_by_the_day_in_japan(app: Flask):
    late, early = line(Event.NOTED, NOON), line(Event.NOTED, NOON - timedelta(hours=12, seconds=1))
    with app.test_request_context():
        days = story.by_day([(late, None), (early, None)])

    assert [day.date.isoformat() for day in days] == ["2026-11-04", "2026-11-03"]


def test_every_sentence_has_an_icon():
    assert set(story.ICONS) == set(SENTENCES)


def line(event: Event, at=NOON) -> Line:
    return Line(at=at, event=event, facts=FACTS, audience="staff", person_id=None)
