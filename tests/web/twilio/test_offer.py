"""A contact who is rung hears what is asked and by when; keys answer, and nothing else does."""

import threading
from contextvars import copy_context
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from hotline.coordination.models import OfferRing, Task
from hotline.coordination.queries import due_offer_ids, linked
from hotline.coordination.rules import Answered
from hotline.db import db
from hotline.transaction import transaction
from hotline.vendors.models import Vendor, VendorContact
from hotline.web.twilio import rung as keys
from tests import builders, partners
from tests.builders import NOON
from tests.company import SID, post, verbs, words
from tests.web.offered import Offered

LEG = {"Direction": "outbound-api", "From": "+81120066318", "To": "+81312345678"}


# What is heard


def test_whoever_picks_up_hears_the_function_the_time_and_the_keys_twice(rung):
    answer = rung.asks()

    assert answer.content_type == "text/xml; charset=utf-8"
    assert verbs(answer) == ["Gather", "Gather", "Say", "Hangup"]
    assert words(answer).count("フォレンジック調査") == 2
    assert "11月4日、水曜日の午後1時" in words(answer)
    assert rung.now().status == "offered"


def test_it_is_said_in_the_language_and_the_time_of_the_contact(rung):
    rung.change(Vendor, zone="Europe/Berlin")

    said = words(rung.asks(language="en"))
    assert "We ask you to take on Forensics. Please answer by 5 a.m." in said


@pytest.mark.parametrize("stranger", [0, 999])
def test_who_was_not_asked_hears_nothing_of_it(rung, stranger):
    answer = rung.phone(f"/twilio/offer?offer={rung.offer_id}&contact={stranger}")

    assert "フォレンジック" not in words(answer)
    assert verbs(answer) == ["Say", "Hangup"]


# The keys


def test_one_takes_it_on_and_twice_is_once(rung):
    first, second = rung.presses("1"), rung.presses("1")
    offer = rung.now()

    assert (offer.status, offer.answered_by, offer.contact_id) == (
        "accepted",
        "key",
        rung.first,
    )
    assert "お引き受けを記録しました" in words(first)
    assert words(first) == words(second)


def test_two_asks_why_and_the_next_key_declines(rung):
    why = rung.presses("2")
    answer = rung.presses("2", path="/reason")

    assert "人員の空きがない" in words(why)
    assert rung.now().decline_reason == "schedule"
    assert "ご回答をありがとうございました" in words(answer)


def test_nine_says_it_again(rung):
    assert words(rung.presses("9")) == words(rung.asks())
    assert "理由をお選びください" in words(rung.presses("9", path="/reason"))
    assert rung.now().status == "offered"


@pytest.mark.parametrize("key", ["5", "0", "*", "11", "hangup", "", None])
def test_any_other_key_tells_the_next_contact_at_once(rung, key):
    answer = rung.presses(key)

    assert rung.now().status == "offered"
    assert due_offer_ids(now=NOON) == [rung.offer_id]
    assert "回答は記録されていません" in words(answer)


def test_no_reason_after_three_tries_tells_the_next_contact(rung):
    said = [words(rung.presses("7", path="/reason", attempt=number)) for number in (1, 2, 3)]

    assert ["理由をお選びください" in one for one in said] == [True, True, False]
    assert due_offer_ids(now=NOON) == [rung.offer_id]


# Too late


@pytest.mark.parametrize("key", [None, "1", "2", "9"])
def test_a_phone_that_rings_when_another_company_has_it_says_so_kindly(rung, key):
    rung.taken_by_another(answered=Answered.LINK)
    answer = rung.presses(key) if key else rung.asks()

    assert "ほかの会社が引き受けました" in words(answer)
    assert verbs(answer) == ["Say", "Hangup"]


def test_a_colleague_who_picks_up_second_hears_that_it_is_answered(rung):
    rung.presses("1")
    answer = rung.presses("1", contact=rung.second)

    assert "御社の別の方" in words(answer)
    assert rung.now().contact_id == rung.first


def test_after_the_time_to_answer_the_key_takes_nothing(rung):
    answer = rung.presses("1", at=NOON + timedelta(minutes=60))

    assert "回答の期限を過ぎました" in words(answer)
    assert rung.now().status == "offered"


