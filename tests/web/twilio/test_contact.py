"""A contact of a partner is rung to verify the number; only the key of that number does it."""

import pytest
from sqlalchemy.exc import OperationalError

from hotline.db import db
from hotline.transaction import transaction
from hotline.vendors import queries
from hotline.vendors.models import VendorContact
from hotline.web.twilio import contact as twilio_contact
from tests import partners
from tests.builders import NOON
from tests.company import SID, post, verbs, words

PHONE = "+81312345678"
LEG = {"Direction": "outbound-api", "From": "+81120066318", "To": PHONE}


def test_whoever_picks_up_hears_why_and_the_key_and_nothing_is_verified(rung):
    answer = rung.asks()

    assert answer.content_type == "text/xml; charset=utf-8"
    assert verbs(answer) == ["Gather", "Gather", "Say", "Hangup"]
    assert "1を押して" in words(answer)
    assert rung.now().verified_at is None


def test_the_key_verifies_the_number_and_says_so_however_often_it_is_pressed(rung):
    first, second = rung.presses("1"), rung.presses("1")

    assert (rung.now().verified_at, rung.now().verified_by_id) == (NOON, None)
    assert "確認済みとして登録しました" in words(first)
    assert words(first) == words(second)


@pytest.mark.parametrize("key", ["2", "", "*", "11", None])
def test_nothing_but_the_key_verifies_it(rung, key):
    answer = rung.presses(key)

    assert rung.now().verified_at is None
    assert "確認済みになっていません" in words(answer)


def test_it_is_said_in_the_language_of_the_contact(rung):
    with transaction():
        rung.now().locale = "en"

    assert "please press 1" in words(rung.asks())


@pytest.mark.parametrize("changes", [{"phone": "+81398765432"}, {"ended_at": NOON}])
def test_a_key_speaks_for_the_number_that_rings_and_no_other(rung, changes):
    with transaction():
        for name, value in changes.items():
            setattr(rung.now(), name, value)
    answers = rung.asks(), rung.presses("1")

    assert rung.now().verified_at is None
    assert all("取り消されました" in words(answer) for answer in answers)


def test_somebody_who_is_no_contact_hears_nothing_of_it(rung):
    assert "取り消されました" in words(rung.phone("/twilio/contact?contact=999"))


@pytest.mark.parametrize("path", ["", "/answer", "/ended"])
def test_s_15_only_the_telephone_company_is_heard(rung, path):
    address = f"/twilio/contact{path}?contact={rung.id}"
    forged = rung.client.post(address, data={"CallSid": SID, "Digits": "1", "To": PHONE})

    assert forged.status_code == 403
    assert rung.now().verified_at is None


def test_without_a_database_the_key_is_asked_for_again_and_nothing_is_claimed(rung, away):
    picked_up, pressed, last = rung.asks(), rung.presses("1"), rung.presses("1", attempt=3)

    assert "0120-066-318" in words(picked_up)
    assert "記録できませんでした" in words(pressed)
    assert "attempt=2" in pressed.text
    assert "0120-066-318" in words(last)


def test_the_end_of_the_call_changes_nothing(rung):
    answer = rung.phone(f"/twilio/contact/ended?contact={rung.id}", CallStatus="no-answer")

    assert verbs(answer) == []
    assert rung.now().verified_at is None


class Rung:
    """A contact whose number nobody verified, and their telephone."""

    def __init__(self, client) -> None:
        self.client = client
        with transaction():
            contact = partners.contact(partners.vendor(), phone=PHONE, verified_at=None)
            self.id = contact.id

    def phone(self, path, **fields):
        return post(self.client, path, **{**LEG, **fields})

    def asks(self):
        return self.phone(f"/twilio/contact?contact={self.id}")

    def presses(self, key, *, attempt=1):
        path = f"/twilio/contact/answer?contact={self.id}&attempt={attempt}"
        return self.phone(path, Digits=key)

    def now(self) -> VendorContact:
        return db.session.get(VendorContact, self.id, populate_existing=True)


@pytest.fixture
def rung(app, client, at):
    with at(NOON):
        yield Rung(client)


@pytest.fixture
def away(monkeypatch):
    """The database cannot be reached."""

    def refuse(*_arguments, **_facts):
        raise OperationalError("SELECT", None, OSError())

    monkeypatch.setattr(twilio_contact.queries, "contact", refuse)
    return queries
