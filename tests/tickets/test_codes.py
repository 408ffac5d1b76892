"""The six digits that open a ticket's status for its caller."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Slowed
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOME = "192.0.2.1"


def test_every_new_ticket_has_a_code_of_six_digits(ticket):
    assert len(ticket.caller_code) == 6
    assert ticket.caller_code.isdecimal()


def test_number_and_code_as_people_write_them_open_the_ticket(ticket):
    number, code = f"{ticket.number[:4]} {ticket.number[4:]}", ticket.caller_code
    fullwidth = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert tried(number, fullwidth) is ticket


def test_a_number_that_leads_elsewhere_opens_with_either_code(ticket):
    with transaction():
        into = builders.ticket()
        service.join(ticket, into, by_id=1, now=NOON)

    assert tried(ticket.number, into.caller_code) is ticket
    assert tried(ticket.number, ticket.caller_code) is ticket
    assert tried(into.number, ticket.caller_code) is None


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(ticket):
    assert tried(ticket.number, wrong(ticket)) is None
    assert tried("999999998", ticket.caller_code) is None
    assert tried("no number", "no code") is None


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(ticket):
    for _ in range(5):
        tried(ticket.number, wrong(ticket))

    with pytest.raises(Slowed) as slowed:
        tried(ticket.number, ticket.caller_code, source="192.0.2.2")
    assert slowed.value.retry_after == 15 * 60
    assert tried(ticket.number, ticket.caller_code, now=NOON + timedelta(minutes=15)) is ticket


def test_nobody_guesses_more_than_twenty_codes_of_one_ticket_a_day(ticket):
    for hour in range(4):
        for _ in range(5):
            tried(ticket.number, wrong(ticket), now=NOON + timedelta(hours=hour))

    with pytest.raises(Slowed):
        tried(ticket.number, ticket.caller_code, now=NOON + timedelta(hours=5))
    assert tried(ticket.number, ticket.caller_code, now=NOON + timedelta(days=1)) is ticket


def test_a_number_that_nobody_has_is_counted_like_any_other(app):
    for _ in range(5):
        tried("999999998", "000000")

    with pytest.raises(Slowed):
        tried("999999998", "000000")


def test_a_ticket_from_before_there_were_codes_opens_for_nobody(ticket):
    with transaction():
        ticket.caller_code = ""

    assert [tried(ticket.number, code) for code in ("", "000000", "xxxxxx")] == [None] * 3


def test_a_ticket_from_before_there_were_codes_gets_one_once(ticket):
    with transaction():
        ticket.caller_code = ""
        db.session.flush()
        first, second = (service.code_of(ticket, by_id=1, now=NOON) for _ in range(2))

    assert first == second == db.session.get(Ticket, ticket.id).caller_code
    assert actions("ticket.coded") == [(f"ticket:{ticket.number}", 1)]


def test_of_two_who_ask_for_the_missing_code_both_are_told_the_same(ticket):
    before = ticket.caller_code
    with transaction():
        set_committed_value(ticket, "caller_code", "")  # As it was read a moment ago.
        told = service.code_of(ticket, by_id=1, now=NOON)

    assert told == before
    assert actions("ticket.coded") == []


def test_what_was_tried_is_never_on_record(ticket):
    tried(ticket.number, wrong(ticket))
    tried("4821 7093 4", "000000")

    assert actions("code.refused")[0] == (f"ticket:{ticket.number}", None)
    assert "482170934" not in actions("code.refused")[1][0]


def tried(number, code, *, source=HOME, now=NOON):
    with transaction():
        return service.check_code(number, code, source=source, now=now)


def wrong(ticket):
    return f"{(int(ticket.caller_code) + 1) % 10**6:06}"


def actions(action):
    query = select(AuditEntry.subject, AuditEntry.person_id).where(AuditEntry.action == action)
    return [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))]


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket()
