"""A page is taken by exactly one, and ends whatever was still on its way."""

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.duty import queries, service
from hotline.duty.models import Page, Ring
from hotline.duty.rules import Cause
from hotline.errors import Forbidden, Missing, Refused
from hotline.notices.models import Notice
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.duty.pages import MOBILE, STEP, alarms, facts_of, open_page, ring, story, told


def test_who_takes_it_ends_it_and_everything_unsent_is_withdrawn(writing):
    page = builders.page()
    first, second = (builders.person("coordinator", phone=MOBILE) for _ in range(2))
    ring(page)
    ring(page, at=1)
    service.take_page(page.id, by_id=second.id, now=NOON + STEP)

    assert (page.status, page.ended_by_id, page.ended_at) == ("taken", second.id, NOON + STEP)
    assert {status for _, _, status in told(page)} == {"withdrawn"}
    assert (story(page)[-1], facts_of(page, "page_taken")) == ("page_taken", {"name": second.name})
    assert service.ring_next(page.id, now=NOON + 9 * STEP) == []
    assert first.id in {ring.person_id for ring in queries.rings_of(page.id)}


def test_taking_it_withdraws_the_alarm_as_well(writing):
    page = builders.page()
    ring(page)
    someone = builders.person("coordinator")
    service.take_page(page.id, by_id=someone.id, now=NOON)

    assert db.session.scalars(select(Notice.status)).all()[-1] == "withdrawn"
    assert alarms(page) == []


def test_the_second_hears_who_has_it(writing):
    page = builders.page()
    first = builders.person("coordinator", name="山田 花子")
    second = builders.person("supervisor")
    service.take_page(page.id, by_id=first.id, now=NOON)

    with pytest.raises(Refused, match="山田 花子 has this already"):
        service.take_page(page.id, by_id=second.id, now=NOON)
    assert page.ended_by_id == first.id


def test_taking_it_twice_is_taking_it_once(writing):
    page = builders.page()
    someone = builders.person("coordinator")
    for _ in range(2):
        service.take_page(page.id, by_id=someone.id, now=NOON)

    assert story(page).count("page_taken") == 1
    assert audited().count("page.taken") == 1


def test_an_operator_cannot_take_what_a_coordinator_is_rung_for(writing):
    page, operator = builders.page(), builders.person("operator")

    with pytest.raises(Forbidden):
        service.take_page(page.id, by_id=operator.id, now=NOON)
    assert service.take_pages_of(page.number, by_id=operator.id, now=NOON) == []
    assert page.status == "open"


def test_who_is_gone_or_a_page_there_is_not_takes_nothing(writing):
    page, gone = builders.page(), builders.person("coordinator")
    gone.disabled_at = NOON
    db.session.flush()

    for page_id, person in [(page.id, gone.id), (page.id, 999), (999, gone.id)]:
        with pytest.raises(Missing):
            service.take_page(page_id, by_id=person, now=NOON)


def test_a_page_that_was_called_off_is_nothing_to_take(writing):
    page, someone = builders.page(), builders.person("coordinator", phone=MOBILE)
    ring(page)
    [ended] = service.call_off_pages(page.number, by_id=someone.id, now=NOON)

    assert (ended, page.status) == (page, "called_off")
    assert {status for _, _, status in told(page)} == {"withdrawn"}
    with pytest.raises(Refused, match="called off"):
        service.take_page(page.id, by_id=someone.id, now=NOON)


