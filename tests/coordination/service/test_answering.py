"""Partners answer; one is engaged, and what it had ends with it."""

from datetime import timedelta

import pytest

from hotline.coordination import queries, service
from hotline.coordination.models import Milestone, OpposingParty
from hotline.coordination.rules import Actor, Answered, Standing, TaskGiven, TaskStatus
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.notices import queries as notices
from hotline.notices.rules import Kind
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.vendors.models import Conflict
from tests import builders, partners
from tests.builders import NOON

SOON = NOON + timedelta(minutes=1)


def test_whoever_accepts_does_it_and_nobody_else_is_asked_any_more(task, desk):
    winner, slower, queued = (asked(task, desk, queue=number == 2) for number in range(3))
    quote = partners.offer(task, partners.vendor(), status="accepted", for_quote=True)
    service.accept(winner, answered=Answered.KEY, contact_id=7, now=SOON)

    assert [one.status for one in (winner, slower, queued, quote)] == [
        "accepted",
        "expired",
        "withdrawn",
        "withdrawn",
    ]
    assert (task.status, task.vendor_id) == ("accepted", winner.vendor_id)
    assert (winner.answered_by, winner.contact_id, winner.engaged_at) == ("key", 7, SOON)
    assert queries.engaged_offer(task.id) is winner


def test_an_acceptance_that_comes_twice_is_one(task, desk):
    offer = asked(task, desk)
    service.accept(offer, answered=Answered.LINK, contact_id=7, now=SOON)
    again = service.accept(offer, answered=Answered.LINK, contact_id=8, now=SOON)

    told = timeline.about(f"task:{task.id}", Audience.STAFF)

    assert (again is offer, offer.contact_id) == (True, 7)
    assert [line.event for line, _ in told].count("offer_accepted") == 1


def test_everything_that_was_not_sent_stays_unsent_and_the_slower_ones_are_thanked(task, desk):
    vendors = [partners.vendor() for _ in range(2)]
    [partners.contact(one) for one in vendors]
    first, second = (service.offer(task, one, by_id=desk.id, now=NOON) for one in vendors)
    service.accept(first, answered=Answered.LINK, now=SOON)
    sent = {one.kind: one.status for offer in (first, second) for one in about(offer)}
    lost = [one.subject for offer in (first, second) for one in about(offer)
            if one.kind == Kind.OFFER_LOST]  # fmt: skip

    assert sent == {Kind.OFFER: "withdrawn", Kind.OFFER_LOST: "waiting"}
    assert lost == [f"offer:{second.id}"]


def test_milestones_get_the_times_they_usually_have_and_none_after_the_end(writing, desk):
    ticket = builders.ticket()
    due_at = NOON + timedelta(days=2)
    given = TaskGiven(due_at=due_at)
    task = service.add_task(ticket, "forensics", given=given, by_id=desk.id, now=NOON)
    service.set_milestone_due(task, "interim_report", SOON, by_id=desk.id, now=NOON)
    service.accept(asked(task, desk), answered=Answered.DESK, now=SOON)
    dues = {one.code: one.due_at for one in queries.milestones_of([task.id])[task.id]}

    assert dues["interim_report"] == SOON
    assert max(due for due in dues.values() if due) == due_at


def test_the_story_says_who_takes_it_to_the_member_and_no_name_to_partners(task, desk):
    offer = asked(task, desk)
    service.accept(offer, answered=Answered.DESK, person_id=desk.id, now=SOON)
    service.move_task(task, TaskStatus.ESTIMATING, actor=Actor.VENDOR, by_id=desk.id, now=SOON)
    subject = f"task:{task.id}"
    read = {
        who: [line.event for line, _ in timeline.about(subject, who)]
        for who in (Audience.MEMBER, Audience.VENDOR)
    }

    assert read == {
        Audience.MEMBER: ["task_moved", "offer_accepted"],
        Audience.VENDOR: ["task_moved"],
    }


def test_for_a_price_several_accept_and_one_is_chosen(task, desk):
    first, second = (asked(task, desk, for_quote=True) for _ in range(2))
    for one in (first, second):
        service.accept(one, answered=Answered.PORTAL, now=SOON)
    standing = partners.standing(task, second.vendor_id, now=SOON)
    status = task.status
    service.engage(second, by_id=desk.id, now=SOON)
    again = service.engage(second, by_id=desk.id, now=SOON)

    assert (standing, status) == (Standing.QUOTING, "offered")
    assert (first.status, again.status, task.vendor_id) == (
        "withdrawn",
        "accepted",
        second.vendor_id,
    )
    assert partners.standing(task, second.vendor_id, now=SOON) is Standing.ENGAGED


