"""Tasks and offers under every order of events that can be thought of."""

import itertools
import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from hotline.coordination import queries, service
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import (
    ENDED,
    ENGAGED,
    LIVE,
    OPEN_TO_OFFERS,
    Actor,
    Answered,
    OfferStatus,
    TaskGiven,
    TaskStatus,
    steps_by_hand,
)
from hotline.coordination.rules.offers import NEXT_OF_OFFER
from hotline.coordination.rules.tasks import STEPS
from hotline.db import db
from hotline.errors import Missing, Problem
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Kind
from hotline.people.models import Person
from hotline.transaction import transaction
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON

EXAMPLES, STEPS_EACH = 6, 15
EVER = timedelta(days=400)

which = st.integers(0, 2)
nth = st.integers(0, 7)


def test_no_order_of_events_breaks_a_task_or_an_offer(app):
    run_state_machine_as_test(
        Machines,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_EACH,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("seed", range(3))
def test_however_it_went_nobody_waits_for_ever(app, seed):
    chance, machine = random.Random(seed), Machines()
    for _ in range(30):
        machine.at_random(chance)
    machine.let_pass(EVER)

    assert {one.status for one in machine.offers()} <= set(OfferStatus) - LIVE or machine.quoting()
    assert OfferStatus.OFFERED not in {one.status for one in machine.offers()}


class Machines(RuleBasedStateMachine):
    """One task, three partners that may be asked, and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.seen, self.events = NOON, {}, 0
        with transaction():
            desk, ticket = builders.person("coordinator"), builders.ticket()
            made = service.add_task(
                ticket, "forensics", given=TaskGiven(), by_id=desk.id, now=self.now
            )
            self.desk, self.task_id = desk.id, made.id
            self.vendors = [self._partner(number) for number in range(3)]

    def _partner(self, number: int) -> tuple[int, int]:
        """One without anybody to ring, one at any hour, one in the daytime alone."""
        vendor = partners.vendor(**DAYTIME if number == 2 else {})
        for position in range(number):
            partners.contact(vendor, position=position, at_any_hour=number == 1)
        return vendor.id, partners.somebody_of(vendor).id

    @rule(who=which, for_quote=st.booleans(), minutes=st.sampled_from([None, 1, 30, 600]))
    def ask(self, who, for_quote, minutes):
        reply_by = self.now + timedelta(minutes=minutes) if minutes else None
        self.do(service.offer, self.task(), self.vendor(who), reply_by=reply_by,
                for_quote=for_quote, by_id=self.desk)  # fmt: skip

    @rule(who=which, for_quote=st.booleans())
    def put_in_line(self, who, for_quote):
        self.do(service.queue, self.task(), self.vendor(who), for_quote=for_quote, by_id=self.desk)

    @rule(number=nth, way=st.sampled_from(Answered))
    def accept(self, number, way):
        self.about(number, lambda offer: self.do(service.accept, offer, answered=way))

    @rule(number=nth)
    def decline(self, number):
        self.about(
            number, lambda one: self.do(service.decline, one, "no_capacity", answered=Answered.KEY)
        )

    @rule(number=nth)
    def take_back(self, number):
        self.about(
            number,
            lambda one: self.do(service.withdraw_offer, one, reason="重複", by_id=self.desk),
        )

    @rule(number=nth)
    def choose(self, number):
        self.about(number, lambda one: self.do(service.engage, one, by_id=self.desk))

    @rule(who=which, gone=st.booleans())
    def leave_or_come_back(self, who, gone):
        with transaction():
            self.vendor(who).withdrawn_at = self.now if gone else None
            if gone:
                service.withdraw_offers_of(
                    self.vendors[who][0], reason="解約", by_id=self.desk, now=self.now
                )

    @rule(number=nth, actor=st.sampled_from([Actor.DESK, Actor.VENDOR]))
    def move(self, number, actor):
        """Endings are rare: nothing happens after them."""
        steps = steps_by_hand(self.task().status, actor)
        going_on = [step for step in steps if number == 0 or step.to not in ENDED]
        if going_on:
            status = going_on[number % len(going_on)].to
            self.do(
                service.move_task, self.task(), status, actor=actor, reason="x", by_id=self.desk
            )

    @rule()
    def work_on(self):
        """The usual next step, whatever it needs."""
        steps = STEPS[TaskStatus(self.task().status)]
        if self.task().status not in ENGAGED or not steps:
            return
        self.do(service.hand_in, self.task(), "other", note="メモ", by_id=self.desk)
        verb = service.move_task if steps[0].by_hand else service.step_task
        self.do(verb, self.task(), steps[0].to, actor=Actor.DESK, by_id=self.desk)

    @rule(minutes=st.sampled_from([1, 5, 59, 60, 61, 900]))
    def wait(self, minutes):
        """Time passes, and no worker looks."""
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([0, 5, 60, 61, 900]), twice=st.booleans())
    def work(self, minutes, twice):
        self.now += timedelta(minutes=minutes)
        due = queries.due_offer_ids(now=self.now)
        for offer_id in [*due, *(due if twice else ())]:
            with transaction():
                service.look_after(offer_id, now=self.now)

    @invariant()
    def everything_holds(self):
        """One look at the rows for all of them: it is asked after each event."""
        task, offers = self.task(), self.offers()
        engaged = one_partner_at_most_is_engaged(task, offers)
        every_open_offer_has_an_end(offers)
        whoever_stands_in_line_waits_for_somebody(task, offers, engaged)
        nothing_more_is_sent_about_what_is_over(offers)
        self.only_who_may_still_do_something_sees_it(task, offers)
        self.everything_went_where_the_tables_lead(task, offers)

    def only_who_may_still_do_something_sees_it(self, task, offers):
        """Asked of one partner after the other."""
        self.events += 1
        vendor_id, person_id = self.vendors[self.events % len(self.vendors)]
        gone = task.status in ENDED or db.session.get(Vendor, vendor_id).withdrawn_at is not None
        open_ = any(one.vendor_id == vendor_id and self.is_open(one) for one in offers)

        assert self.sees(person_id) == (open_ and not gone)

    def everything_went_where_the_tables_lead(self, task, offers):
        now = {one.id: one.status for one in offers} | {0: task.status}
        for key, status in now.items():
            was = self.seen.get(key, status)
            assert was == status or status in reached(was, offer=bool(key))
        self.seen = now

    def at_random(self, chance: random.Random) -> None:
        """One event of those above, by dice that lead further than even ones would."""
        asked = {"who": chance.randrange(3), "for_quote": chance.random() < 0.3}
        number = chance.randrange(8)
        events = [
            (4, lambda: self.ask(minutes=None, **asked)),
            (3, lambda: self.put_in_line(**asked)),
            (3, lambda: self.accept(number, Answered.LINK)),
            (3, lambda: self.decline(number)),
            (1, lambda: self.take_back(number)),
            (3, lambda: self.choose(number)),
            (6, self.work_on),
            (1, lambda: self.move(1 + number, Actor.DESK)),
            (2, lambda: self.work(chance.choice([5, 61]), False)),
        ]
        chance.choices([event for _, event in events], [weight for weight, _ in events])[0]()
        self.everything_holds()

    def let_pass(self, time: timedelta) -> None:
        """A worker looks whenever something is due, until that time has passed."""
        end = self.now + time
        for _ in itertools.count():
            waiting = [one.wake_at for one in self.offers() if one.wake_at is not None]
            if not waiting or min(waiting) > end:
                break
            self.now = max(self.now, min(waiting))
            self.work(0, False)

    def do(self, verb, *args, **how):
        """What is refused changes nothing."""
        try:
            with transaction():
                verb(*args, **how, now=self.now)
        except Problem:
            db.session.rollback()

    def about(self, number, verb):
        """Mostly about what can still be answered."""
        found = self.offers()
        live = [one for one in found if one.status == OfferStatus.OFFERED]
        chosen = live if live and number < 6 else found
        if chosen:
            verb(chosen[number % len(chosen)])

    def task(self) -> Task:
        return db.session.get(Task, self.task_id)

    def vendor(self, who) -> Vendor:
        return db.session.get(Vendor, self.vendors[who][0])

    def offers(self) -> list[Offer]:
        return queries.offers_of([self.task_id])

    def quoting(self) -> bool:
        return any(one.status == OfferStatus.ACCEPTED for one in self.offers())

    def sees(self, person_id) -> bool:
        person = db.session.get(Person, person_id)
        try:
            queries.task_for(person, self.task_id, now=self.now)
        except Missing:
            return False
        return True

    def is_open(self, offer) -> bool:
        in_time = offer.status == OfferStatus.OFFERED and self.now < offer.reply_by
        return in_time or offer.status == OfferStatus.ACCEPTED


def one_partner_at_most_is_engaged(task, offers) -> list[Offer]:
    engaged = [one for one in offers if one.status == "accepted" and one.engaged_at is not None]

    assert [one.vendor_id for one in engaged] == ([task.vendor_id] if task.vendor_id else [])
    assert (task.status in ENGAGED) <= (len(engaged) == 1)
    assert (task.status in OPEN_TO_OFFERS) <= (engaged == [])
    return engaged


def every_open_offer_has_an_end(offers):
    asked = [one for one in offers if one.status == OfferStatus.OFFERED]

    assert all(one.offered_at <= one.wake_at <= one.reply_by for one in asked)
    assert all(one.offered_at < one.reply_by for one in asked)
    assert all(one.wake_at is None for one in offers if one not in asked)


def whoever_stands_in_line_waits_for_somebody(task, offers, engaged):
    statuses = {one.status for one in offers if one not in engaged}
    answering = bool(statuses & {"offered", "accepted"})

    assert answering or OfferStatus.QUEUED not in statuses
    assert answering == (task.status == TaskStatus.OFFERED)


def nothing_more_is_sent_about_what_is_over(offers):
    unsent = select(Notice.subject).where(Notice.kind == Kind.OFFER, Notice.status.in_(UNSENT))
    over = {f"offer:{one.id}" for one in offers if one.status != OfferStatus.OFFERED}

    assert not over & set(db.session.scalars(unsent))


def reached(was: str, *, offer: bool) -> set[str]:
    """Where one or several steps of one event can lead."""

    def after(status: str) -> set[str]:
        if offer:
            return set(NEXT_OF_OFFER[OfferStatus(status)])
        return {step.to for step in STEPS[TaskStatus(status)]}

    once = after(was)
    return once.union(*(after(one) for one in once))


DAYTIME = {
    "round_the_clock": False,
    "weekly": [[["09:00", "18:00"]]] * 5 + [[], []],
}
