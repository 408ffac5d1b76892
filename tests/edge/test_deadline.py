"""An answer in time, whatever the work does."""

import threading

import pytest
from flask import current_app

from hotline import clock
from hotline.edge.deadline import within
from tests.builders import NOON


def test_work_that_is_quick_is_answered(app):
    assert within(5, lambda: current_app.name) == app.name


def test_the_clock_of_a_command_goes_along(app):
    with clock.fixed(NOON):
        assert within(5, clock.now) == NOON


def test_what_the_work_raises_is_raised(app):
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_work_that_takes_too_long_is_left_behind_and_may_still_end(app):
    may_end, ended = threading.Event(), threading.Event()

    def work():
        may_end.wait(5)
        ended.set()

    with pytest.raises(TimeoutError):
        within(0.05, work)
    may_end.set()

    assert ended.wait(5)
