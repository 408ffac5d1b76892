"""The one rule for partners, with random acts: whoever was let in is out with the withdrawal."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import ENDED, TaskStatus
from hotline.coordination.service import ConsentSaid
from hotline.db import db
from hotline.errors import Problem
from hotline.transaction import transaction
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON
from tests.conftest import empty_all_tables

CANARY = "秘密の他社名"
ACTS = ("release", "take_back", "general", "own", "engage", "let_go", "end", "withdraw", "return")


class World:
    """Two partners that work on tasks of one ticket, a third on that of another company."""

    def __init__(self) -> None:
        self.by = builders.person("coordinator").id
        self.ticket = builders.ticket(company="当社")
        self.vendors = [partners.vendor(), partners.vendor(country="DE"), partners.vendor()]
        self.people = [partners.somebody_of(one) for one in self.vendors]
        other = builders.ticket(company=CANARY)
        tickets = (self.ticket, self.ticket, other)
        self.tasks = [
            partners.engaged(vendor, ticket)
            for vendor, ticket in zip(self.vendors, tickets, strict=True)
        ]
        partners.agreed(other)
        coordination.release(
            self.tasks[2], self.vendors[2].id, {"company": (CANARY, "")}, by_id=self.by, now=NOON
        )
        self.general: bool | None = None
        self.own: dict[int, bool] = {}
        self.standing: dict[int, set[str]] = {0: set(), 1: set()}

    def act(self, act: str, which: int, yes: bool) -> None:
        getattr(self, f"_{act}")(which, yes)

    def may(self, which: int) -> bool:
        task, vendor = self.tasks[which], self.vendors[which]
        works = task.vendor_id == vendor.id and task.status not in ENDED
        said = self.own.get(which)
        agreed = bool(self.general) and which == 0 if said is None else said
        refused = self.general is False and said is None
        return works and vendor.withdrawn_at is None and agreed and not refused

    def _release(self, which: int, yes: bool) -> None:
        piece = "summary" if yes else "site"
        words = {piece: (f"当社の{which}", "")}
        allowed = self.may(which)
        try:
            coordination.release(
                self.tasks[which], self.vendors[which].id, words, by_id=self.by, now=NOON
            )
        except Problem:
            assert not allowed
        else:
            assert allowed
            self.standing[which].add(piece)

    def _take_back(self, which: int, _yes: bool) -> None:
        for one in queries.released_to(self.tasks[which].id, self.vendors[which].id):
            coordination.take_back(one, by_id=self.by, now=NOON)
        self.standing[which].clear()

    def _general(self, _which: int, yes: bool) -> None:
        partners.agreed(self.ticket, given=yes)
        self.general = yes

    def _own(self, which: int, yes: bool) -> None:
        said = ConsentSaid(yes, "邊見さま", "mail", NOON)
        coordination.say_consent(self.ticket, self.vendors[which], said, by_id=self.by, now=NOON)
        self.own[which] = yes

    def _engage(self, which: int, _yes: bool) -> None:
        self._put(which, vendor_id=self.vendors[which].id)

    def _let_go(self, which: int, _yes: bool) -> None:
        self._put(which, vendor_id=None)

    def _end(self, which: int, yes: bool) -> None:
        self._put(which, status=TaskStatus.CANCELLED if yes else TaskStatus.IN_PROGRESS)

    def _withdraw(self, which: int, _yes: bool) -> None:
        db.session.get_one(Vendor, self.vendors[which].id).withdrawn_at = NOON

    def _return(self, which: int, _yes: bool) -> None:
        db.session.get_one(Vendor, self.vendors[which].id).withdrawn_at = None

    def _put(self, which: int, **facts: object) -> None:
        for name, value in facts.items():
            setattr(db.session.get_one(Task, self.tasks[which].id), name, value)
        db.session.flush()


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.booleans()), min_size=4, max_size=12
    )
)
def test_nobody_sees_after_a_withdrawal_nor_anything_of_another(world, acts):
    here = world()
    for act in (("general", 0, True), ("own", 1, True), ("release", 0, True), *acts):
        with transaction():
            here.act(*act)
        _check(here)


def _check(here: World) -> None:
    db.session.expire_all()
    for which in (0, 1):
        person, task = here.people[which], here.tasks[which]
        seen = queries.seen_by(person, task, now=NOON)
        expected = here.standing[which] if here.may(which) else set()
        assert {one.piece for one in seen} == expected
        assert all(one.ja == f"当社の{which}" for one in seen)
        for other in (here.tasks[1 - which], here.tasks[2]):
            assert queries.seen_by(person, other, now=NOON) == []


@pytest.fixture
def world(app):
    def begin() -> World:
        db.session.remove()
        empty_all_tables()
        with transaction():
            return World()

    return begin
