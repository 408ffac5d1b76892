"""Questions that go to the driver themselves find, and fail, as others do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import OperationalError

from hotline.db import EARLY, Ready, append, ask, db
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.conftest import DATABASE

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
SINCE = Ready(select(Line.at, Line.facts).where(Line.at >= bindparam("since")).order_by(Line.at))
only_postgresql = pytest.mark.skipif(DATABASE == "sqlite", reason="nothing travels to SQLite")


def write(ticket_id: int, at: datetime) -> None:
    append(Line, ticket_id=ticket_id, at=at, event=Event.NOTED, audience="desk",
           facts={"text": "said"})  # fmt: skip


def test_a_question_that_is_kept_in_words_finds_what_waits_in_its_types(app):
    with transaction():
        ticket = builders.ticket()
        write(ticket.id, NOON)
        write(ticket.id, NOON + timedelta(days=3650))
        found = ask(SINCE, since=NOON + timedelta(days=1))

    assert [(row.at, row.facts) for row in found] == [
        (NOON + timedelta(days=3650), {"text": "said"})
    ]


def test_who_listens_to_statements_hears_of_it(app, statements):
    with statements() as sent:
        ask(SINCE, since=NOON)

    assert [one for one in sent if "timeline" in one] == sent[-1:]


@only_postgresql
def test_a_connection_whose_server_is_gone_is_given_up(app):
    pid = db.session.scalar(select(func.pg_backend_pid()))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with pytest.raises(OperationalError) as told:
        ask(SINCE, since=NOON)
    db.session.rollback()

    assert told.value.connection_invalidated
    assert ask(SINCE, since=NOON) == []


def test_who_asks_is_looked_up_before_a_writer_stands_in_line(app, statements):
    early = select(Line.id).execution_options(**{EARLY: True})
    with statements() as sent, transaction():
        db.session.scalars(early).all()
        ask(Ready(early))
        begun = db.session.connection().connection.driver_connection
        waiting = DATABASE == "sqlite" and begun.in_transaction

        assert (len(sent), waiting) == (2, False)
