"""``flask integrity check``: each disagreement is found, and the command says what to do."""

import json
import os
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from hotline.adapters.file_store import FileStore
from hotline.cli.integrity import CHECKS
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import Answered
from hotline.db import db
from hotline.evidence import service as evidence
from hotline.evidence.models import Custody, File
from hotline.evidence.rules import Scan, Source
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.tickets import service as tickets
from hotline.tickets.models import Consent, HearingAnswer, Ticket, TicketCaseType
from hotline.transaction import transaction
from tests import builders, partners


@pytest.fixture
def check(app):
    """``check()`` is what the command found, as pairs of place and finding."""

    def run():
        done = app.test_cli_runner().invoke(args=["integrity", "check", "--json"])
        found = [(one["where"], one["what"]) for one in json.loads(done.output)]
        assert done.exit_code == (1 if found else 0)
        return found

    return run


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket()


LEADS_NOWHERE = "is a duplicate that leads nowhere, or leads on and is none"


@pytest.fixture
def two(app):
    """A ticket that was joined with another one."""
    with transaction():
        one, other = builders.ticket(), builders.ticket()
        tickets.join(one, other, by_id=1, now=builders.NOON)
    return one, other


def change(*statements):
    with transaction():
        for statement in statements:
            db.session.execute(statement)


def test_a_sound_system_has_no_findings(check, ticket):
    assert check() == []


def test_a_person_is_told_what_to_do(app, ticket):
    change(delete(Notice))
    output = app.test_cli_runner().invoke(args=["integrity", "check"]).output

    assert "To do: move the promise" in output
    assert f"{len(CHECKS)} checks, 1 findings." in output


def test_an_open_ticket_without_a_promise_is_found(check, ticket):
    change(delete(Notice), delete(Followup))

    assert check() == [(f"ticket:{ticket.number}", "is open and was promised nothing")]


def test_a_pending_promise_nobody_will_be_told_of_is_found(check, ticket):
    change(update(Notice).values(status="withdrawn"))
    promise = builders.promise_of(ticket)

    assert check() == [(f"followup:{promise.id}", "is pending and nobody will be told")]


def test_a_promise_that_was_moved_to_no_other_is_found(check, ticket):
    change(update(Followup).values(status="moved"), update(Notice).values(status="withdrawn"))

    assert check() == [
        (f"ticket:{ticket.number}", "is open, and its last promise was moved to no other")
    ]


def test_a_promise_that_was_moved_to_another_is_sound(check, ticket):
    later, before = builders.NOON + timedelta(days=2), {"by_id": 7, "now": builders.NOON}
    with transaction():
        promise = followups.get(builders.promise_of(ticket).id)
        followups.move(promise, ticket.number, due_at=later, reason="asked for", **before)

    assert check() == []


def test_a_promise_whose_moment_was_changed_from_outside_is_found(check, ticket):
    promise = builders.promise_of(ticket)
    change(update(Followup).values(due_at=promise.due_at + timedelta(days=7)))

    assert check() == [(f"followup:{promise.id}", "is pending and nobody will be told")]


def test_a_notice_that_sleeps_past_its_moment_is_found(check, ticket, at):
    notice = notices.about(f"followup:{builders.promise_of(ticket).id}")[0]
    asleep = update(Notice).where(Notice.id == notice.id)
    change(asleep.values(wake_at=notice.due_at + timedelta(minutes=61)))
    with at(notice.due_at):
        found = check()

    assert found == [(f"notice:{notice.id}", "sleeps past the moment it is for")]


def test_a_notice_for_a_later_day_is_sound(check, app, at):
    with transaction():
        builders.notice(due_at=builders.NOON + timedelta(days=3))
    with at(builders.NOON):
        found = check()

    assert found == []


def test_a_notice_that_waits_after_a_failure_is_sound(check, ticket, at):
    notice = notices.about(f"followup:{builders.promise_of(ticket).id}")[0]
    later = notice.due_at + timedelta(hours=5)
    change(update(Notice).values(wake_at=later + timedelta(hours=1)))
    with at(later):
        found = check()

    assert found == []


