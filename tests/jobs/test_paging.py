"""The worker rings one person after the other, and what it makes is rows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from hotline.db import db
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.models import Page
from hotline.followups import service as followups
from hotline.jobs import kinds, paging
from hotline.notices import queries as notices
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

MOBILE = "+819012345601"


def test_the_next_is_rung_when_the_time_has_come(work, time, page, people):
    first, second = people
    rung = [paging.ring(work)]
    time.advance(seconds=44)
    rung.append(paging.ring(work))
    time.advance(seconds=1)
    rung.append(paging.ring(work))

    assert rung == [1, 0, 1]
    assert [ring.person_id for ring in queries.rings_of(page.id)] == [first.id, second.id]


def test_once_it_was_taken_nobody_is_rung_and_nothing_is_sent(work, time, page, people):
    paging.ring(work)
    with transaction():
        followups.take_page(page.id, by_id=people[1].id, now=time.now)
    time.advance(hours=1)

    assert paging.ring(work) == 0
    assert {one.status for one in notices.about(f"page:{page.id}")} == {"withdrawn"}


def test_one_broken_page_does_not_hold_up_another(work, page, people, monkeypatch):
    with transaction():
        other = builders.page(wake_at=NINE)
    real = duty.ring_next

    def broken(page_id, *, now):
        if page_id == page.id:
            raise ValueError
        return real(page_id, now=now)

    monkeypatch.setattr(duty, "ring_next", broken)

    assert paging.ring(work) == 1
    assert len(queries.rings_of(other.id)) == 1


def test_without_a_database_everything_stays_as_it_is(work, page, people, monkeypatch):
    def away(page_id, *, now):
        raise OperationalError("SELECT", None, OSError())

    monkeypatch.setattr(duty, "ring_next", away)

    with pytest.raises(OperationalError):
        paging.ring(work)
    assert queries.rings_of(page.id) == []


def test_a_worker_that_is_told_to_stop_begins_no_further_page(work, page, people):
    assert paging.ring(replace(work, stopping=lambda: True)) == 0


def test_what_is_rung_is_told_in_the_same_look():
    order = list(kinds.JOBS)

    assert order.index("paging") < min(order.index(kind) for kind in ("mail", "sms", "voice"))


def test_a_round_is_alarmed_and_goes_on(work, time, page, people):
    for _ in range(3):
        paging.ring(work)
        time.advance(seconds=45)
    alarms = [one for one in notices.about(f"page:{page.id}") if one.kind == "page_unanswered"]
    time.now = db.session.get(Page, page.id, populate_existing=True).wake_at

    assert [one.due_at for one in alarms] == [NINE + timedelta(seconds=90)]
    assert paging.ring(work) == 1


@pytest.fixture
def page(app):
    with transaction():
        return builders.page(wake_at=NINE)


@pytest.fixture
def people(app):
    with transaction():
        return [builders.person("coordinator", phone=MOBILE) for _ in range(2)]
