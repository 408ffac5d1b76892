"""The telephone company, and whoever it rings."""

import pytest

from hotline import clock
from hotline.adapters.spool import Spool
from hotline.edge.identity import settings as of_this_app
from hotline.web import twilio
from tests.builders import NOON
from tests.company import post


@pytest.fixture
def patience(monkeypatch):
    """A busy machine is no outage; tests/web/twilio/test_outage.py measures the real seconds."""
    monkeypatch.setattr(twilio.hooks, "DATABASE_SECONDS", 20)


@pytest.fixture
def spool(app):
    """The spool of this application, empty before and after."""
    found = Spool(of_this_app().spool_dir)
    _empty(found)  # Not every test that makes something fail looks into it.
    yield found
    _empty(found)


def _empty(spool: Spool) -> None:
    for path in spool.waiting():
        spool.done(path)


@pytest.fixture
def phone(app, client, patience):
    """The telephone company, at noon."""

    def ring(path, **fields):
        return post(client, path, **fields)

    with clock.fixed(NOON):
        yield ring