def test_an_announced_promise_nobody_was_told_of_is_found(check, ticket):
    change(update(Followup).values(status="announced"))
    promise = builders.promise_of(ticket)

    assert check() == [(f"followup:{promise.id}", "is announced, and no notice of it was sent")]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"dedup_key": "0" * 64}, "has a key that does not belong to it"),
        ({"sent_at": builders.NOON}, "has a status that its times do not agree with"),
    ],
)
def test_a_notice_that_was_changed_from_outside_is_found(check, app, values, what):
    with transaction():
        builders.notice()
    change(update(Notice).values(values))

    assert [found for _, found in check()] == [what]


def test_an_addressed_notice_keeps_the_key_of_its_audience(check, ticket):
    change(update(Notice).values(person_id=7))

    assert check() == []


def test_a_notice_of_a_person_has_the_key_of_that_person(check, app):
    with transaction():
        builders.notice(person_id=7)

    assert check() == []


def test_a_ticket_without_a_primary_case_type_is_found(check, ticket):
    change(update(TicketCaseType).values(position=1))

    assert check() == [(f"ticket:{ticket.number}", "has no single primary case type")]


def test_a_ticket_without_any_case_type_is_sound(check, app):
    with transaction():
        builders.ticket(case_types=())

    assert check() == []


def test_a_joined_ticket_is_sound(check, two):
    assert check() == []


@pytest.mark.parametrize(
    "values", [{"duplicate_of_id": None}, {"status": "hearing"}], ids=["nowhere", "is none"]
)
def test_a_duplicate_that_leads_nowhere_is_found(check, two, values):
    one, _ = two
    change(update(Ticket).where(Ticket.id == one.id).values(values))

    assert (f"ticket:{one.number}", LEADS_NOWHERE) in check()


def test_a_chain_of_duplicates_is_found(check, two):
    one, other = two
    with transaction():
        third = builders.ticket()
    to_third = {"status": "duplicate", "duplicate_of_id": third.id}
    change(update(Followup).values(status="called_off"))
    change(update(Ticket).where(Ticket.id == other.id).values(to_third))

    assert (f"ticket:{one.number}", LEADS_NOWHERE) in check()


def test_a_promise_that_is_owed_on_an_ended_ticket_is_found(check, ticket):
    change(update(Ticket).values(status="closed"))

    assert check() == [(f"ticket:{ticket.number}", "has ended, and people are still told about it")]


def test_somebody_who_is_rung_about_an_ended_ticket_is_found(check, ticket):
    with transaction():
        builders.page(ticket_id=ticket.id, number=ticket.number)
    change(update(Followup).values(status="done"), update(Notice).values(status="withdrawn"))
    change(update(Ticket).values(status="closed"))

    assert check() == [(f"ticket:{ticket.number}", "has ended, and people are still told about it")]


FORGOTTEN = {
    "a case type": update(TicketCaseType).values(case_type="gone"),
    "a kind": update(Ticket).values(other_kind="gone"),
    "a question": insert(HearingAnswer).values(
        ticket_id=1, question="gone", answer=["yes"], answered_at=builders.NOON
    ),
    "a recipient": insert(Consent).values(
        ticket_id=1, recipient="gone", given=True, said_at=builders.NOON
    ),
}


@pytest.mark.parametrize("statement", FORGOTTEN.values(), ids=FORGOTTEN)
def test_a_code_that_was_taken_out_of_the_files_is_found(check, ticket, statement):
    change(statement)

    assert check() == [
        (f"ticket:{ticket.number}", "holds the code gone, which nothing explains any more")
    ]


def test_a_ticket_whose_keys_do_not_follow_its_words_is_found(check, ticket):
    change(update(Ticket).values(company="㈱ヤマダ部品"))

    assert check() == [(f"ticket:{ticket.number}", "is not found by its company or its phones")]


def test_a_number_with_a_wrong_check_digit_is_found(check, ticket):
    wrong = ticket.number[:-1] + str((int(ticket.number[-1]) + 1) % 10)
    change(update(Ticket).values(number=wrong))

    assert check() == [(f"ticket:{wrong}", "has a number whose check digit is wrong")]


def test_a_call_of_a_ticket_that_does_not_exist_is_found(check, app):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL keeps such a row from being written")
    with transaction():
        call = builders.call()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE calls SET ticket_id = 404")
        raw.execute("PRAGMA foreign_keys=ON")

    assert check() == [(f"call:{call.id}", "belongs to a ticket that does not exist")]


