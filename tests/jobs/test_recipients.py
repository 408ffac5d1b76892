"""Whom a notice goes to, decided when it is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.adapters.outgoing import DeliveryFailed
from hotline.jobs import mail
from hotline.notices.rules import ALERT, RESPONSIBLE, Kind
from hotline.people import service as people
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE
from tests.jobs.telling import person, read, tell_one, tell_person


def test_every_coordinator_is_told_under_a_key_of_their_own(work, postman):
    both = [person("coordinator"), person("coordinator")]
    tell_one()
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [one.email for one in both]
    assert len({sent.dedup_key for sent in postman.mails}) == 2


def test_those_on_duty_for_the_line_come_first(work, postman, ticket):
    person("coordinator")
    on_duty = person("coordinator")
    with transaction():
        hour = timedelta(hours=1)
        builders.shift(on_duty, "coordinator", starts_at=NINE - hour, ends_at=NINE + hour)
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [on_duty.email]


@pytest.mark.parametrize("gone", [False, True])
def test_whoever_is_responsible_is_told_or_who_coordinates(work, postman, gone, ticket):
    team, responsible = person("coordinator"), person("supervisor")
    with transaction():
        ticket.coordinator_id = responsible.id
        responsible.disabled_at = NINE if gone else None
    tell_one(kind=Kind.TASK_LATE, audience=RESPONSIBLE, facts={"number": ticket.number, "task": 1})
    mail.deliver(work)

    assert (team if gone else responsible).email in [to for to, _ in postman.told]


@pytest.mark.parametrize(
    ("audience", "roles", "told"),
    [
        ("coordinator", ["operator", "supervisor"], "supervisor"),
        ("coordinator", ["operator", "administrator"], "administrator"),
        ("supervisor", ["coordinator"], "coordinator"),
        (ALERT, ["supervisor", "administrator"], "administrator"),
    ],
)
def test_without_anybody_of_the_audience_others_are_told(work, postman, audience, roles, told):
    people_by_role = {role: person(role) for role in roles}
    tell_one(audience=audience)
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [people_by_role[told].email]


def test_the_address_for_trouble_is_told_when_there_is_nobody_else(work, postman):
    tell_one()
    settings = work.settings.model_copy(update={"alert_mail": "trouble@example.jp"})
    mail.deliver(replace(work, settings=settings))

    assert postman.told == [("trouble@example.jp", "followup:901")]


def test_trouble_goes_to_the_address_for_trouble(work, postman):
    person("administrator")
    tell_one(audience=ALERT, kind=Kind.BACKLOG)
    settings = work.settings.model_copy(update={"alert_mail": "trouble@example.jp"})
    mail.deliver(replace(work, settings=settings))

    assert postman.told == [("trouble@example.jp", "followup:901")]


def test_a_notice_nobody_can_be_told_waits_and_says_so(work, postman):
    one = tell_one()
    mail.deliver(work)

    assert read(one).status == "waiting"
    assert one.last_error == "there is nobody to tell: no coordinator, no alert address"


def test_an_audience_is_found_anew_when_its_person_has_gone(work, time, postman):
    first = person("coordinator")
    tell_one()
    postman.failing[first.email] = DeliveryFailed("RCPT 451 try later")
    mail.deliver(work)
    other = person("coordinator")
    with transaction():
        people.disable(first, by_id=None, now=NINE)
    time.advance(minutes=2)
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [other.email]


def lose(postman, work, time, someone):
    """``someone`` fails, is shut out, and what was theirs looks for another reader."""
    postman.failing[someone.email] = DeliveryFailed("RCPT 451 try later")
    mail.deliver(work)
    with transaction():
        people.disable(someone, by_id=None, now=NINE)
    time.advance(minutes=2)


def test_whoever_has_a_notice_of_their_own_is_told_once(work, time, postman):
    first, second = person("coordinator"), person("coordinator")
    one = tell_one()
    lose(postman, work, time, first)
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [second.email]
    assert read(one).status == "withdrawn"


def test_a_lost_notice_goes_to_whoever_was_not_told_yet(work, time, postman):
    first, second = person("coordinator"), person("coordinator")
    one = tell_one()
    lose(postman, work, time, first)
    newcomer = person("coordinator")
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [second.email, newcomer.email]
    assert read(one).person_id == newcomer.id


def test_a_notice_to_somebody_disabled_is_withdrawn(work, postman):
    gone = person("operator")
    one = tell_person(gone)
    with transaction():
        people.disable(gone, by_id=None, now=NINE)
    mail.deliver(work)

    assert (read(one).status, postman.tried) == ("withdrawn", [])
