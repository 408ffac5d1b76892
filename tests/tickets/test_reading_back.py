"""What is read back before the call ends, and what of it changed since."""

from datetime import timedelta

import pytest

from hotline.errors import Invalid, Missing
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from tests import builders
from tests.builders import NOON


def test_only_what_is_known_is_read_back(ticket):
    assert list(items(ticket)) == ["number", "code", "company", "caller", "promise"]


def test_what_was_read_back_stands_with_time_and_person(ticket, operator):
    read(ticket, operator, "company")
    one = items(ticket)["company"]

    assert (one.stands, one.changed) == (True, False)
    assert (one.said.said_at, one.said.said_by_id) == (NOON, operator.id)


def test_a_later_change_has_to_be_read_back_again(ticket, operator):
    read(ticket, operator, "company")
    ticket.site = "知立工場"
    one = items(ticket)["company"]

    assert (one.stands, one.changed) == (False, True)

    read(ticket, operator, "company", at=NOON + timedelta(minutes=1))
    assert items(ticket)["company"].stands


def test_reading_the_same_again_keeps_the_first_time(ticket, operator):
    read(ticket, operator, "code")
    read(ticket, operator, "code", at=NOON + timedelta(minutes=1))

    assert items(ticket)["code"].said.said_at == NOON


def test_the_story_says_once_that_all_was_read_back(ticket, operator):
    for item in [*items(ticket), "company"]:
        read(ticket, operator, item)
    events = [line.event for line, _ in timeline.of_ticket(ticket.id, Audience.STAFF)]

    assert events.count("read_back") == 1


def test_what_was_not_read_back_is_taken_back(ticket, operator):
    read(ticket, operator, "number")
    for _ in range(2):
        tickets.not_read_back(ticket, "number", by_id=operator.id, now=NOON)

    assert items(ticket)["number"].said is None


def test_there_are_only_these_items(ticket, operator):
    with pytest.raises(Missing):
        tickets.not_read_back(ticket, "blood_type", by_id=operator.id, now=NOON)
    with pytest.raises(Invalid):
        tickets.read_back(ticket, "code", digest="x", said_at=NOON, by_id=operator.id, now=NOON)


@pytest.fixture
def operator(app):
    return builders.person("operator")


@pytest.fixture
def ticket(app):
    return builders.ticket(company="確認工業", caller_name="山田 花子")


def items(ticket):
    return {one.toread.item: one for one in queries.read_back_of(ticket)}


def read(ticket, operator, item, *, at=NOON):
    digest = items(ticket)[item].toread.digest
    tickets.read_back(ticket, item, digest=digest, said_at=at, by_id=operator.id, now=NOON)
