"""The worker goes from contact to contact and from partner to partner; what it makes is rows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from hotline.coordination import queries, service
from hotline.coordination.models import Offer
from hotline.coordination.rules import Answered
from hotline.db import db
from hotline.jobs import kinds, offers
from hotline.notices import queries as notices
from hotline.transaction import transaction
from tests import builders, partners
from tests.jobs.conftest import NINE


def test_the_next_contact_is_told_after_the_pause(work, time, offer, contacts):
    looked = [offers.look(work)]
    time.advance(minutes=5)
    looked += [offers.look(work), offers.look(work)]

    assert looked == [0, 1, 0]
    assert [one.contact_id for one in queries.rings_of(offer.id)] == [one.id for one in contacts]


def test_whoever_is_silent_is_followed_by_the_next_in_line(work, time, offer, follower):
    time.now = offer.reply_by - timedelta(seconds=1)
    offers.look(work)
    before = fresh(offer).status
    time.advance(seconds=1)
    offers.look(work)

    assert (before, fresh(offer).status, fresh(follower).status) == (
        "offered",
        "expired",
        "offered",
    )


def test_an_answer_ends_all_ringing(work, time, offer, contacts):
    with transaction():
        service.accept(fresh(offer), answered=Answered.LINK, contact_id=contacts[0].id, now=NINE)
    time.advance(hours=2)

    assert offers.look(work) == 0
    assert {one.status for one in notices.about(f"offer:{offer.id}")} == {"withdrawn"}


def test_one_broken_offer_does_not_hold_up_another(work, time, offer, monkeypatch):
    with transaction():
        other = partners.offer(partners.task(), partners.vendor(), wake_at=NINE)
    real = service.look_after

    def broken(offer_id, *, now):
        if offer_id == offer.id:
            raise ValueError
        return real(offer_id, now=now)

    monkeypatch.setattr(service, "look_after", broken)
    time.now = offer.reply_by

    assert offers.look(work) == 1
    assert fresh(other).status == "expired"


def test_without_a_database_everything_stays_as_it_is(work, time, offer, monkeypatch):
    def away(offer_id, *, now):
        raise OperationalError("SELECT", None, OSError())

    monkeypatch.setattr(service, "look_after", away)
    time.now = offer.reply_by

    with pytest.raises(OperationalError):
        offers.look(work)
    assert fresh(offer).status == "offered"


def test_a_worker_that_is_told_to_stop_begins_no_further_offer(work, time, offer):
    time.now = offer.reply_by

    assert offers.look(replace(work, stopping=lambda: True)) == 0


def test_whom_it_asks_is_told_in_the_same_look():
    order = list(kinds.JOBS)

    assert order.index("offers") < min(order.index(kind) for kind in ("mail", "sms", "voice"))


def fresh(offer: Offer) -> Offer:
    db.session.rollback()
    return db.session.get(Offer, offer.id)


@pytest.fixture
def vendor(app):
    with transaction():
        return partners.vendor()


@pytest.fixture
def contacts(vendor):
    with transaction():
        return [partners.contact(vendor, position=number) for number in (1, 2)]


@pytest.fixture
def offer(vendor, contacts):
    with transaction():
        by = builders.person("coordinator")
        return service.offer(partners.task(), vendor, by_id=by.id, now=NINE)


@pytest.fixture
def follower(offer):
    with transaction():
        task = service.hold_task(offer.task_id)
        return service.queue(task, partners.vendor(), by_id=1, now=NINE)
