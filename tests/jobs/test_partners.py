"""Whom a notice about a partner's task reaches; in an exercise nobody outside."""

from datetime import timedelta

import pytest

from hotline.coordination.models import Offer
from hotline.db import db
from hotline.edge import offer_links
from hotline.notices import service as notices
from hotline.notices.rules import LEAD, TEAM, Channel, Kind, contact
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.vendors.models import Vendor, VendorContact
from hotline.vendors.rules import REACHED_BY
from tests import builders, partners
from tests.jobs.conftest import NINE, deliver_by_every_channel


def test_a_contact_is_written_to_with_a_link_of_their_own(asked):
    asked.tell(Kind.OFFER)
    sent = asked.mails[0]
    token = offer_links.mint(asked.offer_id, asked.contact_id, asked.work.settings)

    assert sent.to == "duty@partner.example"
    assert f"/offers/{token}\n" in sent.body
    assert "回答の期限：2027年1月4日（月）10:00" in sent.body


def test_a_contact_is_texted_and_rung_in_their_language(asked):
    asked.change(VendorContact, locale="en")
    asked.tell(Kind.OFFER, Channel.SMS)
    asked.tell(Kind.OFFER, Channel.VOICE)
    ring = asked.exchange.rings[0]

    assert asked.exchange.texts[0].body.startswith("[Hotline] Can you take on")
    assert (ring.to, ring.words) == ("+81312345678", "")
    assert f"offer={asked.offer_id}&contact={asked.contact_id}&language=en" in ring.url
    assert ring.ended_url.startswith("http://localhost/twilio/offer/ended?")


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        (VendorContact, {"ended_at": NINE}),
        (VendorContact, {"email": "", "verified_at": None}),
        (Vendor, {"withdrawn_at": NINE}),
    ],
)
def test_who_may_not_be_told_is_told_nothing(asked, what, facts):
    asked.change(what, **facts)
    for channel in REACHED_BY:
        asked.tell(Kind.OFFER, channel)

    assert asked.reached() == set()


def test_the_call_that_checks_a_number_dials_it_unverified(asked):
    asked.change(VendorContact, verified_at=None)
    asked.tell(Kind.CONTACT_CHECK, Channel.VOICE, subject=f"contact:{asked.contact_id}")

    assert asked.exchange.rings[0].url.endswith(f"contact={asked.contact_id}&language=ja")


def test_an_offer_of_another_partner_is_told_to_nobody(asked):
    with transaction():
        stranger = partners.contact(partners.vendor()).id
    asked.tell(Kind.OFFER, audience=contact(stranger))

    assert asked.reached() == set()


def test_an_account_is_led_to_its_first_page(asked):
    with transaction():
        someone = partners.somebody_of(db.session.get(Vendor, asked.ids[Vendor]))
    asked.tell(Kind.OFFER, person_id=someone.id, audience="")

    assert "http://localhost/\n" in asked.mails[0].body


# An exercise


def test_in_an_exercise_whoever_asked_plays_the_partner_by_mail(asked):
    asked.change(Ticket, drill=True)
    for channel in REACHED_BY:
        asked.tell(Kind.OFFER, channel)

    assert asked.reached() == {asked.coordinator.email}
    assert asked.mails[0].subject.startswith("【訓練】")
    assert "/offers/" in asked.mails[0].body


@pytest.mark.parametrize("kind", [Kind.OFFER_ACCEPTED, Kind.OFFER_LOST, Kind.NOBODY_LEFT])
@pytest.mark.parametrize("audience", [TEAM, LEAD])
def test_in_an_exercise_nobody_else_is_told_how_it_went(asked, kind, audience):
    asked.change(Ticket, drill=True)
    asked.tell(kind, audience=audience, subject=f"task:{asked.task_id}")

    assert asked.reached() == {asked.coordinator.email}


def test_in_an_exercise_no_account_outside_is_told(asked):
    with transaction():
        someone = partners.somebody_of(db.session.get(Vendor, asked.ids[Vendor]))
    asked.change(Ticket, drill=True)
    asked.change(Offer, made_by_id=None)
    asked.tell(Kind.DESK_WROTE, person_id=someone.id, audience="")

    assert asked.reached() == {asked.coordinator.email}


def test_in_an_exercise_whoever_plays_the_partner_is_led_to_the_desk_s_own_page(asked):
    asked.change(Ticket, drill=True)
    asked.tell(Kind.TASK_RETURNED, subject=f"task:{asked.task_id}")

    assert f"http://localhost/tasks/{asked.task_id}\n" in asked.mails[0].body


class Asked:
    """One offer, the contact who is told, and the coordinator who made it."""

    def __init__(self, work, postman, exchange, time) -> None:
        self.work, self.postman, self.exchange = work, postman, exchange
        with transaction():
            self.coordinator = builders.person("coordinator")
            builders.person("supervisor")
            ticket = builders.ticket(now=NINE, received_at=NINE)
            vendor = partners.vendor()
            self.contact_id = partners.contact(vendor).id
            task = partners.task(ticket, status="offered")
            offer = partners.offer(task, vendor, made_by_id=self.coordinator.id)
            self.offer_id, self.task_id, self.number = offer.id, task.id, ticket.number
            self.ids = {
                Ticket: ticket.id,
                Vendor: vendor.id,
                Offer: offer.id,
                VendorContact: self.contact_id,
            }

    def tell(self, kind, channel=Channel.MAIL, *, subject="", **whom) -> None:
        reply_by = (NINE + timedelta(hours=1)).isoformat()
        facts = {"number": self.number, "task": self.task_id, "due_at": reply_by}
        with transaction():
            notices.tell(
                subject or f"offer:{self.offer_id}",
                kind,
                **{"audience": contact(self.contact_id), **whom},
                channel=channel,
                due_at=NINE,
                facts=facts,
                now=NINE,
            )
        deliver_by_every_channel(self.work)

    def change(self, what, **facts) -> None:
        with transaction():
            found = db.session.get(what, self.ids[what])
            for name, value in facts.items():
                setattr(found, name, value)

    @property
    def mails(self):
        """Those that are not about the promise of the ticket."""
        return [one for one in self.postman.mails if not one.about.startswith("followup:")]

    def reached(self) -> set[str]:
        return {one.to for one in (*self.mails, *self.exchange.texts, *self.exchange.rings)}


@pytest.fixture
def asked(work, postman, exchange, time):
    return Asked(work, postman, exchange, time)
