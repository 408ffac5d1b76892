"""A ticket's story in words."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline.timeline.models import Line
from hotline.timeline.rules import SENTENCES, Event
from hotline.web.tickets import story
from tests.builders import NOON
from tests.facts import OF_ANY_EVENT


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
    return Line(at=at, event=event, facts=OF_ANY_EVENT, audience="staff", person_id=None)
