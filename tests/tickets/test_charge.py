"""Who is responsible for a ticket."""

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.notices.models import Notice
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_a_coordinator_becomes_responsible(ticket, coordinator):
    take(ticket, coordinator)
    line = db.session.scalars(select(Line).where(Line.event == "charged")).one()

    assert ticket.coordinator_id == coordinator.id
    assert line.facts == {"name": coordinator.name}


def test_taking_it_twice_changes_nothing(ticket, coordinator):
    take(ticket, coordinator)
    take(ticket, coordinator)

    assert len(list(db.session.scalars(select(Line).where(Line.event == "charged")))) == 1


def test_the_second_one_hears_who_was_first(ticket, coordinator):
    take(ticket, coordinator)
    with transaction():
        other = builders.person("supervisor")

    with pytest.raises(Refused, match=f"{coordinator.name} is responsible already"):
        take(ticket, other)


def test_an_operator_cannot_be_responsible(ticket):
    with transaction():
        operator = builders.person("operator")

    with pytest.raises(Refused, match="Only coordinators"):
        take(ticket, operator)


def test_handing_over_tells_who_is_responsible_now(ticket, coordinator):
    with transaction():
        other = builders.person("supervisor")
    take(ticket, coordinator)
    hand(ticket, other, by=coordinator)
    notice = db.session.scalars(select(Notice).where(Notice.kind == "handed_over")).one()

    assert ticket.coordinator_id == other.id
    assert (notice.person_id, notice.facts) == (other.id, {"number": ticket.number})


def test_whoever_takes_over_from_somebody_needs_no_notice(ticket, coordinator):
    with transaction():
        other = builders.person("coordinator")
    take(ticket, coordinator)
    hand(ticket, other, by=other)

    assert ticket.coordinator_id == other.id
    assert not list(db.session.scalars(select(Notice).where(Notice.kind == "handed_over")))


@pytest.mark.parametrize("role", ["operator", "auditor", "member"])
def test_it_is_handed_only_to_who_can_be_responsible(ticket, coordinator, role):
    with transaction():
        other = builders.person(role)
    with pytest.raises(Invalid) as refused:
        hand(ticket, other, by=coordinator)

    assert list(refused.value.fields) == ["to"]


def test_it_is_not_handed_to_a_disabled_account(ticket, coordinator):
    with transaction():
        other = builders.person("coordinator")
        other.disabled_at = NOON

    with pytest.raises(Invalid):
        hand(ticket, other, by=coordinator)


def test_it_is_not_handed_to_who_has_it(ticket, coordinator):
    take(ticket, coordinator)

    with pytest.raises(Refused, match="responsible already"):
        hand(ticket, coordinator, by=coordinator)


def test_nobody_becomes_responsible_for_what_has_ended(ticket, coordinator):
    with transaction():
        service.join(ticket, builders.ticket(), by_id=coordinator.id, now=NOON)

    with pytest.raises(Refused, match="has ended"):
        take(ticket, coordinator)
    with pytest.raises(Refused, match="has ended"):
        hand(ticket, coordinator, by=coordinator)


def take(ticket, person):
    with transaction():
        service.take_charge(ticket, by_id=person.id, now=NOON)


def hand(ticket, to, *, by):
    with transaction():
        service.hand_over(ticket, to.id, by_id=by.id, now=NOON)


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket()


@pytest.fixture
def coordinator(app):
    with transaction():
        return builders.person("coordinator", name="瀬戸 圭")
