"""Migrations run up, down and up again on a database with rows, and say what the models say."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from hotline import fulltext
from hotline.app import create_app
from hotline.audit import service as audit
from hotline.calendars.models import CalendarException
from hotline.calls.models import CallEvent, Recording, TextMessage
from hotline.coordination.models import (
    Approval,
    CostLine,
    Deliverable,
    Dependency,
    FreeAdviceEnd,
    Milestone,
    OfferRing,
    OpposingParty,
    Release,
    VendorConsent,
    WorkEntry,
)
from hotline.db import Base, db
from hotline.deadlines.models import Clock, Obligation
from hotline.duty.models import Covered, HandoverNote, Ring, Shift, Swap
from hotline.evidence.models import Custody, File, UploadLink
from hotline.followups.models import Attempt
from hotline.heartbeats import beat
from hotline.idempotency.models import Remembered
from hotline.incidents.models import Broadcast, Incident, Linked
from hotline.messages.models import Message, Need
from hotline.people.models import Invitation, OneTimeLink, Passkey, PasskeyChallenge, RecoveryCode
from hotline.searchkeys import grams, phrases
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source
from hotline.settings import ROOT
from hotline.tickets.models import (
    Consent,
    ContactChange,
    Draft,
    Follower,
    HearingAnswer,
    ReadBack,
    SaidAdvice,
    StatusCode,
    Ticket,
)
from hotline.transaction import transaction
from hotline.vendors.models import Conflict, VendorDay
from tests import builders, partners
from tests.builders import NOON
from tests.conftest import DATABASE, fresh_database, settings_for

MIGRATIONS = ROOT / "migrations"
OUTLIVES = {"alembic_version"}


def test_up_down_and_up_again_with_rows_of_every_kind(fresh):
    flask_migrate.upgrade()
    fill()
    before = counted()
    flask_migrate.downgrade(revision="base")
    left = tables()
    flask_migrate.upgrade()

    assert all(before.values()), f"no rows: {[name for name, rows in before.items() if not rows]}"
    assert left == OUTLIVES
    assert set(counted().values()) == {0}


def test_the_models_and_the_migrations_say_the_same(fresh):
    flask_migrate.upgrade()
    opts = {"compare_type": True, "include_name": fulltext.is_declared}
    found = MigrationContext.configure(db.session.connection(), opts=opts)

    assert compare_metadata(found, Base.metadata) == []


def test_running_them_again_changes_nothing(fresh):
    flask_migrate.upgrade()
    fill()
    before = counted()
    flask_migrate.upgrade()

    assert counted() == before


def test_a_parent_that_is_rebuilt_keeps_its_children(fresh, with_one_more):
    """SQLite rebuilds a table to change it: what hangs on it must not be deleted meanwhile."""
    flask_migrate.upgrade(directory=with_one_more, revision=newest(MIGRATIONS))
    fill()
    before = counted()
    flask_migrate.upgrade(directory=with_one_more)
    after_up = counted()
    flask_migrate.downgrade(directory=with_one_more)

    assert after_up == before
    assert counted() == before


def test_a_table_that_is_rebuilt_is_still_searched(fresh, with_one_more):
    """SQLite's triggers go with the old table, and with them the search for what comes after."""
    flask_migrate.upgrade(directory=with_one_more)
    with transaction():
        one = builders.ticket()
        one.search_text = grams(texts=["暗号化された"])
    found = select(Ticket.id).where(fulltext.matches(Ticket.search_text, phrases("暗号")))

    assert db.session.scalars(found).all() == [one.id]


def test_a_migration_that_loses_a_parent_is_refused(fresh, with_one_more):
    flask_migrate.upgrade(directory=with_one_more, revision=newest(MIGRATIONS))
    fill()
    before = counted()
    last = next(Path(with_one_more).glob("versions/*one_more.py"))
    last.write_text(last.read_text().replace("pass  # up", "op.execute('DELETE FROM people')"))

    with pytest.raises((SystemExit, IntegrityError)):
        flask_migrate.upgrade(directory=with_one_more)
    assert counted() == before


@pytest.mark.skipif(DATABASE != "sqlite", reason="asks SQLite itself")
def test_after_a_migration_sqlite_checks_keys_again(fresh):
    flask_migrate.upgrade()
    fill()
    db.session.rollback()

    assert db.session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert db.session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_sql_files_are_refused_with_a_reason(fresh):
    with pytest.raises(SystemExit, match="pg_dump"):
        flask_migrate.upgrade(sql=True)