def test_one_cause_can_be_called_off_alone(writing):
    ticket = builders.ticket()
    grave = open_page(ticket)
    unanswered = open_page(ticket, cause=Cause.RANSOM_UNANSWERED)
    cause = Cause.RANSOM_UNANSWERED
    service.call_off_pages(ticket.number, by_id=None, now=NOON, cause=cause)

    assert (grave.status, unanswered.status) == ("open", "called_off")
    assert queries.open_pages() == [grave]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    moves=st.lists(st.sampled_from(["wake", "hurry", "idle", "hire"]), max_size=14),
    takes=st.booleans(),
)
def test_nobody_is_rung_twice_in_a_round_and_nobody_after_it_was_taken(app, moves, takes):
    with transaction():
        page = builders.page()
        taker = builders.person("coordinator", phone=MOBILE)
        for move in moves:
            last = queries.last_ring(page.id)
            if move == "hire":
                builders.person("coordinator", phone=MOBILE)
            elif move == "hurry" and last:
                service.pass_over(page.id, last.person_id, now=page.wake_at)
            at = page.wake_at if move != "idle" else page.wake_at - timedelta(seconds=1)
            service.ring_next(page.id, now=at)
        if takes:
            service.take_page(page.id, by_id=taker.id, now=page.wake_at)
        rung = [(ring.person_id, ring.round) for ring in queries.rings_of(page.id)]
        assert len(rung) == len(set(rung))
        assert not takes or {row[2] for row in told(page)} <= {"withdrawn"}
        for one in queries.open_pages():  # The next example begins with its own.
            service.call_off_pages(one.number, by_id=None, now=NOON)


def test_of_many_who_press_at_once_exactly_one_has_it(app):
    with transaction():
        page = builders.page()
        people = [builders.person("coordinator", phone=MOBILE).id for _ in range(6)]
        ring(page)
    outcomes = at_once(app, [lambda by=by: take(page.id, by) for by in people])

    taken = db.session.get(Page, page.id, populate_existing=True)
    assert sorted(outcomes) == ["has it already"] * 5 + ["taken"]
    assert taken.ended_by_id in people
    assert (story(page).count("page_taken"), audited().count("page.taken")) == (1, 1)


def test_many_workers_ring_one_person_at_a_time(app):
    with transaction():
        page = builders.page()
        for _ in range(3):
            builders.person("coordinator", phone=MOBILE)
    rung = at_once(app, [lambda: ring_in_own_transaction(page.id)] * 4)

    assert sorted(rung) == [0, 0, 0, 1]
    assert db.session.scalar(select(func.count()).select_from(Ring)) == 1


def test_who_takes_it_while_a_worker_rings_the_next_is_heard(app):
    with transaction():
        page = builders.page()
        first, *_ = [builders.person("coordinator", phone=MOBILE).id for _ in range(3)]
        ring(page)
    at = NOON + STEP
    jobs = [lambda: take(page.id, first), lambda: ring_in_own_transaction(page.id, at)]
    at_once(app, jobs)

    assert {status for _, _, status in told(page)} == {"withdrawn"}
    assert queries.open_pages() == []


def test_a_worker_that_dies_while_it_rings_has_rung_nobody(app):
    with transaction():
        page = builders.page()
        someone = builders.person("coordinator", phone=MOBILE)
    with pytest.raises(KeyboardInterrupt):
        die_in(lambda: service.ring_next(page.id, now=NOON))

    assert (told(page), queries.rings_of(page.id)) == ([], [])
    with transaction():
        assert service.ring_next(page.id, now=NOON) == [someone]


def die_in(work) -> None:
    """Do ``work`` in a transaction and die before it is saved."""
    with transaction():
        work()
        raise KeyboardInterrupt


def at_once(app, jobs) -> list:
    """What each of ``jobs`` returns, begun at the same moment by threads of their own."""
    gate, results = threading.Barrier(len(jobs)), []

    def work(job) -> None:
        with app.app_context():
            gate.wait()
            results.append(job())
            db.session.remove()

    threads = [threading.Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def take(page_id: int, by_id: int) -> str:
    try:
        with transaction():
            service.take_page(page_id, by_id=by_id, now=NOON)
    except Refused:
        return "has it already"
    return "taken"


def ring_in_own_transaction(page_id: int, now=NOON) -> int:
    with transaction():
        return len(service.ring_next(page_id, now=now))


def audited() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
