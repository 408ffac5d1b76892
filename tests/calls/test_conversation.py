"""A caller waits, hears the status, or is recorded: what is said twice is on record once."""

from datetime import timedelta

from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.calls import service
from hotline.db import db
from hotline.timeline.models import Line
from tests import builders
from tests.builders import NOON

LATER = NOON + timedelta(minutes=1)


def test_who_waits_already_keeps_the_place(writing):
    call = builders.call()
    service.enqueue(call, now=NOON)
    service.enqueue(call, now=LATER)

    assert call.queued_at == NOON
    assert audited("call.queued") == 1


def test_the_status_is_heard_without_taking_a_call_from_its_ticket(writing):
    own, asked = builders.ticket(), builders.ticket()
    call = builders.call(ticket_id=own.id, handled_at=NOON)
    service.status_heard(call, asked, now=LATER)

    assert (call.ticket_id, call.handled_at) == (own.id, NOON)


def test_a_recording_is_stopped_before_there_is_a_ticket(writing):
    call = builders.call()
    service.steered(call, running=False, by_id=1, now=NOON)

    assert call.recording_paused_at == NOON
    assert db.session.scalars(select(Line)).all() == []


def audited(action: str) -> int:
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all())
