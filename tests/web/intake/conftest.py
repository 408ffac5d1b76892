"""Who types into the intake: an operator, and another one."""

import pytest
from flask import Flask

from hotline import clock
from hotline.people.rules import Role
from tests.builders import NOON
from tests.web.intake.browser import Browser


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture
def desk(app: Flask) -> Browser:
    return Browser(app, Role.OPERATOR)


@pytest.fixture
def other(app: Flask) -> Browser:
    return Browser(app, Role.OPERATOR, name="朴 美咲")