ENDLESS = "waits for an answer without an end"
ALONE = "stands in line, and nobody before it is asked"
DISAGREES = "does not agree with the offer by which a partner does it"


def test_tasks_and_offers_that_went_their_way_are_sound(check, ticket):
    with transaction():
        partners.engaged(partners.vendor(), db.session.get(Ticket, ticket.id))
        task = partners.task()
        first, second = (
            verb(task, partners.vendor(), by_id=1, now=builders.NOON)
            for verb in (coordination.offer, coordination.queue)
        )
        coordination.look_after(first.id, now=first.reply_by)
        coordination.accept(second, answered=Answered.KEY, now=first.reply_by)

    assert check() == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"reply_by": None}, [ENDLESS]),
        ({"wake_at": None}, [ENDLESS]),
        ({"wake_at": builders.NOON + timedelta(days=9)}, [ENDLESS]),
        ({"status": "queued"}, [ALONE]),
        ({"status": "accepted", "engaged_at": builders.NOON}, [DISAGREES]),
    ],
)
def test_an_offer_that_does_not_agree_with_itself_or_its_task_is_found(check, app, values, found):
    with transaction():
        partners.offer(partners.task(status="offered"), partners.vendor(), **values)

    assert [what for _, what in check()] == found


@pytest.mark.parametrize(
    "values", [{"vendor_id": None}, {"status": "drafted"}, {"status": "offered"}], ids=str
)
def test_a_task_that_does_not_agree_with_its_engagement_is_found(check, app, values):
    with transaction():
        task = partners.engaged(partners.vendor())
    change(update(Task).where(Task.id == task.id).values(**values))

    assert check() == [(f"task:{task.id}", DISAGREES)]


def test_a_task_that_goes_on_where_the_incident_has_ended_is_found(check, two):
    one, other = two
    with transaction():
        task = partners.task(db.session.get(Ticket, one.id))
    sound = check()
    change(delete(Followup), update(Ticket).where(Ticket.id == other.id).values(status="closed"))

    assert sound == []
    assert (f"task:{task.id}", "goes on, and its ticket has ended") in check()


@pytest.fixture
def kept(app, tmp_path):
    """A file that lies in a store of its own and is on record; gives the store."""
    before = app.extensions["hotline.settings"]
    changed = {"files_url": f"file://{tmp_path}/files"}
    app.extensions["hotline.settings"] = before.model_copy(update=changed)
    store = FileStore(tmp_path / "files")
    facts = {"media_type": "audio/x-wav", "subject": "call:1", "source": Source.VOICEMAIL}
    with transaction():
        found = store.keep(store.draft([b"a sound"], most_bytes=99))
        evidence.receive(found, name="a.wav", by_id=None, now=builders.NOON, **facts)
    yield store
    app.extensions["hotline.settings"] = before


def test_r_20_a_file_that_lies_in_the_store_unchanged_is_no_finding(check, kept):
    assert check() == []


def test_r_20_a_file_that_is_gone_or_altered_is_found(check, kept):
    [path] = kept.everything()
    path.write_bytes(b"a noise")
    altered = check()
    path.unlink()

    assert altered == [("file:1", "has other bytes than those that came")]
    assert check() == [("file:1", "is not in the store")]


def test_r_20_a_file_that_nobody_recorded_is_found_after_an_hour(check, kept):
    stray = kept.keep(kept.draft([b"another sound"], most_bytes=99))
    assert check() == []
    path = next(one for one in kept.everything() if one.name == stray.sha256)
    os.utime(path, (0, 0))

    assert check() == [(f"store:{stray.sha256[:16]}", "is on no record")]


def test_what_was_broken_off_and_never_swept_up_is_found(check, kept):
    draft = kept.draft([b"half"], most_bytes=99)
    assert check() == []
    os.utime(draft.path, (0, 0))

    assert check() == [(f"store:{draft.path.name[:16]}", "was broken off and never swept up")]


def test_files_that_wait_for_no_scanner_are_found(check, kept):
    with transaction():
        db.session.get_one(File, 1).scan = Scan.WAITING

    assert check() == [
        ("file:1", "says it waits, or is scanned for nothing"),
        ("files", "wait for a scanner, and none is set up"),
    ]


def test_a_file_that_nobody_received_is_found(check, kept):
    with transaction():
        db.session.execute(delete(Custody))

    assert check() == [("file:1", "has a custody that does not begin")]
