"""The caller is told number, promise and a link by safe ways alone."""

from datetime import timedelta

from hotline.db import db
from hotline.followups import service as followups
from hotline.jobs import recipients, sms
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.tickets import queries as ticket_queries
from hotline.tickets import service as tickets
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.transaction import transaction
from tests import builders
from tests.builders import promise_of
from tests.jobs.conftest import NINE

MOBILE, OTHER = "+819012345678", "+818011112222"


def tell_caller(**facts):
    with transaction():
        received_at = NINE - timedelta(days=4)
        made = builders.ticket(now=received_at, received_at=received_at)
        for name, value in facts.items():
            setattr(made, name, value)
        db.session.flush()
        tickets.tell_caller(made, now=NINE)
        notices.withdraw(f"followup:{promise_of(made).id}")
        return made


def test_the_caller_gets_the_number_the_promise_and_a_link_that_opens(
    app, client, work, exchange, at
):
    ticket = tell_caller(safe_phone="090-1234-5678")
    sms.deliver(work)
    [text] = exchange.texts
    link = next(line for line in text.body.splitlines() if "http" in line).partition("：")[2]
    with at(NINE):
        answer = client.get(link)

    assert text.to == MOBILE
    assert "までに、担当者からお電話いたします。" in text.body
    assert "0120-066-318" in text.body
    assert answer.status_code == 200
    assert f"{ticket.number[:4]} " in answer.text


def test_what_was_told_stands_in_the_story(work, exchange):
    ticket = tell_caller(safe_phone="090-1234-5678")
    sms.deliver(work)
    lines = timeline.of_ticket(ticket.id, Audience.MEMBER)

    assert [(one.facts, one.at) for one, _ in lines if one.event == "caller_told"] == [
        ({"channel": "sms"}, NINE)
    ]


def test_addresses_are_those_of_the_moment_it_is_sent(work, postman, exchange):
    ticket = tell_caller(safe_phone="090-1234-5678")
    with transaction():
        ticket_queries.behind_a_link(ticket.number).safe_phone = "080-1111-2222"
    sms.deliver(work)

    assert exchange.tried == [OTHER]


def test_a_caller_who_cannot_be_reached_any_more_is_not_told(work, exchange):
    ticket = tell_caller(safe_phone="090-1234-5678")
    with transaction():
        ticket_queries.behind_a_link(ticket.number).safe_phone = ""
    sms.deliver(work)
    [one] = queries.about(f"ticket:{ticket.number}")

    assert (one.status, exchange.tried) == ("withdrawn", [])


def test_a_promise_that_was_moved_is_told_as_it_stands(work, exchange):
    ticket = tell_caller(safe_phone="090-1234-5678")
    with transaction():
        followups.move(
            promise_of(ticket),
            ticket.number,
            due_at=NINE + timedelta(hours=5),
            reason="髙橋さんが不在",
            by_id=person_id(),
            now=NINE,
        )
    sms.deliver(work)
    [text] = exchange.texts

    assert "午後2時" in text.body
    assert "髙橋" not in text.body


def person_id():
    return builders.person("coordinator").id


def test_a_caller_to_whom_nothing_is_owed_is_told_the_number_alone(work, exchange):
    ticket = tell_caller(safe_phone="090-1234-5678")
    with transaction():
        followups.keep(promise_of(ticket), by_id=person_id(), now=NINE)
    sms.deliver(work)
    [text] = exchange.texts

    assert "お電話いたします" not in text.body
    assert "http://localhost/status/" in text.body


def test_neither_addresses_nor_links_stay_in_the_row(work, exchange):
    ticket = tell_caller(safe_phone="090-1234-5678", safe_email="safe@example.jp")
    sms.deliver(work)
    kept = str([vars(one) for one in queries.about(f"ticket:{ticket.number}")])

    assert not [word for word in ("090-1234", "+8190", "safe@", "/status/") if word in kept]


def test_of_a_ticket_that_is_not_there_nothing_more_is_said(app):
    with transaction():
        one = builders.notice(kind=Kind.RECEIVED, audience="caller", facts={"number": "482170933"})

    assert recipients.facts(one, "ja", now=NINE) == {}
    assert recipients.of_caller(one) is None
