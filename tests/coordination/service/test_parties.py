"""Who stands on the other side, and who is therefore not asked."""

import pytest
from sqlalchemy import select

from hotline.coordination import queries, service
from hotline.db import db
from hotline.errors import Invalid, Missing
from hotline.tickets.models import Ticket
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON


def note(ticket: Ticket, company: str):
    with transaction():
        return service.note_party(ticket, company, by_id=1, now=NOON)


def companies(ticket: Ticket) -> list[str]:
    return [one.company for one in queries.opposing_parties(ticket.id)]


def test_a_partner_of_the_other_side_is_left_out_of_the_ranking(ticket):
    with transaction():
        vendor = partners.vendor()
        task = partners.task(ticket)
        partners.engaged(vendor, builders.ticket(company="㈱東海フランジ"))
    free = queries.ranking(task, now=NOON)
    note(ticket, "東海フランジ株式会社")
    (left_out,) = queries.ranking(task, now=NOON)

    assert [one.ranked.excluded for one in free] == [None]
    assert left_out.ranked.excluded == "engaged"


def test_a_partner_that_works_against_the_company_is_left_out_too(ticket):
    with transaction():
        vendor, task = partners.vendor(), partners.task(ticket)
        other = builders.ticket(company="㈱東海フランジ")
        partners.engaged(vendor, other)
    note(other, "確認工業株式会社")
    (left_out,) = queries.ranking(task, now=NOON)

    assert left_out.ranked.excluded == "engaged"


def test_what_was_noted_under_the_other_number_of_the_incident_counts(ticket):
    with transaction():
        vendor, task = partners.vendor(), partners.task(ticket)
        partners.engaged(vendor, builders.ticket(company="㈱東海フランジ"))
        second = builders.ticket(company="確認工業")
        second.duplicate_of_id = ticket.id
        of_second = partners.task(second)
    note(second, "東海フランジ株式会社")

    for one in (task, of_second):
        assert queries.ranking(one, now=NOON)[0].ranked.excluded == "engaged"


def test_who_is_noted_already_stays_so(ticket):
    first = note(ticket, "㈱東海フランジ")

    assert note(ticket, "東海フランジ（株）").id == first.id
    assert companies(ticket) == ["㈱東海フランジ"]


def test_the_story_tells_the_desk_alone(ticket):
    party = note(ticket, "㈱東海フランジ")
    with transaction():
        service.drop_party(ticket, party.id, by_id=1, now=NOON)
    told = select(Line).where(Line.event.startswith("party")).order_by(Line.id)
    lines = db.session.scalars(told).all()

    assert [(one.event, one.audience) for one in lines] == [
        ("party_noted", "staff"),
        ("party_dropped", "staff"),
    ]
    assert companies(ticket) == []


@pytest.mark.parametrize("name", ["", "　", "あ" * 201, "㈱確認工業", "x\0y"])
def test_a_name_that_cannot_be_meant_is_refused(ticket, name):
    with pytest.raises(Invalid, match="company"), transaction():
        service.note_party(ticket, name, by_id=1, now=NOON)

    assert companies(ticket) == []


def test_a_party_of_another_ticket_is_not_there(ticket):
    with transaction():
        other = builders.ticket(company="別の会社")
    party = note(other, "㈱東海フランジ")
    with pytest.raises(Missing), transaction():
        service.drop_party(ticket, party.id, by_id=1, now=NOON)

    assert companies(other) == ["㈱東海フランジ"]


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket(company="確認工業株式会社")
