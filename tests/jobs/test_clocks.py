"""What is told about a legal clock: before its end to whoever is responsible, after it to all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.deadlines import queries
from hotline.deadlines.rules import Status
from hotline.jobs import mail
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.rules import Intake
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

HOUR = timedelta(hours=1)
EU = {"personal_data": ["some", "eu"], "cause": ["mis_send"], "eu_aware": [NINE.isoformat()]}
MANY = {"personal_data": ["over_1000"], "cause": ["mis_send"]}


def test_whoever_is_responsible_is_reminded_before_the_end(work, time, postman, hear, desk):
    hear(EU)
    time.now = NINE + 48 * HOUR
    mail.deliver(work)
    (told,) = about_clocks(postman)

    assert told.to == desk["responsible"].email
    assert "「GDPR 72時間」の期限は、2027年1月7日（木）9:00 です。" in told.body


def test_a_day_is_told_as_a_whole_day(work, time, postman, hear):
    hear(MANY)
    time.now = NINE + 48 * HOUR
    mail.deliver(work)

    assert "2027年1月8日（金）いっぱい" in about_clocks(postman)[0].body


def test_when_it_has_run_out_the_lead_hears_of_it_and_the_story_says_so_once(
    work, time, postman, hear, desk
):
    ticket = hear(EU)
    time.now = NINE + 72 * HOUR
    mail.deliver(work)
    over = [one.to for one in about_clocks(postman) if "期限を過ぎました" in one.subject]
    told = db.session.scalars(select(Line).where(Line.event == Event.CLOCK_PASSED)).all()

    assert sorted(over) == sorted(one.email for one in desk.values())
    assert [line.ticket_id for line in told] == [ticket.id]
    assert {one.status for one in queries.of_ticket(ticket.id)} == {Status.RUNNING}


def about_clocks(postman):
    return [one for one in postman.mails if "報告の期限" in one.subject]


@pytest.fixture
def desk(app):
    with transaction():
        return {
            "responsible": builders.person(Role.COORDINATOR, name="瀬戸 圭"),
            "lead": builders.person(Role.SUPERVISOR, name="岩﨑 遥"),
        }


@pytest.fixture
def hear(desk):
    def leak(answers):
        with transaction():
            ticket = builders.ticket(case_types=("leak",), now=NINE, received_at=NINE)
            ticket.coordinator_id = desk["responsible"].id
            known = Intake(("leak",), answers=answers)
            by = builders.person(Role.OPERATOR)
            tickets.fill_in(ticket, known, version=ticket.version, by=by, now=NINE)
        return ticket

    return leak
