"""What was advised is kept in the words that were used, and the caller is sent where it stands."""

from datetime import timedelta

import pytest

from hotline import policy
from hotline.db import db
from hotline.errors import Missing, Refused
from hotline.notices import queries as notices
from hotline.notices.rules import Kind
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.rules import AdvicePolicy, Spoken
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from tests import builders
from tests.builders import NOON

POWER = "keep_power_on"
EARLIER = NOON - timedelta(minutes=7)


def test_a_line_keeps_both_texts_with_time_and_person(ticket, operator):
    kept = say(ticket, operator, said_at=EARLIER)
    line = policy.get(AdvicePolicy).by_code[POWER]

    assert (kept.kind, kept.ja, kept.en) == ("do", line.ja, line.en)
    assert (kept.said_at, kept.said_by_id) == (EARLIER, operator.id)


def test_what_was_said_is_on_the_story_at_the_time_it_was_said(ticket, operator):
    kept = say(ticket, operator, said_at=EARLIER)
    told = next(line for line in story(ticket) if line.event == "advice_said")

    assert (told.at, told.person_id) == (EARLIER, operator.id)
    assert told.facts["advice"] == {"ja": kept.ja, "en": kept.en}


def test_saying_it_again_changes_nothing(ticket, operator):
    say(ticket, operator)
    before = len(story(ticket))
    again = say(ticket, operator, said_at=NOON + timedelta(minutes=3))

    assert (again.said_at, len(story(ticket))) == (NOON, before)
    assert len(queries.said_advice(ticket.id)) == 1


def test_other_texts_later_never_change_what_was_said(ticket, operator):
    told = Spoken("gone_since", "dont", "電源を切らないでください。", "Leave it on.")
    for words in (told, Spoken("gone_since", "dont", "別の文", "Other words")):
        tickets.keep_said(ticket, words, said_at=NOON, by_id=operator.id, now=NOON)
    (kept,) = queries.said_advice(ticket.id)

    assert (kept.ja, kept.en) == (told.ja, told.en)


def test_words_that_changed_since_they_were_shown_were_not_said(ticket, operator):
    with pytest.raises(Refused, match="other words"):
        say(ticket, operator, as_read="0" * 64)

    shown = policy.get(AdvicePolicy).spoken(POWER).digest
    assert say(ticket, operator, as_read=shown).code == POWER


def test_there_is_no_advice_without_a_line(ticket, operator):
    with pytest.raises(Missing):
        say(ticket, operator, "no_such_line")


def test_a_slip_of_the_hand_is_taken_back(ticket, operator):
    say(ticket, operator)
    for _ in range(2):
        tickets.unsay(ticket, POWER, by_id=operator.id, now=NOON)
    events = [line.event for line in story(ticket)]

    assert queries.said_advice(ticket.id) == []
    assert (events.count("advice_said"), events.count("advice_unsaid")) == (1, 1)


def test_what_was_sent_to_several_callers_is_not_taken_back(ticket, operator):
    with pytest.raises(Refused):
        tickets.unsay(ticket, "broadcast:1", by_id=operator.id, now=NOON)


def test_number_and_link_go_out_and_neither_advice_nor_code(ticket, operator):
    say(ticket, operator)

    assert send(ticket) == ["sms"]
    (one,) = sent(ticket)
    assert (one.audience, one.facts) == ("caller", {"number": ticket.number})


def test_two_presses_send_one_message(ticket, operator):
    say(ticket, operator)
    send(ticket)

    assert send(ticket, now=NOON + timedelta(seconds=2)) == []
    assert len(sent(ticket)) == 1


def test_nothing_is_sent_before_something_was_said(ticket):
    with pytest.raises(Refused, match="Nothing was advised"):
        send(ticket)


def test_only_the_safe_way_is_used(operator):
    ticket = builders.ticket(caller_phone="090-1234-5678", caller_email="caller@example.jp")
    ticket.company_channels_unsafe, ticket.safe_email = True, "safe@example.com"
    say(ticket, operator)

    assert send(ticket) == ["mail"]


def test_nothing_is_sent_of_a_drill(operator):
    drill = builders.ticket(caller_phone="090-1234-5678", drill=True)
    say(drill, operator)

    assert send(drill) == []


def test_a_ticket_from_before_gets_a_code_when_something_is_sent(ticket, operator):
    ticket.caller_code = ""
    say(ticket, operator)
    send(ticket)
    db.session.refresh(ticket)

    assert len(ticket.caller_code) == 6


@pytest.fixture
def operator(app):
    return builders.person("operator")


@pytest.fixture
def ticket(app):
    return builders.ticket(caller_phone="090-1234-5678")


def say(ticket, operator, code=POWER, **how):
    how = {"said_at": NOON, "now": NOON, **how}
    return tickets.advise(ticket, code, by_id=operator.id, **how)


def story(ticket):
    return [line for line, _ in timeline.of_ticket(ticket.id, Audience.MEMBER)]


def send(ticket, *, now=NOON):
    return tickets.send_advice(ticket, by_id=None, now=now)


def sent(ticket):
    found = notices.about(f"ticket:{ticket.number}")
    return [one for one in found if one.kind == Kind.ADVICE_SENT]
