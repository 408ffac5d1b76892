"""The code leaves by text message or call, to a safe registered phone, and to nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.jobs import housekeeping, sms, voice
from hotline.notices.models import Notice
from hotline.tickets import service as tickets
from hotline.tickets.models import StatusCode
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

MOBILE, SAFE, NOBODYS = "+819012345678", "+818011112222", "999999998"


def test_a_text_message_holds_the_digits_and_the_host_they_are_good_at(work, exchange, ticket):
    ask(ticket)
    sms.deliver(work)
    (text,) = exchange.texts
    digits = re.search(r"@localhost #(\d{6})$", text.body)

    assert text.to == MOBILE
    assert f"確認コード {digits[1]}" in text.body
    assert opened(ticket, digits[1])


def test_a_call_reads_the_digits_twice_in_the_language_that_was_asked_for(work, exchange, ticket):
    ask(ticket, channel="voice", language="en")
    voice.deliver(work)
    (ring,) = exchange.rings
    said = re.findall(r"\d \d \d, \d \d \d", ring.words)

    assert (ring.to, ring.language, len(said), len(set(said))) == (MOBILE, "en", 2, 1)
    assert opened(ticket, "".join(re.findall(r"\d", said[0])))


def test_where_a_safe_phone_was_named_it_alone_gets_the_code(work, exchange, ticket):
    change(ticket, safe_phone=SAFE, company_channels_unsafe=True)
    ask(ticket)
    sms.deliver(work)

    assert exchange.tried == [SAFE]


@pytest.mark.parametrize(
    "facts", [{"drill": True}, {"caller_phone": ""}, {"safe_email": "a@private.example"}], ids=str
)
def test_nothing_leaves_for_a_drill_or_without_a_safe_phone(work, exchange, ticket, facts):
    change(ticket, **facts)
    ask(ticket)
    ask(ticket, channel="voice")
    sms.deliver(work)
    voice.deliver(work)

    assert exchange.tried == []
    assert {one.status for one in db.session.scalars(about_codes())} == {"withdrawn"}


def test_nothing_leaves_for_a_number_that_nobody_has(work, exchange, app):
    with transaction():
        ask_for(NOBODYS)
    sms.deliver(work)

    assert exchange.tried == []


def test_what_nobody_waits_for_any_more_is_not_sent(work, time, exchange, ticket):
    ask(ticket)
    time.advance(minutes=10)
    sms.deliver(work)

    assert exchange.tried == []


def test_the_ten_minutes_begin_when_it_went_out(work, time, exchange, ticket):
    ask(ticket)
    exchange.on_the_way = lambda: time.advance(minutes=2)
    sms.deliver(work)

    assert db.session.scalars(select(StatusCode)).one().expires_at == NINE + timedelta(minutes=12)


def test_no_row_holds_the_digits(work, exchange, ticket):
    ask(ticket)
    sms.deliver(work)
    digits = re.search(r"#(\d{6})$", exchange.texts[0].body)[1]
    facts = [one.facts for one in db.session.scalars(select(Notice))]
    details = {one.action: one.detail for one in db.session.scalars(select(AuditEntry))}

    assert not [one for one in [*facts, *details.values()] if digits in one.values()]
    assert "status_code.sent" in details


def test_what_is_left_of_a_code_is_tidied_away(work, time, ticket):
    ask(ticket)
    time.advance(days=1)
    housekeeping.tidy(work)

    assert db.session.scalars(select(StatusCode)).all() == []


def ask(ticket, **by):
    with transaction():
        ask_for(ticket.number, **by)


def ask_for(number, *, channel="sms", language="ja"):
    tickets.ask_status_code(
        number, channel=channel, language=language, source="192.0.2.1", now=NINE
    )


def opened(ticket, digits):
    with transaction():
        return tickets.open_status(ticket.number, digits, source="192.0.2.1", now=NINE)


def change(ticket, **facts):
    with transaction():
        for name, value in facts.items():
            setattr(ticket, name, value)


def about_codes():
    return select(Notice).where(Notice.kind == "status_code")


@pytest.fixture
def ticket(app):
    with transaction():
        made = builders.ticket(now=NINE, received_at=NINE)
        made.caller_phone = "090-1234-5678"  # Nobody is told anything else.
        return made
