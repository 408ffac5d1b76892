"""Two people at the same moment: exactly one wins, and the other is told why."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Refused
from hotline.followups import service as promises
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN
from hotline.people.models import Person
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Intake, Status
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

ROUNDS = 3
REFUSED, STALE, SAVED = "Refused", "Stale", "saved"


def test_of_two_people_saving_one_wins(at_once, ticket, people):
    def save(person, company):
        intake = Intake(company=company)
        service.fill_in(db.session.get(Ticket, ticket), intake, version=1, by=who(person), now=NOON)

    told = at_once(lambda: save(people[0], "確認工業"), lambda: save(people[1], "検証工業"))

    assert sorted(told) == [STALE, SAVED]
    assert fresh(ticket).version == 2


def test_of_two_people_joining_crosswise_one_wins(at_once, ticket, another):
    def join(one, into):
        service.join(db.session.get(Ticket, one), db.session.get(Ticket, into), by_id=1, now=NOON)

    told = at_once(lambda: join(ticket, another), lambda: join(another, ticket))
    statuses = sorted(fresh(one).status for one in (ticket, another))

    assert sorted(told) == [REFUSED, SAVED]
    assert statuses == ["duplicate", "received"]


def test_of_two_people_taking_charge_one_wins(at_once, ticket, people):
    def take(person):
        service.take_charge(db.session.get(Ticket, ticket), by_id=person, now=NOON)

    told = at_once(*[lambda person=person: take(person) for person in people])

    assert sorted(told) == [REFUSED, SAVED]
    assert fresh(ticket).coordinator_id in people


def test_of_two_people_closing_one_wins(at_once, ticket):
    with transaction():
        service.keep_promise(owed(ticket), by_id=1, now=NOON)

    def close():
        service.go_to(db.session.get(Ticket, ticket), Status.CLOSED, by_id=1, now=NOON)

    assert sorted(at_once(close, close)) == [REFUSED, SAVED]


@pytest.mark.parametrize("end", [Status.CLOSED, Status.OUT_OF_SCOPE])
def test_nothing_is_owed_on_a_ticket_that_ends_while_its_promise_is_moved(at_once, ticket, end):
    promise_id = owed(ticket).id

    def move():
        promise, later = promises.get(promise_id), NOON.replace(hour=6)
        number = db.session.get(Ticket, ticket).number
        promises.move(promise, number, due_at=later, reason="希望", by_id=1, now=NOON)

    def stop():
        one = db.session.get(Ticket, ticket)
        service.go_to(one, end, reason="誤報", referral="ipa", by_id=1, now=NOON)

    told = at_once(move, stop)

    assert told.count(SAVED) >= 1
    assert fresh(ticket).status not in ENDED or owed(ticket) is None


def test_nothing_is_owed_on_a_ticket_that_is_joined_while_its_promise_is_kept(
    at_once, ticket, another
):
    promise_id = owed(ticket).id

    def join():
        service.join(
            db.session.get(Ticket, ticket), db.session.get(Ticket, another), by_id=1, now=NOON
        )

    told = at_once(join, lambda: service.keep_promise(promises.get(promise_id), by_id=1, now=NOON))

    assert set(told) <= {SAVED, REFUSED}
    assert owed(ticket) is None


def test_raising_the_severity_and_taking_the_promise_up_wait_for_each_other(
    at_once, ticket, people
):
    promise_id = owed(ticket).id

    def judge():
        one = db.session.get(Ticket, ticket)
        service.assess(one, "p1", reason="", by=who(people[0]), now=NOON)

    def take():
        promises.take(promises.get(promise_id), by_id=people[1], now=NOON)

    assert at_once(judge, take) == [SAVED, SAVED]
    assert (fresh(ticket).severity, owed(ticket).status) == ("p1", "taken")


def test_opening_a_duplicate_again_and_ending_the_other_wait_for_each_other(
    at_once, ticket, another
):
    with transaction():
        one, other = db.session.get(Ticket, ticket), db.session.get(Ticket, another)
        service.join(one, other, by_id=1, now=NOON)

    def part():
        one = db.session.get(Ticket, ticket)
        service.go_to(one, Status.CALLBACK_PENDING, reason="別件", by_id=1, now=NOON)

    def refer():
        other = db.session.get(Ticket, another)
        service.go_to(other, Status.OUT_OF_SCOPE, referral="ipa", by_id=1, now=NOON)

    assert at_once(part, refer) == [SAVED, SAVED]
    assert (fresh(ticket).status, fresh(another).status) == ("callback_pending", "out_of_scope")


def who(person_id: int) -> Person:
    return db.session.get(Person, person_id)


def fresh(ticket_id: int) -> Ticket:
    db.session.rollback()
    return db.session.get(Ticket, ticket_id, populate_existing=True)


def owed(ticket_id: int) -> Followup | None:
    db.session.rollback()
    query = select(Followup).where(Followup.ticket_id == ticket_id, Followup.status.in_(OPEN))
    return db.session.scalar(query)


@pytest.fixture
def at_once(app):
    """``at_once(one, other)`` runs both in transactions of their own, and says how each ended.

    Anything but a refusal is raised.
    """
    begin = threading.Barrier(2)

    def act(verb):
        with app.app_context():
            begin.wait(timeout=10)
            try:
                with transaction():
                    verb()
            except Refused as refused:
                return type(refused).__name__
            return SAVED

    def both(*verbs):
        db.session.rollback()
        with ThreadPoolExecutor(2) as threads:
            return list(threads.map(act, verbs))

    return both


@pytest.fixture(params=range(ROUNDS))
def ticket(app, request) -> int:
    with transaction():
        return builders.ticket().id


@pytest.fixture
def another(app) -> int:
    with transaction():
        return builders.ticket().id


@pytest.fixture
def people(app) -> list[int]:
    with transaction():
        return [builders.person("coordinator").id for _ in range(2)]
