"""A browser of one person who is signed in, at a moment of its own."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline import clock
from hotline.db import db
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.forms import send, sign_in


class Browser:
    """A browser of one person who is signed in, at a moment of its own."""

    def __init__(self, client: FlaskClient, person, clock_at) -> None:
        self.client = client
        self.person = person
        self.later = clock_at
        sign_in(client, person)

    def get(self, path: str):
        return self.client.get(path)

    def send(self, path: str, fields=None):
        answer = send(self.client, path, fields)
        db.session.rollback()
        db.session.expire_all()  # What the test read before is no longer so.
        return answer


@pytest.fixture
def moved_clock():
    """The clock stands at NOON; calling it moves it."""
    blocks = []

    def move(by: timedelta) -> None:
        block = clock.fixed(NOON + by)
        block.__enter__()
        blocks.append(block)

    move(timedelta())
    yield move
    for block in reversed(blocks):
        block.__exit__(None, None, None)


@pytest.fixture
def be(app: Flask, moved_clock):
    def signed_in(role: Role, **facts: object) -> Browser:
        with transaction():
            someone = builders.person(role, name="瀬戸 圭")
            for name, value in facts.items():
                setattr(someone, name, value)
        return Browser(app.test_client(), someone, moved_clock)

    return signed_in


@pytest.fixture
def desk(be) -> Browser:
    return be(Role.COORDINATOR)
