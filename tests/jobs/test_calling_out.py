"""A call that somebody asked for rings their own phone at once, or not at all."""

from datetime import timedelta

from sqlalchemy import select

from hotline.adapters.outgoing import DeliveryFailed
from hotline.calls import service as calls
from hotline.db import db
from hotline.jobs import voice
from hotline.notices.models import Notice
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

MINE = "+819012345601"


def test_my_own_phone_rings_and_asks_for_the_key(app, work, exchange):
    call = asked_for()
    voice.deliver(work)
    [ring] = exchange.rings

    assert (ring.to, ring.words) == (MINE, "")
    assert ring.url.endswith(f"/twilio/callback?out={call.id}")
    assert ring.ended_url.endswith(f"/twilio/callback/ended?out={call.id}")


def test_when_the_company_is_away_it_is_not_tried_again(app, work, exchange, time):
    call = asked_for()
    exchange.failing["all"] = DeliveryFailed("connection refused", unreachable=True)
    voice.deliver(work)
    time.advance(minutes=5)
    exchange.failing.clear()
    voice.deliver(work)

    assert exchange.rings == []
    assert (status(call), db.session.get_one(type(call), call.id).status) == ("withdrawn", "missed")


def test_a_worker_that_was_away_rings_nobody_late(app, work, exchange, time):
    call = asked_for()
    time.now = NINE + timedelta(minutes=2)
    voice.deliver(work)

    assert exchange.tried == []
    assert status(call) == "withdrawn"


def asked_for():
    with transaction():
        operator = builders.person("operator", phone=MINE)
        ticket = builders.ticket(caller_phone="03-5422-6351", now=NINE, received_at=NINE)
        return calls.call_back(ticket, "caller_phone", by=operator, now=NINE)


def status(call) -> str:
    db.session.expire_all()
    return db.session.scalars(
        select(Notice.status).where(Notice.subject == f"call:{call.id}")
    ).one()
