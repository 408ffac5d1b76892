"""What a member wrote over the web is not silent: whoever takes the calls hears of it at once."""

from datetime import timedelta

import pytest

from hotline.calls import service as calls
from hotline.jobs import mail, sms
from hotline.people.rules import Role
from hotline.tickets.rules import Intake
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

HOURS = timedelta(hours=4)
SAID = Intake(case_types=("leak",), summary="名簿が見える", callback_phone="090-1234-5678")


def test_who_is_on_duty_is_told_by_mail_and_text_with_number_and_link_alone(
    written, work, postman, exchange
):
    operator, number = written
    mail.deliver(work)
    sms.deliver(work)
    (letter,) = [one for one in postman.mails if one.to == operator.email]
    (text,) = [one for one in exchange.texts if one.to == operator.phone]

    assert f"/tickets/{number}" in letter.body
    assert f"/tickets/{number}" in text.body
    assert not [one for one in (letter, text) if "名簿" in one.body or "090" in one.body]


def test_without_a_roster_everybody_who_takes_calls_is_told(app, work, postman):
    with transaction():
        someone = builders.person(Role.OPERATOR)
        calls.take_in_from_web("jnx", SAID, by=member(), now=NINE)
    mail.deliver(work)

    assert [one.to for one in postman.mails if "Web" in one.subject or "ウェブ" in one.subject] == [
        someone.email
    ]


def member():
    return builders.person(Role.MEMBER, member_number="JNX-1")


@pytest.fixture
def written(app):
    with transaction():
        builders.person(Role.OPERATOR, phone="+819000000001")
        operator = builders.person(Role.OPERATOR, phone="+819011112222")
        builders.shift(operator, starts_at=NINE - HOURS, ends_at=NINE + HOURS)
        ticket = calls.take_in_from_web("jnx", SAID, by=member(), now=NINE)
        return operator, ticket.number
