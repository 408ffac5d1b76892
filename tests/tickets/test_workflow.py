"""Moving a ticket through its statuses."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from hotline import policy
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.duty.models import Page
from hotline.errors import Invalid, Refused
from hotline.followups import queries as followups
from hotline.followups import service as promises
from hotline.followups.models import Followup
from hotline.notices.models import Notice
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import NEXT, ReferralsPolicy, Status
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

NIGHT = NOON + timedelta(hours=9)
REFERRAL = "ipa"
EVENTS = {
    "on_hold": "held",
    "closed": "closed",
    "out_of_scope": "out_of_scope",
    "callback_pending": "reopened",
}


@pytest.mark.parametrize(("was", "wanted"), list(product(Status, Status)))
def test_a_ticket_goes_exactly_where_the_workflow_lets_it(app, was, wanted):
    ticket = standing(was)
    try:
        go(ticket, wanted)
        went = True
    except Refused:
        db.session.refresh(ticket)
        went = False

    assert went is (wanted in NEXT[was])
    assert ticket.status == (wanted if went else was)


@pytest.mark.parametrize("status", sorted(set().union(*NEXT.values())))
def test_each_step_is_a_line_of_the_story_and_of_the_trail(app, status):
    was = next(one for one in Status if status in NEXT[one])
    ticket = standing(was)
    go(ticket, status)
    event = EVENTS.get(status, "moved_on")
    line = db.session.scalars(select(Line).where(Line.event == event)).one()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "ticket.moved_on")
    ).one()

    assert line.person_id == entry.person_id == 1
    assert entry.detail == {"was": was, "to": status}


def test_closing_waits_until_every_promise_has_ended(app):
    with transaction():
        ticket = builders.ticket()
    with pytest.raises(Refused, match="promise is still open"):
        go(ticket, Status.CLOSED)
    with transaction():
        service.call_off_promise(builders.promise_of(ticket), reason="誤報", by_id=1, now=NOON)
    go(ticket, Status.CLOSED)

    assert ticket.status == "closed"


@pytest.mark.parametrize(
    ("was", "wanted"),
    [("hearing", "on_hold"), ("received", "closed"), ("closed", "callback_pending")],
)
def test_a_step_that_must_be_explained_is_not_made_without_a_reason(app, was, wanted):
    ticket = standing(was)
    with pytest.raises(Invalid) as refused:
        go(ticket, wanted, reason=" ")
    db.session.refresh(ticket)

    assert list(refused.value.fields) == ["reason"]
    assert ticket.status == was


@pytest.mark.parametrize("reason", ["\0", "あ" * 501])
def test_a_reason_that_cannot_be_kept_is_named(app, reason):
    ticket = standing("hearing")
    with pytest.raises(Invalid) as refused:
        go(ticket, Status.ON_HOLD, reason=reason)

    assert list(refused.value.fields) == ["reason"]


@pytest.mark.parametrize("referral", ["", "nowhere"])
def test_out_of_scope_says_where_the_caller_was_sent(app, referral):
    ticket = standing("hearing")
    with pytest.raises(Invalid) as refused:
        go(ticket, Status.OUT_OF_SCOPE, referral=referral)

    assert list(refused.value.fields) == ["referral"]


@pytest.mark.parametrize("reason", ["", "他社の保険"])
def test_out_of_scope_calls_off_what_was_promised(app, reason):
    with transaction():
        ticket = builders.ticket()
    go(ticket, Status.OUT_OF_SCOPE, reason=reason)
    [promise] = followups.of_ticket(ticket.id)
    text = policy.get(ReferralsPolicy).by_code[REFERRAL].ja

    assert (promise.status, promise.end_reason) == ("called_off", reason or text)


@pytest.mark.parametrize("end", [Status.CLOSED, Status.OUT_OF_SCOPE])
def test_nobody_is_told_about_a_ticket_that_has_ended(app, end):
    with transaction():
        ticket = builders.ticket(
            severity="p1", received_at=NIGHT, now=NIGHT, caller_phone="090-1234-5678"
        )
        db.session.execute(update(Followup).values(status="done"))
    go(ticket, end)
    told = select(Notice.status).where(Notice.subject == f"ticket:{ticket.number}")

    assert set(db.session.scalars(told)) == {"withdrawn"}
    assert set(db.session.scalars(select(Page.status))) == {"called_off"}


def test_opening_a_ticket_again_promises_a_call_from_now_on(app):
    ticket = standing("closed")
    go(ticket, Status.CALLBACK_PENDING, now=NIGHT)
    first, second = followups.of_ticket(ticket.id)

    assert (first.status, second.status) == ("done", "pending")
    assert second.due_at == NIGHT + timedelta(hours=12)


def test_a_p1_that_is_opened_again_at_night_rings_somebody(app):
    with transaction():
        ticket = builders.ticket(severity="p1")
        db.session.execute(update(Followup).values(status="done"))
    go(ticket, Status.CLOSED)
    go(ticket, Status.CALLBACK_PENDING, now=NIGHT)

    assert list(db.session.scalars(select(Page.status))) == ["open"]


def test_a_p1_that_was_taken_and_is_opened_again_rings_somebody_again(app):
    with transaction():
        ticket = builders.ticket(severity="p1", received_at=NIGHT, now=NIGHT)
        someone = builders.person("coordinator")
        promises.take(builders.promise_of(ticket), by_id=someone.id, now=NIGHT)
        service.keep_promise(builders.promise_of(ticket), by_id=someone.id, now=NIGHT)
    go(ticket, Status.CLOSED, now=NIGHT)
    before = list(db.session.scalars(select(Page.status)))
    go(ticket, Status.CALLBACK_PENDING, now=NIGHT)

    assert (before, list(db.session.scalars(select(Page.status)))) == (["taken"], ["open"])


@pytest.mark.parametrize(
    ("received_at", "before"),
    [(NOON, "received"), (NIGHT, "callback_pending")],
)
def test_once_the_caller_was_called_back_the_hearing_has_begun(app, received_at, before):
    with transaction():
        ticket = builders.ticket(received_at=received_at, now=received_at)
        was = ticket.status
        service.keep_promise(builders.promise_of(ticket), by_id=1, now=received_at)

    assert (was, ticket.status) == (before, "hearing")


def test_a_ticket_further_on_stays_there(app):
    with transaction():
        ticket = builders.ticket()
        ticket.status = "coordinating"
        service.keep_promise(builders.promise_of(ticket), by_id=1, now=NOON)

    assert ticket.status == "coordinating"


def test_without_a_promise_no_call_back_is_owed(app):
    with transaction():
        ticket = builders.ticket(received_at=NIGHT, now=NIGHT)
        promise = builders.promise_of(ticket)
        service.call_off_promise(promise, reason="誤報と判明", by_id=1, now=NIGHT)

    assert ticket.status == "received"


def standing(status: str) -> Ticket:
    """A ticket with this status; its promise has been kept."""
    with transaction():
        ticket = builders.ticket(severity="p3", case_types=("leak",))
        db.session.execute(update(Followup).values(status="done"))
        if status == Status.DUPLICATE:
            ticket.duplicate_of_id = builders.ticket().id
        ticket.status = status
    return ticket


def go(ticket: Ticket, status: str, *, reason="理由", referral=REFERRAL, now=NOON) -> None:
    with transaction():
        service.go_to(ticket, Status(status), reason=reason, referral=referral, by_id=1, now=now)
