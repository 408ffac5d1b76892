"""Who may see which offers and tasks, what partners are busy with, and how they answered."""

from datetime import timedelta

import pytest

from hotline.coordination import queries
from hotline.coordination.models import OpposingParty
from hotline.coordination.queries import Against, Answers, WantedOffers
from hotline.coordination.rules import Standing
from hotline.db import db
from hotline.errors import Missing
from tests import builders, partners
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_answers_of_the_past_are_counted_and_drills_are_not(writing):
    vendor = partners.vendor()
    real, drill = builders.ticket(), builders.ticket(drill=True)
    for ticket, status, facts in (
        (real, "accepted", {"answered_by": "link", "engaged_at": NOON}),
        (real, "withdrawn", {"answered_by": "key"}),
        (real, "withdrawn", {}),
        (real, "declined", {"answered_by": "key"}),
        (real, "expired", {"answered_at": NOON + HOUR}),
        (real, "expired", {"answered_at": NOON}),
        (drill, "declined", {"answered_by": "key"}),
    ):
        partners.offer(partners.task(ticket), vendor, status=status, wake_at=None, **facts)
    other = partners.vendor()

    assert queries.answers([vendor.id, other.id]) == {
        vendor.id: Answers(2, 1, 1),
        other.id: Answers(),
    }
    assert Answers(2, 1, 1).asked == 4


def test_what_a_partner_does_now_is_counted_and_drills_and_endings_are_not(writing):
    vendor = partners.vendor()
    partners.engaged(vendor)
    partners.engaged(vendor, status="closed")
    partners.engaged(vendor, builders.ticket(drill=True))

    assert queries.engagements([vendor.id, 99]) == {vendor.id: 1, 99: 0}


def test_what_waits_for_an_answer_is_listed_the_next_to_end_first(writing):
    task, vendor = partners.task(), partners.vendor()
    late = partners.offer(task, vendor, reply_by=NOON + 2 * HOUR)
    soon = partners.offer(partners.task(), vendor)
    partners.offer(partners.task(), vendor, status="queued", reply_by=None, wake_at=None)
    waiting = queries.waiting_offers()

    assert [one.offer for one in waiting] == [soon, late]
    assert (waiting[1].task, waiting[1].ticket.id) == (task, task.ticket_id)


def test_offers_are_due_when_their_time_has_come(writing):
    offer = partners.offer(partners.task(), partners.vendor())
    partners.offer(partners.task(), partners.vendor(), status="declined", wake_at=None)

    assert queries.due_offer_ids(now=offer.wake_at - timedelta(seconds=1)) == []
    assert queries.due_offer_ids(now=offer.wake_at) == [offer.id]


@pytest.mark.parametrize(
    ("facts", "after", "standing"),
    [
        ({}, timedelta(0), Standing.OFFERED),
        ({}, HOUR, None),
        ({"status": "accepted", "for_quote": True}, HOUR, Standing.QUOTING),
        ({"status": "accepted", "engaged_at": NOON}, HOUR, Standing.ENGAGED),
        ({"status": "queued"}, timedelta(0), None),
        ({"status": "withdrawn"}, timedelta(0), None),
    ],
)
def test_what_a_partner_is_to_a_task_decides_whether_it_sees_it(writing, facts, after, standing):
    task, vendor = partners.task(), partners.vendor()
    partners.offer(task, vendor, **facts)
    person, now = partners.somebody_of(vendor), NOON + after

    assert partners.standing(task, vendor.id, now=now) == standing
    assert sees(person, task, now) is (standing is not None)


def test_nobody_sees_the_task_of_a_partner_that_left_or_a_task_that_ended(writing):
    task, vendor = partners.task(status="offered"), partners.vendor()
    offer, person = partners.offer(task, vendor), partners.somebody_of(vendor)
    task.status = "withdrawn"
    seen = [sees(person, task, NOON)]
    task.status, vendor.withdrawn_at = "offered", NOON
    seen.append(sees(person, task, NOON))

    assert seen == [False, False]
    with pytest.raises(Missing):
        queries.offer_for(person, offer.id, now=NOON)


@pytest.mark.parametrize("role", ["member", "administrator"])
def test_who_is_neither_of_the_desk_nor_of_a_partner_sees_no_task(writing, role):
    task = partners.task()
    offer = partners.offer(task, partners.vendor())
    person = builders.person(role)

    assert sees(person, task, NOON) is False
    assert queries.offers_page(WantedOffers(), person, 9, now=NOON) == []
    with pytest.raises(Missing):
        queries.offer_for(person, offer.id, now=NOON)


def test_whoever_stands_on_the_other_side_is_known_with_the_reason(writing):
    ticket = builders.ticket(company="確認工業")
    busy, free, drilled = (partners.vendor() for _ in range(3))
    nothing = queries.conflicting(ticket)
    partners.engaged(busy, builders.ticket(company="検証商事"))
    partners.engaged(free, builders.ticket(company="別の会社"))
    partners.engaged(drilled, builders.ticket(company="検証商事", drill=True))
    key = builders.ticket(company="検証商事").company_key
    facts = {"company": "検証商事", "company_key": key, "noted_at": NOON, "noted_by_id": 1}
    db.session.add(OpposingParty(ticket_id=ticket.id, **facts))
    db.session.flush()

    assert (nothing, queries.conflicting(ticket)) == ({}, {busy.id: Against.ENGAGED})


def sees(person, task, now) -> bool:
    try:
        queries.task_for(person, task.id, now=now)
    except Missing:
        return False
    return True
