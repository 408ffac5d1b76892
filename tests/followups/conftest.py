"""What the tests of promises begin with."""

import pytest

from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.followups.steps import HOUR


@pytest.fixture
def promised(app):
    """A ticket and its promise for the next morning."""
    with transaction():
        ticket = builders.ticket(received_at=NOON - 3 * HOUR * 24 + 8 * HOUR)
    return ticket, builders.promise_of(ticket)


@pytest.fixture
def tomorrow(app):
    """A ticket of this evening and its promise for tomorrow morning."""
    with transaction():
        ticket = builders.ticket(received_at=NOON + 8 * HOUR, now=NOON + 8 * HOUR)
    return ticket, builders.promise_of(ticket)