def fill() -> None:
    """At least one row in every table."""
    with transaction():
        person = builders.person("operator")
        builders.token(person)
        builders.shift(person)
        made = builders.ticket()
        call = builders.call(ticket_id=made.id)
        sessions.start(person.id, complete=True, address="127.0.0.1", now=NOON)
        sessions.note(Kind.PASSWORD, person.email, Source("127.0.0.1"), now=NOON)
        beat("mail", now=NOON)
        builders.member()
        page = builders.page(number=made.number)
        db.session.add_all(
            [
                Attempt(ticket_id=made.id, at=NOON, by_id=person.id, outcome="no_answer"),
                *console_rows(person, made, call),
                *coordination_rows(person, made),
                *member_rows(person, made),
                Consent(ticket_id=made.id, recipient="partners", given=True, said_at=NOON),
                HearingAnswer(
                    ticket_id=made.id, question="ongoing", answer=["yes"], answered_at=NOON
                ),
                Ring(page_id=page.id, person_id=person.id, round=0, rung_at=NOON),
                CallEvent(call_sid=call.call_sid, event="ringing", at=NOON),
                TextMessage(
                    message_sid="SM" + "0" * 32,
                    from_number="+819012345678",
                    to_number="+81120066318",
                    body="助けてください",
                    received_at=NOON,
                ),
                CalendarException(
                    calendar="hotline",
                    day=NOON.date(),
                    spans=[],
                    reason_ja="点検",
                    reason_en="Maintenance",
                    made_at=NOON,
                ),
                OneTimeLink(
                    person_id=person.id,
                    kind="reset",
                    token_hash="0" * 64,
                    made_at=NOON,
                    expires_at=NOON,
                ),
                Remembered(
                    person_id=person.id,
                    key="a",
                    request_hash="0" * 64,
                    status=201,
                    body={},
                    made_at=NOON,
                ),
            ]
        )
    with transaction():
        audit.seal(100)


def member_rows(person, made) -> list[Base]:
    """What the member's side brings."""
    return [
        RecoveryCode(person_id=person.id, code_hash="0" * 64, made_at=NOON),
        Passkey(person_id=person.id, credential_id="a", public_key=b"b", made_at=NOON),
        PasskeyChallenge(challenge_hash="0" * 64, expires_at=NOON),
        Invitation(member_number="M1", email="a", email_key="a", name="瀬戸 圭", sent_at=NOON),
        Need(ticket_id=made.id, wanted="file", text="ログ", asked_at=NOON, asked_by_id=person.id),
        UploadLink(ticket_id=made.id, made_at=NOON, expires_at=NOON),
        Follower(ticket_id=made.id, person_id=person.id, since=NOON),
        StatusCode(ticket_id=made.id, asked_at=NOON, expires_at=NOON),
        ContactChange(ticket_id=made.id, field="safe_phone", value="090", given_at=NOON),
        Obligation(ticket_id=made.id, code="notice", since=NOON),
    ]


def coordination_rows(person, made) -> list[Base]:
    """What coordination keeps: partners, tasks, offers, releases, money, clocks and words."""
    vendor = partners.vendor()
    contact, task, other = partners.contact(vendor), partners.task(made), partners.task(made)
    offer = partners.offer(task, vendor)
    on = {"ticket_id": made.id}
    return [
        Approval(
            **on,
            task_id=task.id,
            status="asked",
            total_yen=1,
            asked_at=NOON,
            asked_by_id=person.id,
        ),
        VendorDay(vendor_id=vendor.id, day=NOON.date(), reason="棚卸し"),
        Conflict(
            vendor_id=vendor.id, company="甲社", company_key="甲社", reason="顧問", noted_at=NOON
        ),
        Dependency(task_id=other.id, needs_id=task.id),
        Milestone(task_id=task.id, code="preserved"),
        WorkEntry(
            task_id=task.id, body="保全", done_at=NOON, written_at=NOON, written_by_id=person.id
        ),
        Deliverable(task_id=task.id, kind="interim", handed_in_at=NOON, handed_in_by_id=person.id),
        OfferRing(offer_id=offer.id, contact_id=contact.id, rung_at=NOON),
        OpposingParty(
            **on, company="乙社", company_key="乙社", noted_at=NOON, noted_by_id=person.id
        ),
        VendorConsent(
            **on,
            vendor_id=vendor.id,
            given=True,
            said_by="邊見",
            said_how="phone",
            said_at=NOON,
            asked_by_id=person.id,
        ),
        Release(
            task_id=task.id,
            vendor_id=vendor.id,
            piece="summary",
            released_at=NOON,
            released_by_id=person.id,
        ),
        CostLine(
            **on,
            function="forensics",
            item="保全",
            unit="device",
            quantity=2,
            unit_price_yen=2_500_000,
            tax_mode="excluded",
            state="quote",
            made_at=NOON,
            made_by_id=person.id,
        ),
        FreeAdviceEnd(
            **on, said_at=NOON, said_by_id=person.id, said_to="邊見", words="ここから有料です。"
        ),
        Clock(**on, kind="gdpr_72h", status="running", started_at=NOON, set_at=NOON, due_at=NOON),
        Message(
            **on,
            subject=f"task:{task.id}",
            body="着手しました。",
            written_at=NOON,
            written_by_id=person.id,
            side="vendor",
        ),
    ]


