"""Several questions are asked at once, and answer what they would answer alone."""

import gc
import weakref
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Time,
    bindparam,
    literal,
    select,
)

from hotline import together
from hotline.db import UtcDateTime, db
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


SAMPLES = {
    UtcDateTime: datetime(2026, 12, 30, 13, 15, 0, 123456, tzinfo=UTC),
    Date: date(2026, 12, 30),
    JSON: {"名": ["山田", 1, None, True, "2026-12-30"]},
    Boolean: True,
    Numeric: Decimal("12345678.25"),
    String: '髙橋 "引用" \\ %(x)s :x 😱',
    Integer: 2**31 - 1,
}


def test_every_type_of_our_columns_comes_as_it_was_stored():
    columns = [one for table in db.metadata.tables.values() for one in table.columns]
    kinds = {repr(one.type): one.type for one in columns if not isinstance(one.type, LargeBinary)}
    for of in kinds.values():
        value = next(sample for kind, sample in SAMPLES.items() if isinstance(of, kind))
        if isinstance(of, Numeric):
            of = Numeric(12, 2)
        alone = select(literal(value, of))

        assert together.ask(lambda alone=alone: db.session.scalar(alone)) == [value], of


@pytest.mark.parametrize("of", [LargeBinary(), Float(), Interval(), Time()], ids=str)
def test_what_json_does_not_keep_is_not_asked_so(of):
    with pytest.raises(TypeError, match="alone"):
        together.ask(lambda: db.session.scalar(select(literal(None, of))))


def test_rows_keep_their_order():
    for _ in range(5):
        made()
    downwards = select(Ticket.id).order_by(Ticket.id.desc())
    alone = list(db.session.scalars(downwards))

    assert together.ask(lambda: list(db.session.scalars(downwards))) == [alone]


def test_a_question_that_fails_fails_for_all_and_leaves_nothing_behind():
    ticket = made()

    with pytest.raises(ZeroDivisionError):
        together.ask(lambda: followups.of_ticket(ticket.id), lambda: 1 // 0)

    assert len(followups.of_ticket(ticket.id)) == 1


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


def test_who_names_a_value_alike_is_not_answered_with_the_value_of_another():
    tickets = [made().id, made().id]
    wanted = select(Ticket.id).where(Ticket.id == bindparam("wanted"))
    asks = (lambda one=one: db.session.scalar(wanted, {"wanted": one}) for one in tickets)

    assert together.ask(*asks) == tickets


def test_who_shared_a_value_before_is_not_answered_with_the_value_of_another():
    """The statement is made for the first two, who share it, and kept for those who do not."""
    tickets = [made().id, made().id]
    shared = Ticket.id == tickets[0]

    assert together.ask(by(shared), by(shared)) == [tickets[0]] * 2
    assert together.ask(*(by(Ticket.id == one) for one in tickets)) == tickets


def by(wanted: ColumnElement[bool]) -> together.Question:
    return lambda: db.session.scalar(select(Ticket.id).where(wanted))


def test_after_a_refusal_what_the_database_holds_is_shown():
    ticket = made()
    promise = builders.promise_of(ticket)
    promise.end_reason = "nothing of the kind"
    db.session.flush()
    db.session.rollback()

    assert together.ask(lambda: followups.of_ticket(ticket.id))[0][0].end_reason == ""


def test_questions_within_questions_are_asked_together_too(statements):
    ticket = made()

    def number() -> str | None:
        return db.session.scalar(select(Ticket.number).where(Ticket.id == ticket.id))

    def inner() -> list[object]:
        return together.ask(number, lambda: together.ask(number, number))

    with statements() as sent:
        answer = together.ask(inner, inner, number)

    assert answer == [[ticket.number, [ticket.number] * 2]] * 2 + [ticket.number]
    assert len(sent) == 1


def test_an_inner_question_that_has_ended_is_not_begun_anew():
    ticket, begun = made(), []
    number = select(Ticket.number).where(Ticket.id == ticket.id)

    def of_one_step() -> str | None:
        begun.append("again" if begun else "first")
        return db.session.scalar(number)

    def of_two_steps() -> list[int]:
        found = db.session.scalar(number)
        return list(db.session.scalars(select(Ticket.id).where(Ticket.number == found)))

    together.ask(lambda: together.ask(of_one_step, of_two_steps))

    assert begun == ["first", "again"]  # As far as its statement, and to its end.


def test_values_are_given_by_name_to_a_statement_that_stands_in_a_module(statements):
    tickets = [made().id for _ in range(3)]
    among = select(Ticket.id).where(Ticket.id.in_(bindparam("ids", expanding=True)))
    ordered = among.order_by(Ticket.id)
    asks = [
        lambda ids=ids: list(db.session.scalars(ordered, {"ids": ids}))
        for ids in (tickets[:1], tickets, [])
    ]
    with statements() as sent:
        answers = together.ask(*asks)

    assert answers == [tickets[:1], tickets, []]
    assert len(sent) == 1


def test_a_value_that_was_not_given_is_not_taken_for_none():
    wanted = select(Ticket.id).where(Ticket.id == bindparam("wanted"))

    with pytest.raises(KeyError, match="wanted"):
        together.ask(lambda: db.session.scalar(wanted, {"somebody": 1}))


def test_a_statement_that_nobody_holds_is_forgotten():
    met = []

    def by_id(wanted: int) -> int | None:
        statement = select(Ticket.id).where(Ticket.id == wanted)
        met.append(weakref.ref(statement))
        return db.session.scalar(statement)

    together.ask(partial(by_id, 1))
    del met[:]  # The first of its kind stands for all that differ in their values alone.
    together.ask(partial(by_id, 2))
    gc.collect()

    assert {one() for one in met} == {None}


def test_what_get_asks_for_comes_from_the_database():
    ticket = made()
    db.session.expunge_all()

    def both() -> tuple[object, object]:
        number = db.session.scalar(select(Ticket.number).where(Ticket.id == ticket.id))
        return number, db.session.get_one(Ticket, ticket.id).number

    assert together.ask(both) == [(ticket.number, ticket.number)]
