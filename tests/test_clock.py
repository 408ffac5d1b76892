"""One module asks the time; commands and tests may fix it, requests never."""

from datetime import UTC, datetime, timedelta

from hotline import clock
from hotline.clock import TOKYO

NEW_YEAR = datetime(2027, 1, 4, 9, 0, tzinfo=TOKYO)


def test_now_is_aware_and_in_utc():
    before = datetime.now(UTC)  # noqa: TID251 - what the clock is compared with
    now = clock.now()

    assert now.tzinfo is UTC
    assert timedelta(0) <= now - before < timedelta(minutes=1)


def test_inside_a_block_the_clock_stands():
    with clock.fixed(NEW_YEAR):
        assert clock.now() == NEW_YEAR
        assert clock.now().tzinfo is UTC


def test_after_the_block_it_goes_on():
    with clock.fixed(NEW_YEAR):
        pass

    assert clock.now() != NEW_YEAR


def test_blocks_can_be_nested():
    with clock.fixed(NEW_YEAR), clock.fixed(NEW_YEAR + timedelta(hours=1)):
        assert clock.now() == NEW_YEAR + timedelta(hours=1)


def test_none_leaves_the_clock_alone():
    with clock.fixed(None):
        assert clock.now() != NEW_YEAR
