"""The caller is told the number, the promise and where to look, by the ways that are safe."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.notices import queries as notices
from hotline.notices import service as sending
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

MOBILE = {"caller_phone": "090-1234-5678"}


def opened(**facts):
    """A ticket about whose caller nothing was told yet."""
    with transaction():
        made = builders.ticket(**facts)
        sending.withdraw(f"ticket:{made.number}")
        return made


def tell(ticket, *, now=NOON, **how):
    with transaction():
        found = db.session.get(Ticket, ticket.id)
        return tickets.tell_caller(found, now=now, **how)


def told(ticket):
    about = notices.about(f"ticket:{ticket.number}")
    return sorted(one.channel for one in about if one.status != "withdrawn")


def test_a_caller_is_told_by_text_message_and_mail(app):
    ticket = opened(**MOBILE, caller_email="caller@example.jp")

    assert tell(ticket) == ["sms", "mail"]
    assert told(ticket) == ["mail", "sms"]


def test_the_row_holds_the_number_and_no_address(app):
    ticket = opened(**MOBILE)
    tell(ticket)
    one = notices.about(f"ticket:{ticket.number}")[-1]

    assert (one.audience, one.kind, one.facts) == (
        "caller",
        "received",
        {"number": ticket.number},
    )


def test_each_channel_is_used_once(app):
    ticket = opened(**MOBILE)

    assert [tell(ticket), tell(ticket, now=NOON + timedelta(hours=1))] == [["sms"], []]
    assert told(ticket) == ["sms"]


def test_a_way_that_becomes_known_later_is_used_too(app):
    ticket = opened(**MOBILE)
    tell(ticket)
    with transaction():
        db.session.get(Ticket, ticket.id).caller_email = "caller@example.jp"

    assert tell(ticket) == ["mail"]


def send(ticket):
    with transaction():
        for one in notices.about(f"ticket:{ticket.number}"):
            if one.status == "waiting":
                one.status, one.sent_at = "sent", NOON


def test_after_the_promise_was_moved_the_caller_is_told_again(app):
    ticket = opened(**MOBILE)
    tell(ticket)
    send(ticket)
    later = NOON + timedelta(hours=1)

    assert tell(ticket, now=later, again=True, by_id=None) == ["sms"]
    assert told(ticket) == ["sms", "sms"]


def test_what_has_not_gone_out_yet_is_not_told_twice(app):
    ticket = opened(**MOBILE)
    tell(ticket)

    assert tell(ticket, now=NOON + timedelta(minutes=1), again=True) == []


def test_a_caller_who_was_never_told_can_be_told_again(app):
    assert tell(opened(**MOBILE), again=True) == ["sms"]


@pytest.mark.parametrize(
    "facts",
    [
        {"caller_phone": "0566-12-3456"},
        {"caller_phone": "090-1234-5678", "drill": True},
        {"caller_phone": "", "caller_email": "not an address"},
    ],
)
def test_nobody_is_told_without_a_safe_way_or_in_a_drill(app, facts):
    ticket = opened(**facts)

    assert (tell(ticket), tell(ticket, again=True), told(ticket)) == ([], [], [])


@pytest.mark.parametrize("status", ["closed", "out_of_scope", "duplicate"])
def test_nobody_is_told_of_what_has_ended(app, status):
    ticket = opened(**MOBILE)
    with transaction():
        db.session.get(Ticket, ticket.id).status = status

    assert tell(ticket) == []


def test_telling_is_on_record_without_an_address(app):
    ticket = opened(**MOBILE)
    tell(ticket, by_id=7)
    query = select(AuditEntry).where(AuditEntry.action == "ticket.telling_caller")
    entry = db.session.scalars(query.order_by(AuditEntry.id.desc())).first()

    assert (entry.subject, entry.person_id) == (f"ticket:{ticket.number}", 7)
    assert entry.detail == {"channels": ["sms"]}
