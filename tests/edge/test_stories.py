"""Every event has a sentence in both languages."""

import pytest
from flask_babel import force_locale

from hotline.edge import stories
from hotline.timeline.models import Line
from hotline.timeline.rules import MAY_SEE, SEEN_BY, SENTENCES, Audience, Event
from tests.builders import NOON
from tests.facts import OF_ANY_EVENT

FACTS = OF_ANY_EVENT | {
    "case_types": ["ransom", "gone"],
    "from_at": "2026-12-30T13:15:00+00:00",
    "reason": "先方の希望",
    "text": "<b>{{7*7}}</b>",
    "next_try_at": None,
}


def told(event: Event) -> Line:
    return Line(event=event, facts=FACTS, at=NOON)


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_event_can_be_said(app, event, language):
    with app.test_request_context(), force_locale(language):
        said = stories.sentence(told(event))

    assert said
    assert "%(" not in said


def test_times_and_codes_are_said_as_people_say_them(app):
    with app.test_request_context(), force_locale("en"):
        promised = stories.sentence(told(Event.PROMISED))
        opened = stories.sentence(told(Event.OPENED))

    assert "Mon 4 Jan 2027 9:00" in promised
    assert "Encryption, ransom / gone" in opened


@pytest.mark.parametrize(("reason", "words"), [("→ 4821 7093 3", "4821 7093 3"), ("誤り", "誤り")])
def test_a_reason_that_is_another_ticket_is_said_in_words(app, reason, words):
    line = Line(event=Event.CALLED_OFF, facts={"reason": reason}, at=NOON)
    with app.test_request_context(), force_locale("en"):
        said = stories.sentence(line)

    assert words in said
    assert "→" not in said


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event.MOVED_ON, "状況を「聴取中」に"),
        (Event.ASSESSED, "重大度をP1 緊急に"),
        (Event.TOOK_IN, "4821 7093 3"),
        (Event.CONSENTED, "同意あり"),
        (Event.CALLER_TOLD, "SMS"),
        (Event.ESCALATED, "コーディネーター全員に知らせました"),
        (Event.PAGED, "瀬戸 圭さんを呼び出しました（時間外のP1）"),
        (Event.OUT_OF_SCOPE, "情報処理推進機構"),
    ],
)
def test_codes_are_said_in_words(app, event, words):
    with app.test_request_context(), force_locale("ja"):
        said = stories.sentence(told(event))

    assert words in said


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("event", sorted(stories.WITHOUT))
def test_what_is_not_known_is_left_out_of_the_sentence(app, event, language):
    line = Line(event=event, facts={**FACTS, "with_whom": "守衛室", **_without(event)}, at=NOON)
    with app.test_request_context(), force_locale(language):
        said = stories.sentence(line)

    assert said
    assert not said.rstrip(".。").endswith((":", "：", ": ", "None"))


@pytest.mark.parametrize(
    "fact", ["recipient", "referral", "channel", "audience", "cause", "status"]
)
def test_a_code_nobody_knows_any_more_stands_as_it_is(app, fact):
    event = next(one for one in Event if f"%({fact})s" in SENTENCES[one])
    with app.test_request_context():
        said = stories.sentence(Line(event=event, facts={**FACTS, fact: "gone"}, at=NOON))

    assert "gone" in said


def _without(event: Event) -> dict[str, str]:
    return {name: "" for name, _ in stories.WITHOUT[event]}


def test_a_note_stays_literal(app):
    with app.test_request_context():
        said = stories.sentence(told(Event.NOTED))

    assert said == FACTS["text"]


def test_a_line_nobody_configured_is_named_by_its_code(app):
    assert stories.line_name("fax", "ja") == "fax"


def test_every_event_has_a_sentence_and_an_audience():
    assert set(SENTENCES) == set(SEEN_BY) == set(Event)
    assert set(MAY_SEE) == set(Audience)
