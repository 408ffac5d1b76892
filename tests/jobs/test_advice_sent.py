"""The caller is sent number and link of what was advised: no advice, no code, and it is told."""

import re

from sqlalchemy import select

from hotline.db import db
from hotline.jobs import sms
from hotline.tickets import service as tickets
from hotline.tickets.rules import Spoken
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

SAID = Spoken("keep_power_on", "do", "電源は入れたままに。", "Leave the power on.")


def test_the_message_holds_number_and_link_alone(app, work, time, exchange):
    ticket = sending(time)
    sms.deliver(work)
    (text,) = [one for one in exchange.texts if "/advice" in one.body]
    link = re.search(r"http\S+/status/\S+/advice", text.body)

    assert link
    assert "".join(re.findall(r"受付番号 ([0-9 ]+)", text.body)).replace(" ", "") == ticket.number
    assert SAID.ja not in text.body
    assert ticket.caller_code not in text.body.replace(link[0], "").replace(" ", "")


def test_the_story_says_that_it_went_out(app, work, time):
    ticket = sending(time)
    sms.deliver(work)
    told = select(Line).where(Line.ticket_id == ticket.id, Line.event == "advice_sent")

    assert db.session.scalars(told).one().facts == {"channel": "sms"}


def sending(time):
    """A ticket whose advice is to go out at NINE; its code is no part of its number."""
    time.now = NINE
    with transaction():
        ticket = builders.ticket(now=NINE, received_at=NINE, caller_phone="090-1234-5678")
        ticket.caller_code = "000000"
        tickets.keep_said(ticket, SAID, said_at=NINE, by_id=None, now=NINE)
        tickets.send_advice(ticket, by_id=None, now=NINE)
        return ticket
