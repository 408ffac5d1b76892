"""The page behind a partner's link: it takes one answer, and tells nothing to anybody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import Answered
from hotline.db import db
from hotline.edge import offer_links
from hotline.edge.identity import settings
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.vendors.models import Vendor, VendorContact
from tests import builders, partners
from tests.builders import NOON
from tests.web import forms
from tests.web.offered import Offered

SOON = NOON + timedelta(minutes=42)
CASE = ("確認工業", "暗号化被害の証拠保全", "北斗データ鑑識", "フォレンジック")


# What is asked


def test_the_time_to_answer_and_the_brief_are_shown(asked):
    page = asked.look()

    assert page.status_code == 200
    assert "フォレンジック調査をお引き受けいただけますか。" in page.text
    assert "きょう 13:00" in page.text
    assert "あと 18分" in page.text
    assert all(
        words in page.text for words in ("㈱北斗データ鑑識", "暗号化被害の証拠保全", "NAS 1台")
    )
    assert "人員の空きがない</label>" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_company_that_needs_help_is_not_named(asked):
    assert "確認工業" not in asked.look().text


def test_looking_answers_nothing_however_often_and_is_on_record(asked):
    asked.look()
    asked.look()

    assert asked.now().status == "offered"
    assert [one.detail["by"] for one in entries("read")] == ["link", "link"]


def test_a_contact_reads_it_in_their_own_language_and_time(asked):
    asked.change(VendorContact, locale="en")
    asked.change(Vendor, zone="Europe/Berlin")
    page = asked.look()

    assert "Can you take on Forensics?" in page.text
    assert "05:00" in page.text


def test_a_drill_says_so(asked):
    asked.change(Ticket, drill=True)

    assert "訓練" in asked.look().text


# The answers


def test_taking_it_on_engages_the_partner_and_says_so(asked):
    answer = asked.send(answer="accept")
    offer = asked.now()

    assert (answer.status_code, offer.status, offer.answered_by) == (200, "accepted", "link")
    assert (offer.contact_id, offer.person_id) == (asked.contact_id, None)
    assert "お引き受けいただき、ありがとうございます" in answer.text


def test_only_who_takes_it_on_is_led_to_the_task(asked):
    task = f'href="/partner/tasks/{asked.now().task_id}"'
    before, taken = asked.look().text, asked.send(answer="accept").text

    assert "担当者が開示したもの" in before
    assert (task in before, task in taken) == (False, True)


def test_declining_takes_a_reason_and_words(asked):
    answer = asked.send(answer="decline", reason="schedule", text="来週なら可")
    offer = asked.now()

    assert (answer.status_code, offer.status) == (200, "declined")
    assert (offer.decline_reason, offer.decline_text) == ("schedule", "来週なら可")


@pytest.mark.parametrize(
    "fields", [{}, {"answer": "maybe"}, {"answer": "decline"}, {"answer": "decline", "reason": "x"}]
)
def test_what_is_no_answer_comes_back_with_the_words(asked, fields):
    answer = asked.send(**fields)

    assert (answer.status_code, asked.now().status) == (422, "offered")
    assert "field-error" in answer.text


@pytest.mark.parametrize(
    "fields", [{"answer": "accept"}, {"answer": "decline", "reason": "schedule"}], ids=str
)
def test_the_same_answer_once_more_is_the_same_page_and_nothing_new(asked, fields):
    first = asked.send(**fields)
    before = len(entries())
    second = asked.send(**fields)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.data == second.data
    assert len(entries()) == before


def test_another_answer_after_the_first_is_refused(asked):
    asked.send(answer="accept")
    answer = asked.send(answer="decline", reason="schedule")

    assert (answer.status_code, asked.now().status) == (410, "accepted")
    assert [one.detail["why"] for one in entries("refused")] == ["answered"]


# What is over


def test_a_used_link_tells_nothing_of_the_case(asked):
    asked.send(answer="accept")
    page = asked.look()

    assert page.status_code == 410
    assert "すでにご回答をいただいています" in page.text
    assert not any(words in page.text for words in CASE)


def test_who_is_late_reads_a_kind_sentence(asked):
    late = asked.look(at=NOON + timedelta(minutes=60))
    answer = asked.send(NOON + timedelta(minutes=60), answer="accept")

    assert (late.status_code, answer.status_code) == (410, 410)
    assert "回答の期限を過ぎました" in late.text
    assert asked.now().status == "offered"


def test_who_was_second_reads_that_another_company_has_it(asked):
    asked.taken_by_another(answered=Answered.KEY)
    page, answer = asked.look(), asked.send(answer="accept")

    assert (page.status_code, answer.status_code) == (410, 410)
    assert "ほかの会社が引き受けました" in page.text
    assert page.data == answer.data


def test_a_colleague_who_answers_second_reads_that_it_is_answered(asked):
    asked.send(answer="accept")
    answer = asked.send(link=asked.link(contact_id=asked.colleague_id), answer="accept")

    assert answer.status_code == 410
    assert asked.now().contact_id == asked.contact_id


# What is no link


def test_every_link_that_opens_nothing_has_the_same_bytes_and_is_noted(asked):
    links = [
        "/offers/forged",
        asked.link(offer_id=10**6),
        asked.link(contact_id=asked.stranger_id),
    ]
    pages = [asked.look(link) for link in links]
    answers = [asked.send(link=link, answer="accept") for link in links]
    asked.change(Vendor, withdrawn_at=NOON)
    pages.append(asked.look())

    assert {one.status_code for one in (*pages, *answers)} == {404}
    assert len({one.data for one in (*pages, *answers)}) == 1
    why = [one.detail["why"] for one in entries("refused")]
    assert why == ["forged", "missing", "missing"] * 2 + ["withdrawn"]


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        (Vendor, {"contract_to": NOON.date() - timedelta(days=1)}),
        (VendorContact, {"ended_at": NOON}),
        (Offer, {"status": "queued"}),
    ],
)
def test_who_may_not_answer_any_more_finds_nothing(asked, what, facts):
    asked.change(what, **facts)

    assert asked.look().status_code == 404


def entries(action=""):
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [one for one in found if not action or one.action == action]


class Asked(Offered):
    """One offer, the contact who has its link, a colleague and a stranger."""

    def __init__(self, client, at) -> None:
        self.client, self.at = client, at
        with transaction():
            vendor = partners.vendor(name="㈱北斗データ鑑識")
            self.contact_id = partners.contact(vendor).id
            self.colleague_id = partners.contact(vendor, position=2).id
            self.stranger_id = partners.contact(partners.vendor()).id
            ticket = builders.ticket(company="確認工業")
            task = partners.task(
                ticket, status="offered", scope="暗号化被害の証拠保全", scale="NAS 1台"
            )
            self.offer_id = partners.offer(task, vendor).id
            self.ids = {
                Ticket: ticket.id,
                Task: task.id,
                Vendor: vendor.id,
                VendorContact: self.contact_id,
                Offer: self.offer_id,
            }

    def link(self, *, offer_id=None, contact_id=None) -> str:
        ids = offer_id or self.offer_id, contact_id or self.contact_id
        return f"/offers/{offer_links.mint(*ids, settings())}"

    def look(self, link="", *, at=SOON):
        with self.at(at):
            return self.client.get(link or self.link())

    def send(self, now=SOON, *, link="", **fields):
        with self.at(now):
            return forms.send(self.client, link or self.link(), fields)


@pytest.fixture
def asked(app, client, at):
    return Asked(client, at)
