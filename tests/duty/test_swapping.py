"""A shift passes from one person to another: asked for and agreed, or given by a supervisor."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.duty import queries, service
from hotline.duty.models import Shift, Swap
from hotline.errors import Forbidden, Invalid, Missing, Refused
from hotline.notices.models import Notice
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_whoever_agrees_has_the_shift_and_whoever_asked_is_told(two):
    asked = ask(two)
    with transaction():
        service.agree_to_swap(asked.id, by_id=two.to.id, now=NOON)

    assert (two.shift.person_id, asked.status) == (two.to.id, "agreed")
    assert told() == [
        ("swap_asked", two.to.id, "withdrawn"),
        ("swap_agreed", two.owner.id, "waiting"),
    ]


def test_a_shift_that_runs_is_parted_where_it_passes_on(two):
    with transaction():
        two.shift.starts_at, two.shift.ends_at = NOON - HOUR, NOON + HOUR
    asked = ask(two)
    with transaction():
        rest = service.agree_to_swap(asked.id, by_id=two.to.id, now=NOON)

    assert (two.shift.person_id, two.shift.ends_at) == (two.owner.id, NOON)
    assert (rest.person_id, rest.starts_at, rest.ends_at) == (two.to.id, NOON, NOON + HOUR)


def test_whoever_declines_leaves_the_shift_where_it_is(two):
    asked = ask(two)
    with transaction():
        service.decline_swap(asked.id, by_id=two.to.id, now=NOON)
        again = service.ask_to_swap(two.shift.id, two.to.id, by_id=two.owner.id, now=NOON)

    assert (two.shift.person_id, asked.status, again.status) == (
        two.owner.id,
        "declined",
        "asked",
    )


def test_a_request_taken_back_cannot_be_agreed_to(two):
    asked = ask(two)
    with transaction():
        service.withdraw_swap(asked.id, by_id=two.owner.id, now=NOON)

    with pytest.raises(Refused, match="answered or taken back"):
        service.agree_to_swap(asked.id, by_id=two.to.id, now=NOON)


def test_nobody_gives_away_or_takes_back_what_is_somebody_elses(two):
    asked = ask(two)
    with pytest.raises(Forbidden):
        service.ask_to_swap(two.shift.id, two.to.id, by_id=two.to.id, now=NOON)
    with pytest.raises(Forbidden):
        service.withdraw_swap(asked.id, by_id=two.to.id, now=NOON)
    for verb in (service.agree_to_swap, service.decline_swap):
        with pytest.raises(Missing):
            verb(asked.id, by_id=two.owner.id, now=NOON)


def test_only_one_is_asked_at_a_time_and_nothing_of_what_is_over(two):
    ask(two)
    with pytest.raises(Refused, match="asked already"):
        service.ask_to_swap(two.shift.id, two.to.id, by_id=two.owner.id, now=NOON)

    with pytest.raises(Refused, match="over already"):
        service.ask_to_swap(
            two.shift.id, two.to.id, by_id=two.owner.id, now=NOON + timedelta(days=9)
        )


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [(("auditor",), "does not hold"), (("operator",), "at this time already")],
)
def test_a_shift_goes_to_nobody_who_cannot_have_it(two, roles, sentence):
    with transaction():
        someone = builders.person(*roles, name="別 人")
        builders.shift(someone, starts_at=two.shift.starts_at, ends_at=two.shift.ends_at)
    with pytest.raises(Invalid, match=sentence):
        service.reassign(two.shift.id, someone.id, by_id=None, now=NOON)
    with pytest.raises(Invalid, match="has this shift already"):
        service.reassign(two.shift.id, two.owner.id, by_id=None, now=NOON)
    with pytest.raises(Invalid, match="no such person"):
        service.reassign(two.shift.id, 0, by_id=None, now=NOON)


def test_who_got_another_shift_meanwhile_can_agree_no_more(two):
    asked = ask(two)
    with transaction():
        builders.shift(two.to, starts_at=two.shift.starts_at, ends_at=two.shift.ends_at)

    with pytest.raises(Refused, match="at this time already"):
        service.agree_to_swap(asked.id, by_id=two.to.id, now=NOON)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_supervisor_decides_without_asking_and_both_are_told(two, agreed):
    asked = ask(two)
    with transaction():
        third = builders.person("operator", name="第 三")
        supervisor = builders.person("supervisor")
        to = two.to if agreed else third
        service.reassign(two.shift.id, to.id, by_id=supervisor.id, now=NOON)

    assert two.shift.person_id == to.id
    assert asked.status == ("agreed" if agreed else "withdrawn")
    assert told()[1:] == [
        ("shift_given", to.id, "waiting"),
        ("shift_taken", two.owner.id, "waiting"),
    ]


def test_who_takes_a_shift_over_by_deciding_so_is_not_told_of_it(two):
    with transaction():
        supervisor = builders.person("supervisor", "operator")
        service.reassign(two.shift.id, supervisor.id, by_id=supervisor.id, now=NOON)

    assert [kind for kind, _, _ in told()] == ["shift_taken"]


@pytest.mark.parametrize("verb", [service.remove, service.end])
def test_a_shift_that_goes_takes_its_request_along(two, verb):
    if verb is service.end:
        with transaction():
            two.shift.starts_at = NOON - HOUR
    ask(two)
    with transaction():
        verb(two.shift.id, by_id=None, now=NOON)

    assert queries.open_swaps(NOON) == []
    assert told() == [("swap_asked", two.to.id, "withdrawn")]


def test_what_is_not_there_is_missing(app):
    for verb in (service.agree_to_swap, service.withdraw_swap):
        with pytest.raises(Missing):
            verb(4711, by_id=1, now=NOON)
    with pytest.raises(Missing):
        service.reassign(4711, 1, by_id=1, now=NOON)


def test_a_note_that_cannot_be_read_is_refused(two):
    with pytest.raises(Invalid, match="note"):
        service.ask_to_swap(two.shift.id, two.to.id, note="\x00", by_id=two.owner.id, now=NOON)


def ask(two) -> Swap:
    with transaction():
        return service.ask_to_swap(
            two.shift.id, two.to.id, note="通院のため", by_id=two.owner.id, now=NOON
        )


def told() -> list[tuple[str, int | None, str]]:
    found = db.session.scalars(
        select(Notice).order_by(Notice.id).execution_options(populate_existing=True)
    )
    return [(one.kind, one.person_id, one.status) for one in found]


class Two:
    """Somebody with a shift tomorrow, and somebody who could have it."""

    def __init__(self) -> None:
        self.owner = builders.person("operator", name="本 人")
        self.to = builders.person("operator", name="代 理")
        begin = NOON + 20 * HOUR
        self.shift: Shift = builders.shift(self.owner, starts_at=begin, ends_at=begin + 8 * HOUR)


@pytest.fixture
def two(app) -> Two:
    with transaction():
        return Two()
