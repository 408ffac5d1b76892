"""Several sessions at the same moment: one partner does the work, and nobody waits for ever."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hotline.coordination import queries, service
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import Actor, Answered, OfferStatus, TaskGiven, TaskStatus
from hotline.db import db
from hotline.errors import Problem
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.conftest import DATABASE

SESSIONS, ROUNDS = 4, 3

pytestmark = pytest.mark.skipif(DATABASE != "postgresql", reason="SQLite lets one write at a time")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_several_who_accept_at_once_one_is_engaged(at_once, task, _round):
    offers = asked(task, SESSIONS)
    told = at_once([lambda one=one: accept(one) for one in offers])

    assert sorted(told) == ["Refused"] * (SESSIONS - 1) + ["done"]
    assert len(engaged(task)) == 1
    assert fresh(Task, task).vendor_id == engaged(task)[0].vendor_id


def test_the_same_answer_from_several_sessions_is_one_answer(at_once, task):
    (offer,) = asked(task, 1)

    assert at_once([lambda: accept(offer)] * SESSIONS) == ["done"] * SESSIONS
    assert len(engaged(task)) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_answer_and_the_worker_at_the_same_moment_agree(at_once, task, _round):
    first, second = asked(task, 2)
    late = fresh(Offer, first).reply_by
    look = [lambda: service.look_after(first, now=late)] * 2
    at_once([*look, lambda: accept(first, now=late - timedelta(microseconds=1)),
             lambda: accept(second, now=late - timedelta(microseconds=1))])  # fmt: skip

    assert len(engaged(task)) == 1
    assert fresh(Offer, first).status in ("accepted", "expired")


def test_a_task_and_the_end_of_its_ticket_do_not_pass_each_other(at_once, ticket):
    def end():
        held = db.session.get(Ticket, ticket)
        tickets.hold(held)
        count = queries.open_task_count(ticket)
        tickets.go_to(held, Status.CLOSED, reason="x", by_id=1, now=NOON, open_tasks=count)

    def add():
        one = db.session.get(Ticket, ticket)
        service.add_task(one, "forensics", given=TaskGiven(), by_id=1, now=NOON)

    assert sorted(at_once([end, add])) == ["Refused", "done"]


def test_who_holds_a_ticket_keeps_nobody_from_answering_about_its_task(app, task, ticket):
    """Else who holds the ticket and wants the task would wait for ever for who answers."""
    (offer,) = asked(task, 1)

    def answer():
        with app.app_context(), transaction():
            accept(offer)

    with ThreadPoolExecutor(1) as thread, transaction():
        tickets.hold(db.session.get(Ticket, ticket))
        thread.submit(answer).result(timeout=4)

    assert len(engaged(task)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_whatever_several_sessions_do_at_random_the_rows_agree(at_once, task, seed):
    vendors = partners_of(task)
    at_once([lambda number=number: events(task, vendors, seed * 10 + number)
             for number in range(SESSIONS)], each=False)  # fmt: skip
    rows, now = queries.offers_of([task]), fresh(Task, task)
    standing = {one.status for one in rows if one.engaged_at is None} & {"offered", "accepted"}

    assert [one.vendor_id for one in engaged(task)] == [now.vendor_id] * bool(now.vendor_id)
    assert all(one.reply_by and one.wake_at for one in rows if one.status == "offered")
    assert bool(standing) == (now.status == TaskStatus.OFFERED)
    assert standing or OfferStatus.QUEUED not in {one.status for one in rows}


def events(task: int, vendors: list[int], seed: int) -> None:
    """Ten things that somebody does, each in a transaction of its own."""
    chance = random.Random(seed)
    for number in range(10):
        now = NOON + timedelta(minutes=20 * number)
        try:
            with transaction():
                one_event(chance, task, vendors, now=now)
        except Problem:
            db.session.rollback()


def one_event(chance: random.Random, task: int, vendors: list[int], *, now) -> None:
    row = db.session.get(Task, task)
    vendor = db.session.get(partners.Vendor, chance.choice(vendors))
    rows = queries.offers_of([task])
    offer = chance.choice(rows) if rows else None
    verbs = [lambda: service.offer(row, vendor, for_quote=chance.random() < 0.5, by_id=1, now=now),
             lambda: service.queue(row, vendor, by_id=1, now=now),
             lambda: service.withdraw_offers_of(vendor.id, reason="x", by_id=1, now=now),
             lambda: service.move_task(row, TaskStatus.DRAFTED, actor=Actor.DESK, reason="x",
                                       by_id=1, now=now)]  # fmt: skip
    if offer is not None:
        verbs += [lambda: accept(offer.id, now=now),
                  lambda: accept(offer.id, now=now),
                  lambda: service.decline(offer, "schedule", answered=Answered.KEY, now=now),
                  lambda: service.engage(offer, by_id=1, now=now),
                  lambda: service.look_after(offer.id, now=now),
                  lambda: service.withdraw_offer(offer, reason="x", by_id=1, now=now)]  # fmt: skip
    chance.choice(verbs)()


def accept(offer_id: int, *, now=NOON) -> None:
    service.accept(db.session.get(Offer, offer_id), answered=Answered.LINK, now=now)


def asked(task: int, count: int) -> list[int]:
    with transaction():
        held = service.hold_task(task)
        made = [service.offer(held, partners.vendor(), by_id=1, now=NOON) for _ in range(count)]
        return [one.id for one in made]


def partners_of(_task: int) -> list[int]:
    with transaction():
        return [partners.vendor().id for _ in range(3)]


def engaged(task: int) -> list[Offer]:
    db.session.rollback()
    rows = queries.offers_of([task])
    return [one for one in rows if one.status == "accepted" and one.engaged_at is not None]


def fresh(table, row_id: int):
    db.session.rollback()
    return db.session.get(table, row_id)


@pytest.fixture
def at_once(app):
    """Runs verbs in sessions of their own, begun together; how each ended. Only refusals may."""

    def act(gate, verb, each):
        with app.app_context():
            gate.wait(timeout=10)
            try:
                if each:
                    with transaction():
                        verb()
                else:
                    verb()
            except Problem as problem:
                return type(problem).__name__
            return "done"

    def run(verbs, *, each=True):
        db.session.rollback()
        gate = threading.Barrier(len(verbs))
        with ThreadPoolExecutor(len(verbs)) as threads:
            return list(threads.map(lambda verb: act(gate, verb, each), verbs))

    return run


@pytest.fixture
def ticket(app) -> int:
    with transaction():
        made = builders.ticket()
        tickets.keep_promise(builders.promise_of(made), by_id=1, now=NOON)
        return made.id


@pytest.fixture
def task(ticket) -> int:
    with transaction():
        one = db.session.get(Ticket, ticket)
        return service.add_task(one, "forensics", given=TaskGiven(), by_id=1, now=NOON).id
