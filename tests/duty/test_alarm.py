"""A gap in the roster is told once, in time, and again only where it is new."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.duty import queries, service
from hotline.duty.models import Covered, Shift
from hotline.duty.rules import WATCHED, Known, Stretch, remember, to_tell
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TEN_MINUTES = timedelta(minutes=10)


def gap(first: int, last: int) -> Stretch:
    """From and until so many hours after noon."""
    return Stretch(NOON + first * HOUR, NOON + last * HOUR)


def test_a_gap_of_which_nothing_is_new_stays_as_told_as_it_was():
    [told] = [Known(NOON + HOUR, NOON + 9 * HOUR, found_at=NOON - DAY, told_at=NOON - HOUR)]
    halves = remember([gap(1, 4), gap(6, 9)], [told], now=NOON)

    assert [(one.found_at, one.told_at) for one in halves] == [(NOON - DAY, NOON - HOUR)] * 2


def test_a_gap_that_grew_is_a_new_one():
    told = Known(NOON + HOUR, NOON + 4 * HOUR, found_at=NOON - DAY, told_at=NOON - HOUR)
    [known] = remember([gap(1, 6)], [told], now=NOON)

    assert (known.found_at, known.told_at) == (NOON, None)


def test_a_gap_without_end_does_not_become_new_as_time_passes():
    [first] = remember([Stretch(NOON, NOON + WEEK)], [], now=NOON)
    later = NOON + 3 * DAY
    [known] = remember([Stretch(later, later + WEEK)], [first], now=later)

    assert first.ends_at is None
    assert known == first


def test_a_gap_that_was_closed_and_opens_again_is_new():
    told = Known(NOON + HOUR, NOON + 4 * HOUR, found_at=NOON - DAY, told_at=NOON - HOUR)
    closed = remember([], [told], now=NOON)
    [again] = remember([gap(1, 4)], closed, now=NOON)

    assert again.told_at is None


def test_two_gaps_that_became_one_were_told_when_both_were():
    told = Known(NOON + HOUR, NOON + 4 * HOUR, found_at=NOON - DAY, told_at=NOON - HOUR)
    untold = Known(NOON + 4 * HOUR, NOON + 6 * HOUR, found_at=NOON - HOUR)
    [known] = remember([gap(1, 6)], [told, untold], now=NOON)

    assert (known.found_at, known.told_at) == (NOON - HOUR, None)


@pytest.mark.parametrize(
    ("starts", "found", "due"),
    [
        (3 * HOUR, TEN_MINUTES, True),  # Soon, and the roster rests.
        (3 * HOUR, TEN_MINUTES - timedelta(seconds=1), False),  # Somebody is planning it.
        (3 * DAY, 2 * HOUR, False),  # Found at 10:00: tomorrow morning is in time.
        (3 * DAY, 4 * HOUR, True),  # Found at 8:00: 9:00 has come.
    ],
)
def test_what_begins_soon_is_told_at_once_and_the_rest_in_the_morning(starts, found, due):
    known = Known(NOON + starts, NOON + starts + HOUR, found_at=NOON - found)

    assert bool(to_tell([known], now=NOON)) is due


def test_before_nine_the_morning_is_the_one_of_the_day_before():
    known = Known(NOON + 3 * DAY, None, found_at=NOON - 4 * HOUR)

    assert to_tell([known], now=NOON - 3 * HOUR - timedelta(minutes=1)) == []


def test_the_supervisors_hear_of_every_gap_in_one_message_and_once(app):
    for moment in (NOON, NOON + TEN_MINUTES, NOON + HOUR, NOON + 2 * DAY):
        look(moment)
    told = notices()

    assert {(one.channel, one.audience, one.facts["num"]) for one in told} == {
        ("mail", "supervisor", 6),
        ("sms", "supervisor", 6),
    }
    assert len(told) == 2


def test_a_gap_that_opens_later_is_told_by_itself(app):
    with transaction():
        someone = builders.person(*WATCHED, phone="+819012345678")
        for line in ("jnx", "sompo_desk"):
            for role in WATCHED:
                covered = {"starts_at": NOON - HOUR, "ends_at": NOON + 9 * DAY}
                builders.shift(someone, role, line=line, **covered)
    look(NOON)
    with transaction():
        shift = db.session.scalars(select(Shift).order_by(Shift.id)).first()
        shift.ends_at = NOON + 5 * HOUR
    look(NOON + HOUR)
    look(NOON + HOUR + TEN_MINUTES)
    [mail] = [one for one in notices() if one.channel == "mail"]

    assert mail.facts["first"] == ["jnx", "operator", (NOON + 5 * HOUR).isoformat(), None]


def test_a_roster_that_stays_as_it_is_is_only_looked_at(app):
    look(NOON)
    before = queries.gaps_have_changed(NOON + TEN_MINUTES - HOUR / 60)
    due = queries.gaps_have_changed(NOON + TEN_MINUTES)
    kept = db.session.scalars(select(Covered)).all()

    assert (before, due) == (False, True)
    assert len(kept) == 6


def look(moment) -> None:
    with transaction():
        service.look_for_gaps(now=moment)


def notices() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == Kind.DUTY_GAP)))
