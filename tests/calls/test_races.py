"""A call and its tickets are changed at the same moment: nobody is lost, nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from hotline.calls import service
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.calls.service import Wrapping
from hotline.db import db
from hotline.errors import Refused
from hotline.people.models import Person
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status as Standing
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

ROUNDS = 3
REFUSED, SAVED = "Refused", "saved"


def test_of_many_people_who_take_a_call_at_once_one_has_it(at_once, people):
    call = made(builders.call)
    told = at_once(*[lambda one=one: take(call, one) for one in people])

    assert sorted(told) == [REFUSED] * (len(people) - 1) + [SAVED]
    assert len(db.session.scalars(select(Ticket)).all()) == 1


def test_no_call_goes_on_in_a_ticket_that_ends_at_the_same_moment(at_once, people, ticket):
    call = made(builders.call)
    at_once(lambda: take(call, people[0], into=ticket), lambda: refer(ticket))
    story = [line.event for line in lines(ticket)]

    assert "called" not in story[story.index("out_of_scope") :]


def test_of_two_calls_that_are_split_off_at_once_one_stays(at_once, ticket):
    calls = [made(builders.call, ticket_id=ticket) for _ in range(2)]
    told = at_once(*[lambda one=one: split(one) for one in calls])

    assert sorted(told) == [REFUSED, SAVED]
    assert ticket in [db.session.get(Call, one).ticket_id for one in calls]


def test_a_move_back_and_a_join_of_both_tickets_wait_for_each_other(at_once, ticket):
    call, _ = [made(builders.call, ticket_id=ticket) for _ in range(2)]
    with transaction():
        other = split(call).id

    def join():
        one, into = (db.session.get(Ticket, each) for each in (ticket, other))
        tickets.join(one, into, by_id=1, now=NOON)

    told = at_once(lambda: service.undo_move(the(call), by_id=1, now=NOON), join)

    assert SAVED in told


def test_the_end_of_a_call_and_what_is_typed_wait_for_each_other(at_once, people, ticket):
    call = made(builders.call, status=Status.DONE, answered_at=NOON, ticket_id=ticket)
    given = Wrapping("nuisance", note="別件", ends=True, referral="ipa")

    def judge():
        one, by = db.session.get(Ticket, ticket), db.session.get(Person, people[0])
        tickets.assess(one, "p1", reason="", by=by, now=NOON)

    told = at_once(lambda: service.wrap_up(the(call), given, by_id=1, now=NOON), judge)

    assert told[0] == SAVED


def take(call: int, person: int, into: int | None = None) -> None:
    by = db.session.get(Person, person)
    ticket = db.session.get(Ticket, into) if into is not None else None
    service.claim(the(call), by=by, now=NOON, into=ticket)


def refer(ticket: int) -> None:
    one = db.session.get(Ticket, ticket)
    tickets.go_to(one, Standing.OUT_OF_SCOPE, reason="誤報", referral="ipa", by_id=1, now=NOON)


def split(call: int) -> Ticket:
    return service.split(the(call), by_id=1, now=NOON)


def the(call: int) -> Call:
    return db.session.get(Call, call)


def lines(ticket: int) -> list[Line]:
    query = select(Line).where(Line.ticket_id == ticket).order_by(Line.id)
    return list(db.session.scalars(query))


def made(build, **facts: object) -> int:
    with transaction():
        return build(**facts).id


@pytest.fixture
def at_once(app):
    """``at_once(*verbs)`` runs each in a transaction of its own, and says how each ended.

    Anything but a refusal is raised.
    """

    def act(verb, begin):
        with app.app_context():
            begin.wait(timeout=10)
            try:
                with transaction():
                    verb()
            except Refused:
                return REFUSED
            return SAVED

    def all_of(*verbs):
        db.session.rollback()
        begin = threading.Barrier(len(verbs))
        with ThreadPoolExecutor(len(verbs)) as threads:
            told = list(threads.map(lambda verb: act(verb, begin), verbs))
        db.session.expire_all()
        return told

    return all_of


@pytest.fixture(params=range(ROUNDS))
def ticket(app, request) -> int:
    return made(builders.ticket)


@pytest.fixture
def people(app) -> list[int]:
    with transaction():
        somebody = [builders.person("operator") for _ in range(4)]
        for one in somebody:
            builders.shift(one)
        return [one.id for one in somebody]