def test_of_all_who_press_at_the_same_moment_one_hears_that_it_is_theirs(app, rung):
    gate, said = threading.Barrier(2), []

    def press(contact: int) -> None:
        gate.wait()
        path = f"/twilio/offer/answer?offer={rung.offer_id}&contact={contact}"
        said.append(words(post(app.test_client(), path, Digits="1", **LEG)))

    # Each of them sees the clock of the test.
    threads = [
        threading.Thread(target=copy_context().run, args=[press, one])
        for one in (rung.first, rung.second)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted("お引き受けを記録しました" in one for one in said) == [False, True]


# The end of the call


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_the_end_of_a_call_without_an_answer_tells_the_next_contact_at_once(rung, status):
    answer = rung.ended(status)

    assert verbs(answer) == []
    assert due_offer_ids(now=NOON) == [rung.offer_id]


def test_the_end_of_a_call_that_took_it_changes_nothing(rung):
    rung.presses("1")
    rung.ended("completed")

    assert (rung.now().status, list(due_offer_ids(now=NOON))) == ("accepted", [])


# Believed, and answered in any case


@pytest.mark.parametrize("path", ["", "/answer", "/reason", "/ended"])
def test_only_the_telephone_company_is_heard(rung, path):
    address = f"/twilio/offer{path}?offer={rung.offer_id}&contact={rung.first}"
    forged = rung.client.post(address, data={"CallSid": SID, "Digits": "1"})

    assert (forged.status_code, rung.now().status) == (403, "offered")


@pytest.mark.parametrize("query", ["offer=x&contact=1", "offer=1&contact=-1", "offer=1&offer=2"])
def test_what_we_did_not_write_is_refused(rung, query):
    assert rung.phone(f"/twilio/offer/answer?{query}", Digits="1").status_code == 400


def test_without_a_database_the_contact_is_asked_to_call_the_desk(rung, away):
    answer = rung.asks()

    assert (answer.status_code, verbs(answer)) == (200, ["Say", "Hangup"])
    assert "0120-066-318" in words(answer)


@pytest.mark.parametrize("path", ["/answer", "/reason"])
def test_without_a_database_the_key_is_asked_for_again_and_nothing_is_claimed(rung, away, path):
    answer = rung.presses("1", path=path)

    assert "記録できませんでした" in words(answer)
    assert verbs(answer) == ["Gather", "Say", "Hangup"]
    assert f"/twilio/offer{path}" in answer.text
    assert "0120-066-318" in words(rung.presses("1", path=path, attempt=3))
    assert verbs(rung.ended("busy")) == []


class Rung(Offered):
    """One offer of an hour, two contacts of the partner, and their telephones."""

    def __init__(self, client, at) -> None:
        self.client, self.at = client, at
        with transaction():
            vendor = partners.vendor()
            self.first = partners.contact(vendor).id
            self.second = partners.contact(vendor, position=2).id
            task = partners.task(builders.ticket(), status="offered")
            self.offer_id = partners.offer(task, vendor).id
            db.session.add(OfferRing(offer_id=self.offer_id, contact_id=self.first, rung_at=NOON))
            self.ids = {Task: task.id, Vendor: vendor.id, VendorContact: self.first}

    def phone(self, path, *, at=NOON, **fields):
        with self.at(at):
            return post(self.client, path, **{**LEG, **fields})

    def asks(self, language="ja"):
        return self.phone(f"{self._to('')}&language={language}")

    def presses(self, key, *, path="/answer", contact=0, attempt=1, at=NOON):
        return self.phone(f"{self._to(path, contact)}&attempt={attempt}", at=at, Digits=key)

    def ended(self, status):
        return self.phone(self._to("/ended"), CallStatus=status)

    def _to(self, path, contact=0) -> str:
        return f"/twilio/offer{path}?offer={self.offer_id}&contact={contact or self.first}"


@pytest.fixture
def rung(app, client, at, monkeypatch):
    # A busy machine is no database that is away.
    monkeypatch.setattr(keys, "DATABASE_SECONDS", 30.0)
    with at(NOON):
        yield Rung(client, at)


@pytest.fixture
def away(monkeypatch):
    """The database cannot be reached."""

    def refuse(*_arguments, **_facts):
        raise OperationalError("SELECT", None, OSError())

    monkeypatch.setattr(linked, "behind", refuse)
    return monkeypatch