def test_an_estimate_can_be_taken_back_and_an_engagement_cannot(task, desk):
    quote = asked(task, desk, for_quote=True)
    service.accept(quote, answered=Answered.PORTAL, now=SOON)
    service.withdraw_offer(quote, reason="重複", by_id=desk.id, now=SOON)
    engaged = asked(task, desk)
    service.accept(engaged, answered=Answered.PORTAL, now=SOON)

    assert quote.status == "withdrawn"
    with pytest.raises(Refused):
        service.withdraw_offer(engaged, reason="重複", by_id=desk.id, now=SOON)
    with pytest.raises(Refused):
        service.engage(quote, by_id=desk.id, now=SOON)


@pytest.mark.parametrize("change", ["withdrawn", "conflict", "party"])
def test_whoever_may_not_do_it_any_more_cannot_take_it_on(writing, desk, change):
    ticket = builders.ticket(company="確認工業")
    task = partners.task(ticket)
    vendor = partners.vendor()
    offer = service.offer(task, vendor, by_id=desk.id, now=NOON)
    CHANGES[change](vendor, ticket)

    with pytest.raises(Refused):
        service.accept(offer, answered=Answered.LINK, now=SOON)
    assert offer.status == "offered"


def test_a_refusal_is_told_with_its_reason_and_the_next_is_asked(task, desk):
    offer = asked(task, desk)
    queued = asked(task, desk, queue=True)
    for _ in range(2):
        service.decline(
            offer, "other", "担当者の都合", answered=Answered.LINK, contact_id=7, now=SOON
        )
    told = [one.kind for one in notices.about(f"task:{task.id}")]

    assert (offer.status, offer.decline_reason, offer.decline_text) == (
        "declined",
        "other",
        "担当者の都合",
    )
    assert (queued.status, told) == ("offered", [Kind.OFFER_DECLINED])


@pytest.mark.parametrize(
    ("reason", "text", "field"),
    [("x", "", "reason"), ("other", " ", "text"), ("schedule", "a\x00b", "text")],
)
def test_a_refusal_names_what_is_missing(task, desk, reason, text, field):
    offer = asked(task, desk)

    with pytest.raises(Invalid) as refused:
        service.decline(offer, reason, text, answered=Answered.KEY, now=SOON)
    assert list(refused.value.fields) == [field]


def test_a_released_partner_sees_nothing_at_once_and_others_can_be_asked(task, desk):
    offer = asked(task, desk)
    service.accept(offer, answered=Answered.PORTAL, now=SOON)
    service.reach_milestone(task, add_milestone(task), by_id=desk.id, now=SOON)
    release(task, desk, "人員不足")

    assert (offer.status, task.status, task.vendor_id) == ("withdrawn", "drafted", None)
    assert partners.standing(task, offer.vendor_id, now=SOON) is None
    assert asked(task, desk).status == "offered"


def test_a_task_that_nobody_is_on_record_for_can_begin_again(writing, desk):
    task = partners.task(status="in_progress")
    release(task, desk, "記録なし")

    assert (task.status, task.vendor_id) == ("drafted", None)


def test_nobody_is_released_where_nobody_is_engaged_or_without_a_reason(task, desk):
    with pytest.raises(Refused):
        release(task, desk, "x")
    service.accept(asked(task, desk), answered=Answered.PORTAL, now=SOON)
    with pytest.raises(Invalid):
        release(task, desk, " ")

    assert task.status == "accepted"


def release(task, desk, reason):
    service.move_task(
        task, TaskStatus.DRAFTED, actor=Actor.DESK, reason=reason, by_id=desk.id, now=SOON
    )


def asked(task, desk, *, queue=False, for_quote=False):
    verb = service.queue if queue else service.offer
    return verb(task, partners.vendor(), for_quote=for_quote, by_id=desk.id, now=NOON)


def about(offer):
    return notices.about(f"offer:{offer.id}")


def add_milestone(task) -> str:
    db.session.add(Milestone(task_id=task.id, code="interim"))
    db.session.flush()
    return "interim"


def leave(vendor, _ticket):
    vendor.withdrawn_at = NOON


def declare(vendor, ticket):
    facts = {"company": ticket.company, "company_key": ticket.company_key, "reason": "顧問先"}
    db.session.add(Conflict(vendor_id=vendor.id, noted_at=NOON, **facts))
    db.session.flush()


def work_for_the_other_side(vendor, ticket):
    other = builders.ticket(company="検証商事")
    partners.engaged(vendor, other)
    facts = {"company": "検証商事", "company_key": other.company_key}
    db.session.add(OpposingParty(ticket_id=ticket.id, noted_at=NOON, noted_by_id=1, **facts))
    db.session.flush()


CHANGES = {"withdrawn": leave, "conflict": declare, "party": work_for_the_other_side}
