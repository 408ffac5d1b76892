"""The supervisors hear of a gap in the roster from the worker, by mail and by text message."""

from datetime import timedelta

from hotline.duty import service as duty
from hotline.duty.rules import WATCHED
from hotline.jobs import mail, roster
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

HOUR = timedelta(hours=1)


def test_a_gap_is_found_settles_and_is_told_once(work, time, postman):
    with transaction():
        supervisor = builders.person("supervisor", phone="+819012345678")
        someone = builders.person("operator", "coordinator", phone="+819012345678")
        duties = [(line, role) for line in ("jnx", "sompo_desk") for role in WATCHED]
        for line, role in duties[1:]:
            owner = supervisor if role == "supervisor" else someone
            builders.shift(owner, role, line=line, starts_at=NINE, ends_at=NINE + timedelta(days=9))
        builders.shift(someone, starts_at=NINE, ends_at=NINE + 4 * HOUR)
        builders.shift(someone, starts_at=NINE + 12 * HOUR, ends_at=NINE + timedelta(days=9))
    told = []
    for minutes in (0, 5, 10, 11, 600):
        time.now = NINE + timedelta(minutes=minutes)
        told.append(roster.look(work))
    mail.deliver(work)
    [sent] = postman.mails

    assert told == [0, 0, 1, 0, 0]
    assert sent.to == supervisor.email
    assert "JNX窓口：2027年1月4日（月）13:00〜2027年1月4日（月）21:00" in sent.body
    assert "コーディネーター\n-\n" in sent.body


def test_a_request_to_take_over_a_shift_names_it(work, time, postman):
    time.now = NINE
    with transaction():
        owner, to = builders.person("operator"), builders.person("operator")
        shift = builders.shift(owner, starts_at=NINE + HOUR, ends_at=NINE + 9 * HOUR)
        duty.ask_to_swap(shift.id, to.id, by_id=owner.id, now=NINE)
    mail.deliver(work)
    [sent] = postman.mails

    assert sent.to == to.email
    assert "JNX窓口、2027年1月4日（月）10:00から2027年1月4日（月）18:00まで" in sent.body
