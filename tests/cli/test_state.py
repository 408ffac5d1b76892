"""``flask state hash``."""

import pytest

from hotline import heartbeats
from hotline.audit import service as audit
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


@pytest.fixture
def state(app):
    """``state()`` is the digest that the command prints."""
    return lambda: app.test_cli_runner().invoke(args=["state", "hash"]).output.strip()


def test_equal_data_has_an_equal_digest(state):
    with transaction():
        builders.ticket()

    assert state() == state()
    assert len(state()) == 64


def test_a_change_of_business_data_changes_it(state):
    with transaction():
        ticket = builders.ticket()
    before = state()
    with transaction():
        ticket.company = "別の会社"

    assert state() != before


def test_what_comes_and_goes_by_itself_does_not_change_it(state):
    before = state()
    with transaction():
        sessions.start(1, complete=True, address="", now=NOON)
        heartbeats.beat("mail", now=NOON)
        audit.write("ticket.read", "ticket:1", by_id=None, now=NOON)
        audit.seal(10)

    assert state() == before
