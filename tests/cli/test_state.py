"""``flask state hash``."""

from decimal import Decimal

import pytest

from hotline import heartbeats
from hotline.audit import service as audit
from hotline.coordination.models import CostLine
from hotline.db import db
from hotline.followups.models import Attempt
from hotline.sessions import service as sessions
from hotline.tickets.models import Consent, HearingAnswer
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


OF_A_TICKET = {
    "an answer": lambda ticket: HearingAnswer(
        ticket_id=ticket.id, question="ongoing", answer=["yes"], answered_at=NOON
    ),
    "a consent": lambda ticket: Consent(
        ticket_id=ticket.id, recipient="partners", given=True, said_at=NOON
    ),
    "a cost": lambda ticket: CostLine(
        ticket_id=ticket.id,
        function="forensics",
        item="保全",
        unit="device",
        quantity=Decimal("1.5"),
        unit_price_yen=100,
        tax_mode="excluded",
        state="guess",
        made_at=NOON,
        made_by_id=1,
    ),
    "an attempt": lambda ticket: Attempt(
        ticket_id=ticket.id, at=NOON, by_id=1, outcome="no_answer"
    ),
}


@pytest.mark.parametrize("made", OF_A_TICKET.values(), ids=OF_A_TICKET)
def test_everything_that_is_known_of_a_ticket_belongs_to_it(state, made):
    with transaction():
        ticket = builders.ticket()
    before = state()
    with transaction():
        db.session.add(made(ticket))

    assert state() != before


def test_the_order_of_rows_does_not_depend_on_an_alphabet(state, statements):
    with statements() as sent:
        state()
    ordered = [one for one in sent if "ORDER BY hearing_answers" in one]

    assert len(ordered) == 1
    assert ("COLLATE" in ordered[0]) is (db.engine.dialect.name == "postgresql")
