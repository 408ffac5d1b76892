"""Several questions are asked at once, and answer what they would answer alone."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from hotline import together
from hotline.db import db
from hotline.followups import queries as followups
from hotline.members import queries as members
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.transaction import transaction
from tests import builders, partners

pytestmark = pytest.mark.usefixtures("app")


def made() -> Ticket:
    with transaction():
        return builders.ticket()


def facts(row) -> dict[str, object]:
    return {one.key: getattr(row, one.key) for one in type(row).__mapper__.column_attrs}


def test_an_answer_is_the_same_as_alone(statements):
    ticket = made()
    alone = [facts(one) for one in followups.of_ticket(ticket.id)]
    story = [(line.facts, name) for line, name in timeline.of_ticket(ticket.id, Audience.STAFF)]
    db.session.expunge_all()
    with statements() as sent:
        listed, lines = together.ask(
            lambda: followups.of_ticket(ticket.id),
            lambda: timeline.of_ticket(ticket.id, Audience.STAFF),
        )

    assert len(sent) == 1
    assert [facts(one) for one in listed] == alone
    assert [(line.facts, name) for line, name in lines] == story


def test_prices_keep_every_digit():
    with transaction():
        line = partners.cost_line(builders.ticket(), quantity=Decimal("1.50"))
    kept = select(type(line).quantity).where(type(line).id == line.id)

    assert together.ask(lambda: db.session.scalar(kept)) == [Decimal("1.50")]


def test_a_question_may_ask_several_itself(statements):
    ticket = made()

    def both() -> list[object]:
        first = db.session.scalar(select(Ticket.number).where(Ticket.id == ticket.id))
        number = Ticket.number == first
        return together.ask(
            lambda: db.session.scalar(select(Ticket.id).where(number)),
            lambda: db.session.scalar(select(Ticket.status).where(number)),
        )

    with statements() as sent:
        answer = together.named(both=both, nothing=lambda: None)

    assert answer == {"both": [ticket.id, ticket.status], "nothing": None}
    assert len(sent) == 2


def test_what_an_outer_join_does_not_find_is_none():
    with transaction():
        company = builders.member(number="M-1")
        company.policies.clear()

    assert together.ask(lambda: members.policies_of("M-1"), lambda: members.policies_of("M-2")) == [
        [],
        None,
    ]


def test_the_same_question_with_other_values_has_another_answer():
    tickets = [made(), made()]
    answers = [
        together.ask(lambda one=one: followups.of_ticket(one.id))[0][0].ticket_id for one in tickets
    ]

    assert answers == [one.id for one in tickets]


def test_after_a_refusal_what_the_database_holds_is_shown():
    ticket = made()
    promise = builders.promise_of(ticket)
    promise.end_reason = "nothing of the kind"
    db.session.flush()
    db.session.rollback()

    assert together.ask(lambda: followups.of_ticket(ticket.id))[0][0].end_reason == ""
