"""Tickets that may be the same incident."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from hotline.db import db
from hotline.tickets import queries, service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

ALIKE = {
    "the same number": ({"member_number": "M1"}, {"member_number": "M1"}),
    "another spelling": ({"company": "㈱ヤマダ部品"}, {"company": "ヤマダ部品　株式会社"}),
    "the same phone": (
        {"caller_phone": "03-5422-6351"},
        {"caller_phone": "+81 3 5422 6351"},
    ),
}
APART = {
    "another number": ({"member_number": "M1"}, {"member_number": "M2"}),
    "another company": ({"company": "㈱ヤマダ部品"}, {"company": "㈱ヤマダ精機"}),
    "another phone": ({"caller_phone": "03-5422-6351"}, {"caller_phone": "03-5422-6352"}),
    "the same extension": ({"caller_phone": "123"}, {"caller_phone": "123"}),
    "nothing known": ({}, {}),
    "a drill": ({"member_number": "M1"}, {"member_number": "M1", "drill": True}),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_the_same_company_or_phone_is_found(app, one, other):
    with transaction():
        ticket, alike = builders.ticket(**one), builders.ticket(**other)

    assert queries.similar(ticket, now=NOON) == [alike]
    assert queries.similar(alike, now=NOON) == [ticket]


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_what_only_looks_alike_is_not_found(app, one, other):
    with transaction():
        ticket, _ = builders.ticket(**one), builders.ticket(**other)

    assert queries.similar(ticket, now=NOON) == []


@pytest.mark.parametrize("column", ["callback_phone", "safe_phone"])
def test_every_phone_of_a_ticket_counts(app, column):
    with transaction():
        ticket = builders.ticket(caller_phone="090-1234-5678")
        other, who = builders.ticket(), builders.person("operator")
        service.fill_in(other, Intake(**{column: "09012345678"}), version=1, by=who, now=NOON)

    assert queries.similar(ticket, now=NOON) == [other]
    assert queries.similar(other, now=NOON) == [ticket]


@pytest.mark.parametrize(
    ("status", "age", "found"),
    [
        ("hearing", timedelta(days=30), True),
        ("closed", timedelta(hours=72), True),
        ("out_of_scope", timedelta(hours=72), True),
        ("closed", timedelta(hours=72, seconds=1), False),
        ("duplicate", timedelta(hours=1), False),
    ],
)
def test_open_ones_are_found_at_any_age_and_ended_ones_for_three_days(app, status, age, found):
    with transaction():
        builders.ticket(member_number="M1", received_at=NOON - age)
        db.session.execute(update(Ticket).values(status=status))
        ticket = builders.ticket(member_number="M1")

    assert bool(queries.similar(ticket, now=NOON)) is found


def test_what_is_typed_is_compared_before_it_is_saved(app):
    with transaction():
        ticket, alike = builders.ticket(), builders.ticket(company="㈱ヤマダ部品")
    typed = Intake(company="ヤマダ部品")

    assert queries.similar(ticket, now=NOON, given=typed) == [alike]


def test_the_newest_call_comes_first(app):
    with transaction():
        tickets = [
            builders.ticket(member_number="M1", received_at=NOON - timedelta(hours=hours))
            for hours in (3, 1, 2, 0)
        ]
    found = queries.similar(tickets[3], now=NOON)

    assert found == [tickets[1], tickets[2], tickets[0]]