def console_rows(person, made, call) -> list[Base]:
    """What the console keeps beside ticket and call."""
    incident = Incident(id=1, title="VPN装置", opened_at=NOON, opened_by_id=person.id)
    kept = File(
        id=1,
        sha256="0" * 64,
        size=3,
        name="voicemail.wav",
        media_type="audio/wav",
        subject=f"call:{call.id}",
        source="voicemail",
        received_at=NOON,
    )
    db.session.add_all([incident, kept])
    db.session.flush()
    shift = db.session.scalars(select(Shift)).first()
    told = {"ja": "切り離す", "en": "Disconnect"}
    return [
        Linked(ticket_id=made.id, incident_id=1, linked_at=NOON, linked_by_id=person.id),
        Broadcast(incident_id=1, sent_at=NOON, sent_by_id=person.id, **told),
        Custody(file_id=1, touch="received", at=NOON),
        Draft(ticket_id=made.id, person_id=person.id, part="site", typed={}, typed_at=NOON),
        SaidAdvice(ticket_id=made.id, code="isolate", kind="do", said_at=NOON, **told),
        ReadBack(ticket_id=made.id, item="company", digest="0" * 64, said_at=NOON),
        HandoverNote(line="jnx", body="折返し待ち", written_at=NOON, written_by_id=person.id),
        Covered(line="jnx", role="operator", gaps=[]),
        Swap(
            shift_id=shift.id,
            from_id=person.id,
            to_id=person.id,
            status="asked",
            asked_at=NOON,
            asked_by_id=person.id,
        ),
        Recording(
            call_id=call.id,
            recording_sid="RE" + "0" * 32,
            kind="voicemail",
            seconds=9,
            status="waiting",
            wake_at=NOON,
            made_at=NOON,
        ),
    ]


def tables() -> set[str]:
    found = set(inspect(db.session.connection()).get_table_names())
    db.session.rollback()
    return found


def counted() -> dict[str, int]:
    """Rows of each table."""
    found = {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()  # A reader that stays keeps a migration waiting.
    return found


@pytest.fixture
def fresh(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own, without a table."""
    url = f"sqlite:///{tmp_path}/fresh.sqlite3"
    if DATABASE != "sqlite":
        url = fresh_database(database_url, "hotline_fresh")
    app = create_app(settings_for(url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def with_one_more(tmp_path: Path) -> str:
    """A copy of the migrations with one more, which rebuilds tables that others hang on."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "29991231_2359_one_more.py").write_text(
        ONE_MORE.format(newest=newest(copy))
    )
    return str(copy)


def newest(directory: Path) -> str:
    return ScriptDirectory(str(directory)).get_current_head() or ""


ONE_MORE = '''"""Add a column to two parents."""

import sqlalchemy as sa
from alembic import op

revision = "one_more"
down_revision = "{newest}"


def upgrade() -> None:
    pass  # up
    for name in ("tickets", "people"):
        with op.batch_alter_table(name, recreate="auto") as table:
            table.add_column(sa.Column("more", sa.String(5)))
            table.alter_column("more", type_=sa.String(9), existing_type=sa.String(5))


def downgrade() -> None:
    for name in ("tickets", "people"):
        with op.batch_alter_table(name) as table:
            table.drop_column("more")
'''


def test_phones_whose_last_digits_are_alike_are_found_as_before(fresh):
    flask_migrate.upgrade()
    phones = ("03-1234-0000", "03-1234-9000", "03-1234-5678", "03-5111-1111")
    with transaction():
        kept = {one: builders.ticket() for one in phones}
        for phone, ticket in kept.items():
            ticket.search_text = grams(phones=[phone], texts=["10000"])
    flask_migrate.downgrade(revision="e5b07a3c14d8")
    unmarked = set(db.session.scalars(select(Ticket.search_text)))
    db.session.rollback()
    flask_migrate.upgrade()
    marked = set(db.session.scalars(select(Ticket.search_text)))

    assert marked == {grams(phones=[one], texts=["10000"]) for one in phones}
    assert len(unmarked & marked) == 1
