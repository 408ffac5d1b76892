"""A promise that nobody takes up reaches the team, then the lead, until somebody takes it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.duty.models import Page
from hotline.followups import service as followups
from hotline.jobs import mail
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

CLOSING = NINE + timedelta(hours=8)
TEAM, LEAD = NINE + timedelta(minutes=15), NINE + timedelta(minutes=30)


def test_the_team_hears_of_it_and_then_the_lead(work, time, postman, ticket, desk):
    told = {}
    for moment in (NINE, TEAM - timedelta(seconds=1), TEAM, LEAD):
        time.now, before = moment, len(postman.mails)
        mail.deliver(work)
        told[moment] = sorted(sent.to for sent in postman.mails[before:])
    first, second, lead = desk

    assert list(told.values()) == [[first.email], [], [first.email, second.email], [lead.email]]
    assert audiences(ticket) == ["coordinator_team", "lead"]


def test_once_somebody_took_it_nobody_hears_of_it(work, time, postman, ticket, desk):
    time.now = TEAM
    mail.deliver(work)
    with transaction():
        promise = followups.get(builders.promise_of(ticket).id)
        followups.take(promise, by_id=desk[0].id, now=TEAM)
    before, time.now = len(postman.mails), LEAD + timedelta(days=1)
    mail.deliver(work)

    assert len(postman.mails) == before
    assert audiences(ticket) == ["coordinator_team"]


def test_the_text_names_the_promise_and_how_late_it_is(work, time, postman, ticket, desk):
    time.now = LEAD
    mail.deliver(work)
    late = next(sent for sent in postman.mails if sent.to == desk[2].email)

    assert "2027年1月4日（月）9:00（30分経過）" in late.body


@pytest.mark.parametrize(
    ("severity", "minutes", "rung"), [("p1", 1, 1), ("p1", 120, 0), ("p2", 1, 0)]
)
def test_a_p1_from_before_closing_time_rings_people_after_it(
    app, work, time, desk, severity, minutes, rung
):
    received_at = CLOSING - timedelta(minutes=minutes)
    with transaction():
        builders.ticket(severity=severity, received_at=received_at, now=received_at)
    time.now = received_at + timedelta(minutes=30)
    mail.deliver(work)

    assert len(db.session.scalars(select(Page)).all()) == rung


def audiences(ticket) -> list[str]:
    query = select(Line.facts).where(Line.ticket_id == ticket.id, Line.event == "escalated")
    return [facts["audience"] for facts in db.session.scalars(query.order_by(Line.id))]


@pytest.fixture
def desk(app):
    """A coordinator on duty, one who is not, and a supervisor."""
    with transaction():
        first, second = (builders.person("coordinator") for _ in range(2))
        hours = {"starts_at": NINE, "ends_at": NINE + timedelta(hours=8)}
        builders.shift(first, "coordinator", **hours)
        return first, second, builders.person("supervisor")
