"""Opening a ticket and writing into its story."""

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Invalid
from hotline.searchkeys import company_key
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_a_ticket_has_its_case_types_in_order(app):
    with transaction():
        number = builders.ticket(case_types=("leak", "ransom")).number
    db.session.expire_all()
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one()

    assert ticket.case_types == ["leak", "ransom"]


def test_the_severity_stays_unassessed_until_a_person_judged_it(app):
    with transaction():
        assert builders.ticket().assessed is False
        assert builders.ticket(severity="p1").assessed is True


def test_the_digits_of_the_phone_can_be_searched(app):
    with transaction():
        ticket = builders.ticket(caller_phone="０３−５４２２−６３５１")

    assert (ticket.caller_phone, ticket.phone_key) == ("０３−５４２２−６３５１", "0354226351")


def test_a_number_that_is_taken_is_drawn_again(app, monkeypatch):
    draws = iter([5, 5, 6])
    monkeypatch.setattr(
        service.opening.secrets, "randbelow", lambda below: next(draws) if below > 10**6 else 0
    )
    with transaction():
        numbers = {builders.ticket().number for _ in range(2)}

    assert len(numbers) == 2


def test_a_member_never_reads_a_note_of_the_desk(app):
    with transaction():
        ticket = builders.ticket()
        for audience in Audience:
            service.add_note(ticket, f"to {audience}", audience=audience, by_id=1, now=NOON)
    seen = {line.facts.get("text") for line, _by in timeline.of_ticket(ticket.id, Audience.MEMBER)}

    assert "to staff" not in seen
    assert {"to member", "to vendor"} <= seen


@pytest.mark.parametrize(
    ("text", "audience", "fields"),
    [("", "staff", {"text"}), ("\0", "staff", {"text"}), (" ", "press", {"text", "audience"})],
)
def test_a_note_says_something_to_somebody(app, text, audience, fields):
    with pytest.raises(Invalid) as refused, transaction():
        service.add_note(builders.ticket(), text, audience=audience, by_id=1, now=NOON)

    assert set(refused.value.fields) == fields


def test_opening_a_ticket_sends_few_statements(app, statements):
    with transaction():
        builders.ticket()
    with statements() as sent, transaction():
        builders.ticket(company="確認工業", caller_phone="03-5422-6351", summary="脅迫文")

    assert len(sent) <= 10


def test_a_caller_who_can_be_written_to_costs_four_statements_more(app, statements):
    with transaction():
        builders.ticket(caller_phone="090-1234-5678")
    with statements() as sent, transaction():
        builders.ticket(caller_phone="090-1234-5678")

    assert len(sent) <= 14


def test_a_ticket_is_found_by_what_was_said_when_it_was_opened(app):
    with transaction():
        ticket = builders.ticket(company="㈱ヤマダ部品", caller_phone="03-5422-6351")

    assert ticket.company_key == company_key("ヤマダ部品")
    assert ticket.search_text
