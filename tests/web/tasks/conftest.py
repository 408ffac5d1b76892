"""Tasks at each stage."""

import pytest

from hotline.coordination import service as coordination
from hotline.coordination.models import Offer
from hotline.coordination.rules import TaskGiven, TaskStatus
from hotline.transaction import transaction
from tests import partners
from tests.builders import NOON
from tests.web.desk import opened


@pytest.fixture
def task(desk) -> int:
    """Nobody was asked for it yet."""
    ticket = opened()
    with transaction():
        given = TaskGiven(scope="調べる")
        return coordination.add_task(ticket, "forensics", given=given, by_id=None, now=NOON).id


@pytest.fixture
def done(desk) -> int:
    """A partner is at work on it."""
    ticket = opened()
    with transaction():
        return partners.engaged(partners.vendor(name="働く会社"), ticket).id


@pytest.fixture
def asked(desk) -> Offer:
    """A partner was asked at noon."""
    ticket = opened()
    with transaction():
        made = partners.task(ticket, status=TaskStatus.OFFERED)
        return partners.offer(made, partners.vendor(name="聞いた会社"))
