"""Rows wait, go out together, and are seen as if they had been written at once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hotline.clock import TOKYO
from hotline.db import append, db, forget_drawn_ids, put, rows
from hotline.followups.models import Followup
from hotline.heartbeats import Heartbeat
from hotline.tickets.models import Ticket
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.conftest import DATABASE

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
only_postgresql = pytest.mark.skipif(DATABASE == "sqlite", reason="asks PostgreSQL itself")


def put_ticket(number: str = "482170933") -> Ticket:
    return put(Ticket, number=number, line="jnx", status="received", severity="p3",
               received_at=NOON, opened_at=NOON)  # fmt: skip


def write(ticket_id: int, text: str = "said") -> None:
    append(Line, ticket_id=ticket_id, at=NOON, event=Event.NOTED, audience="desk",
           facts={"text": text})  # fmt: skip


def put_and_break() -> None:
    put_ticket()
    raise ZeroDivisionError


def write_and_break(ticket_id: int) -> None:
    write(ticket_id, "inside")
    raise ZeroDivisionError


def put_twice() -> None:
    put_ticket()
    put_ticket()


def lines() -> int:
    return db.session.scalar(select(func.count()).select_from(Line)) or 0


def test_a_row_that_waits_is_seen_by_whoever_asks(app):
    with transaction():
        ticket = builders.ticket()
        before = lines()
        write(ticket.id)

        assert lines() == before + 1


def test_rows_keep_the_order_in_which_they_were_added(app):
    with transaction():
        ticket = builders.ticket()
        for text in ("one", "two", "three"):
            write(ticket.id, text)
    noted = select(Line).where(Line.event == Event.NOTED).order_by(Line.id)

    assert [line.facts["text"] for line in db.session.scalars(noted)] == ["one", "two", "three"]


def test_what_failed_leaves_nothing_waiting(app):
    with pytest.raises(ZeroDivisionError), transaction():
        put_and_break()
    with transaction():
        pass

    assert db.session.scalars(select(Ticket)).all() == []


def test_a_row_that_was_put_is_there_with_its_defaults(app):
    with transaction():
        ticket = put_ticket()
    mine = (ticket.id, ticket.company, ticket.drill, ticket.version, ticket.tell_at)
    db.session.expire_all()
    kept = db.session.scalars(select(Ticket)).one()

    assert mine == (kept.id, kept.company, kept.drill, kept.version, kept.tell_at)
    assert mine[1:] == ("", False, 1, None)


def test_a_row_that_was_put_is_changed_like_any_other(app):
    with transaction():
        ticket = put_ticket()
        ticket.company = "Acme"

    assert db.session.scalar(select(Ticket.company)) == "Acme"


def test_a_part_that_fails_takes_its_own_rows_along(app):
    with transaction():
        ticket = builders.ticket()
        before = lines()
        write(ticket.id, "outside")
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            write_and_break(ticket.id)

    assert lines() == before + 1


def test_a_part_that_fails_in_the_database_fails_where_it_stands(app):
    with transaction():
        with pytest.raises(IntegrityError), db.session.begin_nested():
            write(4711)
        db.session.add(Heartbeat(kind="mail", finished_at=NOON))

    assert (lines(), db.session.scalar(select(func.count(Heartbeat.kind)))) == (0, 1)


def test_all_rows_or_none(app):
    with pytest.raises(IntegrityError), transaction():
        put_twice()

    assert db.session.scalars(select(Ticket)).all() == []


def test_a_time_without_a_zone_cannot_wait(app):
    with pytest.raises(Exception, match="without a zone"), transaction():
        put(Followup, ticket_id=1, due_at=datetime(2026, 11, 4))  # noqa: DTZ001 - what is refused


def test_a_row_has_no_other_columns_than_its_table(app):
    with pytest.raises(TypeError, match="timeline has no"), transaction():
        append(Line, ticket_id=1, txt="lost")


def test_what_waits_is_written_as_postgresql_reads_it():
    written = rows.as_json([{"at": NOON.astimezone(TOKYO), "on": date(2026, 11, 4)}])

    assert written == '[{"at":"2026-11-04T12:00:00+09:00","on":"2026-11-04"}]'
    with pytest.raises(TypeError, match="cannot wait"):
        rows.as_json([object()])


def test_one_statement_writes_all_tables():
    shape = ((Ticket.__table__, True), (Line.__table__, False))
    text = rows.together(shape)

    assert text.startswith('WITH w0 AS (INSERT INTO "tickets" ("id", ')
    assert text.count("INSERT INTO") == text.count("::json") == 2
    assert rows.together(shape[1:]).startswith('INSERT INTO "timeline" ("ticket_id"')


@only_postgresql
def test_ids_are_drawn_a_block_at_a_time(app, statements):
    with statements() as sent, transaction():
        tickets = [put_ticket(f"00000000{one}") for one in range(9)]
    drawn = [one for one in sent if "nextval" in one]

    assert len(drawn) == 1
    assert [one.id for one in tickets] == list(range(1, 10))


@only_postgresql
def test_a_process_that_was_forked_draws_anew(app, statements):
    with transaction():
        put_ticket()
    forget_drawn_ids()
    with statements() as sent, transaction():
        put_ticket("000000018")

    assert any("nextval" in one for one in sent)
