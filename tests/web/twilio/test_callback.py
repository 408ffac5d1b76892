"""The telephone company about calls that we make: our phone first, then the other side."""

from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.db import db
from hotline.transaction import transaction
from hotline.web.twilio import callback as twilio_callback
from tests import builders
from tests.builders import NOON
from tests.company import SID, dialled, post, verbs, words

LEG = {"Direction": "outbound-api", "From": "+81120066318", "To": "+819012345601"}
OTHER = "+81354226351"


def test_whoever_picks_up_hears_the_ticket_and_the_key_and_nobody_is_dialled_yet(out):
    answer = out.phone("")

    assert verbs(answer) == ["Gather", "Say", "Hangup"]
    assert out.ticket.number in words(answer).replace(" ", "")
    assert dialled(answer) == []
    assert out.now().claimed_at is None


def test_the_key_dials_the_other_side_who_sees_the_number_of_the_line(out):
    answer = out.phone("/connect", Digits="1")
    dial = ET.fromstring(answer.data).find("Dial")

    assert dialled(answer) == [OTHER]
    assert dial.get("callerId") == "+81120066318"
    assert dial.find("Number").get("statusCallbackEvent") == "answered"
    assert out.now().claimed_by_id == out.operator.id


@pytest.mark.parametrize("key", ["2", "*", "hangup", "", None])
def test_without_the_key_nobody_is_called(out, key):
    answer = out.phone("/connect", Digits=key)

    assert dialled(answer) == []
    assert out.now().claimed_at is None


def test_the_other_side_is_reached_and_the_end_is_known_in_any_order(out):
    out.phone("/connect", Digits="1")
    out.phone("/ended", CallStatus="completed")
    out.phone("/progress", CallStatus="ringing")
    out.phone("/progress", CallStatus="in-progress")
    answer = out.phone("/dialled", DialCallStatus="completed")

    assert (out.now().status, verbs(answer)) == ("done", ["Say", "Hangup"])


@pytest.mark.parametrize(
    ("result", "heard"),
    [("busy", "話し中"), ("no-answer", "お出になりません"), ("failed", "番号を画面で")],
)
def test_who_was_not_reached_is_said_and_kept(out, result, heard):
    out.phone("/connect", Digits="1")
    answer = out.phone("/dialled", DialCallStatus=result)
    out.phone("/ended", CallStatus="completed")

    assert heard in words(answer)
    assert (out.now().status, queries.dialling(out.now())) == ("missed", result)


def test_a_call_that_is_over_or_not_ours_is_called_off(out):
    with transaction():
        inbound = builders.call()
        calls.not_placed(out.call.id, now=NOON)
    heard = [
        out.phone(""),
        out.phone("/connect", Digits="1"),
        out.phone("", id=inbound.id),
        out.phone("/connect", Digits="1", id=inbound.id),
        out.phone("", id=999),
    ]

    assert [dialled(one) for one in heard] == [[]] * 5
    assert all("取り消されました" in words(one) for one in heard)
    for path in ("/progress", "/dialled", "/ended"):
        out.phone(path, CallStatus="completed", DialCallStatus="busy", id=inbound.id)
    assert db.session.get(Call, inbound.id).status == "ringing"


def test_without_a_ticket_it_is_about_a_missed_call(out):
    with transaction():
        out.now().ticket_id = None
        db.session.merge(out.operator).locale = "en"

    assert "the caller you missed" in words(out.phone(""))


def test_while_the_database_is_away_the_number_is_dialled_by_hand(out, monkeypatch):
    def away(*_args):
        raise OperationalError("select", {}, Exception())

    monkeypatch.setattr(twilio_callback.queries, "by_id", away)
    asked = [out.phone(""), out.phone("/connect", Digits="1"), out.phone("/dialled")]

    assert all("直接おかけください" in words(one) for one in asked)
    assert verbs(out.phone("/ended", CallStatus="completed")) == []
    assert verbs(out.phone("/progress", CallStatus="in-progress")) == []


def test_what_is_not_signed_is_refused(client):
    assert client.post("/twilio/callback?out=1", data={"CallSid": SID}).status_code == 403


class Out:
    """A call that somebody wants to make, and the company that rings for it."""

    def __init__(self, client, operator, ticket, call) -> None:
        self.client, self.operator, self.ticket, self.call = client, operator, ticket, call

    def phone(self, path: str, *, id: int | None = None, **fields):
        about = f"/twilio/callback{path}?out={id or self.call.id}"
        answer = post(self.client, about, **{"CallStatus": "in-progress", **LEG, **fields})
        db.session.rollback()
        db.session.expire_all()
        return answer

    def now(self) -> Call:
        return db.session.get_one(Call, self.call.id)


@pytest.fixture
def out(app: Flask, client):
    with transaction():
        operator = builders.person("operator", phone="+819012345601")
        ticket = builders.ticket(caller_phone="03-5422-6351")
        call = calls.call_back(ticket, "caller_phone", by=operator, now=NOON)
    return Out(client, operator, ticket, call)
