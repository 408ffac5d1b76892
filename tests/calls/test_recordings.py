"""Recordings: known once in any order, claimed by one worker, kept or given up aloud."""

import random
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from hotline.calls import queries, service
from hotline.calls.models import Recording
from hotline.calls.rules import Event, Happening, Kind, RecordingStatus, length
from hotline.db import db
from hotline.evidence import queries as evidence
from hotline.evidence.rules import Kept
from hotline.notices.models import Notice
from hotline.notices.rules import Failure
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

SID, RE = "CA" + "a" * 32, "RE" + "b" * 32
LEFT = Happening(Kind.RECORDED, NOON, SID, recording_sid=RE, seconds=42)
ENDED = Happening(Kind.TOLD, NOON, SID, event=Event.ENDED)
NOTHING = Happening(Kind.UNRECORDED, NOON, SID, recording_sid=RE)
TALKED = Happening(Kind.TALKED, NOON, SID, recording_sid="RE" + "c" * 32, seconds=300)


@pytest.mark.parametrize("order", list(permutations([LEFT, LEFT, ENDED])))
def test_a_voicemail_is_one_recording_whatever_is_heard_first(app, order):
    call = heard(*order)

    assert call.status == "voicemail"
    assert [(one.kind, one.seconds, one.status) for one in known()] == [
        ("voicemail", 42, "waiting")
    ]


@pytest.mark.parametrize("order", list(permutations([LEFT, NOTHING])))
def test_what_the_company_has_not_is_not_fetched(app, order):
    heard(*order)

    assert [one.status for one in known()] == ["absent"]
    assert not queries.recording_is_due(NOON)


def test_a_recorded_conversation_is_no_voicemail(app):
    call = heard(TALKED, ENDED)

    assert call.status == "missed"
    assert [one.kind for one in queries.recordings_of([call.id])[call.id]] == ["conversation"]


def test_one_worker_has_it_until_the_lease_runs_out(waiting):
    assert claim("one") is not None
    assert claim("two") is None
    assert claim("two", now=NOON + timedelta(minutes=5)) is not None


def test_what_was_fetched_is_evidence_and_belongs_to_the_ticket_of_the_call(waiting):
    with transaction():
        call = queries.by_sid(SID)
        call.ticket_id = builders.ticket().id
    claim("one")
    with transaction():
        assert service.keep_recording(waiting, "one", Kept("ab" * 32, 9), now=NOON)
    [file] = evidence.every_file()

    assert (file.subject, file.ticket_id) == (f"call:{call.id}", call.ticket_id)
    assert file.name.startswith(f"voicemail-{call.id}-20261104-")
    assert [(one.status, one.file_id) for one in known()] == [("kept", file.id)]


def test_what_was_recorded_follows_the_call_to_its_ticket(waiting):
    claim("one")
    with transaction():
        service.keep_recording(waiting, "one", Kept("ab" * 32, 9), now=NOON)
        first = service.open_from(queries.by_sid(SID), by_id=1, now=NOON)
        other = builders.ticket()
        service.attach(queries.by_sid(SID), other, by_id=1, now=NOON)
    [file] = evidence.every_file()
    moves = [one.facts for one in evidence.custody_of(file.id) if one.touch == "moved"]

    assert moves == [
        {"before": None, "after": first.id},
        {"before": first.id, "after": other.id},
    ]


def test_whoever_lost_the_claim_changes_nothing(waiting):
    claim("one")
    claim("two", now=NOON + timedelta(minutes=6))
    with transaction():
        assert not service.keep_recording(waiting, "one", Kept("ab" * 32, 9), now=NOON)
    fail(waiting, "one")

    assert evidence.every_file() == []
    assert known()[0].claim_id == "two"


def test_after_a_failure_it_is_tried_again_later_and_nobody_is_alarmed(waiting):
    claim("one")
    fail(waiting, "one")
    [recording] = known()

    assert recording.status == RecordingStatus.WAITING
    assert NOON < recording.wake_at <= NOON + timedelta(hours=1)
    assert alarms() == []


def test_after_a_day_in_vain_people_are_alarmed_once_and_it_goes_on(waiting):
    with transaction():
        db.session.get(Recording, waiting).attempts = 12
    for hours in (25, 30):
        at = NOON + timedelta(hours=hours)
        claim("one", now=at)
        fail(waiting, "one", now=at)

    assert known()[0].status == RecordingStatus.WAITING
    assert sorted(alarms()) == ["alert", "supervisor"]


def test_what_can_never_be_kept_is_given_up_aloud(waiting):
    claim("one")
    fail(waiting, "one", Failure("too large", permanent=True))

    assert known()[0].status == RecordingStatus.GIVEN_UP
    assert sorted(alarms()) == ["alert", "supervisor"]


def test_a_length_is_said_in_minutes_and_seconds():
    assert [length(seconds) for seconds in (0, 42, 60, 605)] == ["0:00", "0:42", "1:00", "10:05"]


def heard(*happenings):
    with transaction():
        return [service.record(one, now=NOON) for one in happenings][-1]


def claim(claim_id, *, now=NOON):
    with transaction():
        return service.claim_recording(claim_id, now=now)


def fail(recording, claim_id, failure=None, *, now=NOON):
    why = failure or Failure("Twilio answered 404")
    with transaction():
        service.recording_failed(recording, claim_id, why, now=now, rng=random.Random(1))


def known():
    db.session.rollback()
    return list(db.session.scalars(select(Recording)))


def alarms():
    return list(db.session.scalars(select(Notice.audience)))


@pytest.fixture
def waiting(app):
    heard(LEFT)
    return known()[0].id
