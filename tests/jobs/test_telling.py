"""Callers are told by the worker when nobody types any more."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from hotline.db import db
from hotline.jobs import telling
from hotline.notices import queries as notices
from hotline.tickets import service as tickets
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE


def test_callers_whose_time_has_come_are_told_and_the_others_wait(work):
    due, later = waiting(NINE), waiting(NINE + timedelta(seconds=1))
    done = [telling.tell(work), telling.tell(work)]

    assert done == [1, 0]
    assert (told(due), told(later)) == (["sms"], [])


def test_a_broken_ticket_holds_up_nobody(work, monkeypatch, logs_of):
    broken, due = waiting(NINE - timedelta(minutes=1)), waiting(NINE)
    right = tickets.tell_when_due

    def fail(ticket_id, *, now):
        if ticket_id == broken.id:
            raise ZeroDivisionError
        return right(ticket_id, now=now)

    monkeypatch.setattr(tickets, "tell_when_due", fail)
    with logs_of(telling) as logs:
        done = telling.tell(work)

    assert (done, told(due)) == (1, ["sms"])
    assert [one["event"] for one in logs] == ["telling.broken"]


def test_a_database_that_is_away_is_waited_for(work, monkeypatch):
    waiting(NINE)

    def away(_ticket_id, *, now):
        raise OperationalError("SELECT", {}, Exception(str(now)))

    monkeypatch.setattr(tickets, "tell_when_due", away)

    with pytest.raises(OperationalError):
        telling.tell(work)


def waiting(tell_at):
    with transaction():
        made = builders.ticket()
        made.safe_phone, made.tell_at = "090-1234-5678", tell_at
    return made


def told(ticket):
    db.session.rollback()
    return [one.channel for one in notices.about(f"ticket:{ticket.number}")]
