"""``flask integrity``: do the rows agree with each other, and what to do where they do not."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import ColumnElement, String, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from hotline import clock, policy
from hotline.adapters.file_store import FileStore
from hotline.calls.models import Call
from hotline.cli.output import json_option
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import ENDED as TASK_ENDED
from hotline.coordination.rules import ENGAGED, OPEN_TO_OFFERS, OfferStatus
from hotline.db import db
from hotline.duty.models import Page
from hotline.duty.rules import PageStatus
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence.models import Custody, File
from hotline.evidence.rules import Scan, Touch
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN as OWED
from hotline.followups.rules import Status as Promise
from hotline.jobs.housekeeping import BROKEN_OFF_FOR
from hotline.notices import rules
from hotline.notices.models import Notice
from hotline.notices.rules import Kind, Status
from hotline.searchkeys import company_key, phone_key
from hotline.tickets.models import Consent, HearingAnswer, Ticket, TicketCaseType
from hotline.tickets.rules import (
    ENDED,
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    parse_number,
)
from hotline.tickets.rules import Status as Stands

UNRECORDED_FOR = timedelta(hours=1)
TAMPERED = "it was changed outside the application: compare with a backup"


@dataclass(frozen=True)
class Finding:
    """One thing that does not agree: where, what, and what to do."""

    where: str
    what: str
    do: str


def open_tickets_have_a_promise() -> Iterator[Finding]:
    """Every ticket that is not ended was promised something.

    Who goes on with it once the promise was kept is a matter of people, not of rows: the list
    of tickets shows those that nobody is responsible for.
    """
    promised = exists().where(Followup.ticket_id == Ticket.id)
    query = select(Ticket.number).where(Ticket.status.not_in(ENDED), ~promised)
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}", "is open and was promised nothing", "call the caller back now"
        )


def moved_promises_have_a_successor() -> Iterator[Finding]:
    """A promise of an open ticket that was moved was moved to another one."""
    newest = select(func.max(Followup.id)).group_by(Followup.ticket_id)
    query = (
        select(Ticket.number)
        .join(Followup, Followup.ticket_id == Ticket.id)
        .where(Ticket.status.not_in(ENDED), Followup.id.in_(newest))
        .where(Followup.status == Promise.MOVED)
    )
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}",
            "is open, and its last promise was moved to no other",
            "call the caller back now",
        )


def pending_promises_have_a_notice() -> Iterator[Finding]:
    """Every promise not announced yet has a notice for its moment that a worker will look at."""
    unsent = Notice.status.in_([*rules.OPEN, Status.GIVEN_UP])
    waiting = _notice_of_promise(unsent & (Notice.due_at == Followup.due_at))
    query = select(Followup.id).where(Followup.status == Promise.PENDING, ~waiting)
    for followup_id in db.session.scalars(query):
        yield Finding(
            f"followup:{followup_id}",
            "is pending and nobody will be told",
            "move the promise to the same time, which makes a new notice",
        )


def announced_promises_were_told() -> Iterator[Finding]:
    """Every announced promise has a notice that was sent."""
    sent = _notice_of_promise(Notice.status == Status.SENT)
    query = select(Followup.id).where(Followup.status == Promise.ANNOUNCED, ~sent)
    for followup_id in db.session.scalars(query):
        yield Finding(
            f"followup:{followup_id}",
            "is announced, and no notice of it was sent",
            "tell the coordinator, then take the promise up",
        )


def notices_wake_in_time() -> Iterator[Finding]:
    """No notice sleeps past its moment for longer than a failure would make it wait."""
    latest = clock.now() + rules.CAP
    asleep = select(Notice).where(Notice.status.in_(rules.OPEN), Notice.wake_at > latest)
    for notice in db.session.scalars(asleep):
        if notice.wake_at > notice.due_at + rules.CAP:
            yield Finding(
                f"notice:{notice.id}",
                "sleeps past the moment it is for",
                f"flask notice retry {notice.id}, which sends it now",
            )


def notices_have_their_key() -> Iterator[Finding]:
    """The key of each notice is the one its facts give, so no two keys name the same thing."""
    for notice in db.session.scalars(select(Notice).execution_options(yield_per=1000)):
        if notice.dedup_key not in _keys(notice):
            yield Finding(
                f"notice:{notice.id}",
                "has a key that does not belong to it",
                TAMPERED,
            )
        if (notice.status == Status.SENT) != (notice.sent_at is not None):
            yield Finding(
                f"notice:{notice.id}",
                "has a status that its times do not agree with",
                TAMPERED,
            )


def ended_tickets_owe_nothing() -> Iterator[Finding]:
    """No promise is open and nobody is rung on a ticket that has ended."""
    owed = exists().where(Followup.ticket_id == Ticket.id, Followup.status.in_(OWED))
    rung = exists().where(Page.ticket_id == Ticket.id, Page.status == PageStatus.OPEN)
    ended = select(Ticket.number).where(Ticket.status.in_(ENDED))
    for number in db.session.scalars(ended.where(or_(owed, rung))):
        yield Finding(
            f"ticket:{number}",
            "has ended, and people are still told about it",
            "open it again, and end it once more",
        )


def duplicates_lead_on() -> Iterator[Finding]:
    """Each duplicate, and nothing else, leads to a ticket that is no duplicate itself."""
    into = aliased(Ticket)
    is_duplicate = Ticket.status == Stands.DUPLICATE
    leads_on = Ticket.duplicate_of_id.is_not(None)
    query = (
        select(Ticket.number)
        .outerjoin(into, into.id == Ticket.duplicate_of_id)
        .where(or_(is_duplicate != leads_on, into.status == Stands.DUPLICATE))
    )
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}",
            "is a duplicate that leads nowhere, or leads on and is none",
            "open it again, and join it with the ticket that goes on",
        )


def codes_are_configured() -> Iterator[Finding]:
    """Everything that was chosen on a ticket can still be read in words."""
    kinds = policy.get(CaseTypesPolicy)
    hearing, consents = policy.get(HearingPolicy), policy.get(ConsentsPolicy)
    for column, ticket_id, known, file in (
        (TicketCaseType.case_type, TicketCaseType.ticket_id, kinds.by_code, kinds.FILE),
        (Ticket.other_kind, Ticket.id, {"", *kinds.kinds}, kinds.FILE),
        (HearingAnswer.question, HearingAnswer.ticket_id, hearing.by_key, hearing.FILE),
        (Consent.recipient, Consent.ticket_id, consents.by_code, consents.FILE),
    ):
        yield from _unknown(column, ticket_id, known, file)


def _unknown(
    column: InstrumentedAttribute[str],
    ticket_id: InstrumentedAttribute[int],
    known: Collection[str],
    file: str,
) -> Iterator[Finding]:
    holder = aliased(Ticket)
    query = select(holder.number, column).join(holder, holder.id == ticket_id)
    for number, code in db.session.execute(query.where(column.not_in(known))):
        yield Finding(
            f"ticket:{number}", f"holds the code {code}, which nothing explains any more",
            f"put it back into config/{file}",
        )  # fmt: skip


def tickets_are_found() -> Iterator[Finding]:
    """The keys under which each ticket is found are those of what it says."""
    said = (Ticket.company, Ticket.caller_phone, Ticket.callback_phone, Ticket.safe_phone)
    keys = (Ticket.company_key, Ticket.phone_key, Ticket.callback_key, Ticket.safe_key)
    query = select(Ticket.number, *said, *keys).execution_options(yield_per=1000)
    for number, company, *rest in db.session.execute(query):
        phones, held = rest[:3], rest[3:]
        if held != [company_key(company), *map(phone_key, phones)]:
            yield Finding(
                f"ticket:{number}",
                "is not found by its company or its phones",
                "flask search rebuild",
            )


def tickets_have_one_primary_type() -> Iterator[Finding]:
    """Each ticket with case types has exactly one of them in the first place."""
    first = func.sum(case((TicketCaseType.position == 0, 1), else_=0))
    query = (
        select(Ticket.number)
        .join(TicketCaseType, TicketCaseType.ticket_id == Ticket.id)
        .group_by(Ticket.id, Ticket.number)
        .having(first != 1)
    )
    for number in db.session.scalars(query):
        yield Finding(
            f"ticket:{number}", "has no single primary case type", "choose its case types again"
        )


def ticket_numbers_are_numbers() -> Iterator[Finding]:
    """The last digit of each number agrees with the others."""
    for number in db.session.scalars(select(Ticket.number)):
        if parse_number(number) != number:
            yield Finding(
                f"ticket:{number}",
                "has a number whose check digit is wrong",
                TAMPERED,
            )


def calls_refer_to_tickets() -> Iterator[Finding]:
    """The ticket of each call exists."""
    known = exists().where(Ticket.id == Call.ticket_id)
    for call_id in db.session.scalars(select(Call.id).where(Call.ticket_id.is_not(None), ~known)):
        yield Finding(
            f"call:{call_id}",
            "belongs to a ticket that does not exist",
            TAMPERED,
        )


def open_offers_have_an_end() -> Iterator[Finding]:
    """Every offer that can be answered ends at some time, and a worker will look at it."""
    endless = or_(Offer.reply_by.is_(None), Offer.wake_at.is_(None), Offer.wake_at > Offer.reply_by)
    query = select(Offer.id).where(Offer.status == OfferStatus.OFFERED, endless)
    for offer_id in db.session.scalars(query):
        yield Finding(
            f"offer:{offer_id}",
            "waits for an answer without an end",
            "take it back and ask anew",
        )


def whoever_stands_in_line_waits_for_somebody() -> Iterator[Finding]:
    """Before each partner in line stands one that still may take the task, or estimates."""
    before = aliased(Offer)
    busy = before.status.in_([OfferStatus.OFFERED, OfferStatus.ACCEPTED])
    waited_for = exists().where(before.task_id == Offer.task_id, busy)
    query = select(Offer.id).where(Offer.status == OfferStatus.QUEUED, ~waited_for)
    for offer_id in db.session.scalars(query):
        yield Finding(
            f"offer:{offer_id}", "stands in line, and nobody before it is asked", "ask it now"
        )


def engagements_agree() -> Iterator[Finding]:
    """Whoever does a task is the one partner that was engaged for it, and nobody is otherwise."""
    engaged = (Offer.status == OfferStatus.ACCEPTED) & Offer.engaged_at.is_not(None)
    query = (
        select(Task.id)
        .outerjoin(Offer, (Offer.task_id == Task.id) & engaged)
        .group_by(Task.id, Task.vendor_id, Task.status)
        .having(
            or_(
                func.count(Offer.id) > 1,
                func.coalesce(func.max(Offer.vendor_id), 0) != func.coalesce(Task.vendor_id, 0),
                Task.status.in_(ENGAGED) & (func.count(Offer.id) == 0),
                Task.status.in_(OPEN_TO_OFFERS) & (func.count(Offer.id) > 0),
            )
        )
    )
    for task_id in db.session.scalars(query):
        yield Finding(
            f"task:{task_id}", "does not agree with the offer by which a partner does it", TAMPERED
        )


def tasks_agree_with_their_tickets() -> Iterator[Finding]:
    """No task goes on where the incident has ended."""
    living = aliased(Ticket)
    incident = func.coalesce(Ticket.duplicate_of_id, Ticket.id)
    query = (
        select(Task.id)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .join(living, living.id == incident)
        .where(Task.status.not_in(TASK_ENDED), living.status.in_(ENDED))
    )
    for task_id in db.session.scalars(query):
        yield Finding(
            f"task:{task_id}",
            "goes on, and its ticket has ended",
            "open the ticket again, and end the task",
        )


def evidence_lies_in_the_store() -> Iterator[Finding]:
    """Each file on record lies in the store, as long as it was and unchanged."""
    store = FileStore.from_url(settings().files_url)
    for file in evidence.every_file():
        if store.size(file.sha256) is None:
            what, do = "is not in the store", "put it back from a backup of HOTLINE_FILES_URL"
        elif store.size(file.sha256) != file.size or not store.is_whole(file.sha256):
            what, do = "has other bytes than those that came", TAMPERED
        else:
            continue
        yield Finding(f"file:{file.id}", what, do)


def the_store_holds_only_evidence() -> Iterator[Finding]:
    """Nothing lies in the store that is on no record.

    Who was killed between the disk and the record comes back for it within the hour.
    """
    known = {file.sha256 for file in evidence.every_file()}
    newest = clock.now() - UNRECORDED_FOR
    for path in FileStore.from_url(settings().files_url).everything():
        kept_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.name not in known and kept_at < newest:
            yield Finding(f"store:{path.name[:16]}", "is on no record", "look whose it was")


def uploads_leave_nothing() -> Iterator[Finding]:
    """What was broken off is swept up within a day and an hour."""
    before = clock.now() - BROKEN_OFF_FOR - UNRECORDED_FOR
    for path in FileStore.from_url(settings().files_url).broken_off(before=before):
        yield Finding(
            f"store:{path.name[:16]}", "was broken off and never swept up", "run the worker"
        )


def files_wait_for_a_scanner_that_is_there() -> Iterator[Finding]:
    """Every file that waits is looked at by a worker; nothing else is."""
    wrong = (File.scan == Scan.WAITING) != File.scan_at.is_not(None)
    for file_id in db.session.scalars(select(File.id).where(wrong)):
        yield Finding(f"file:{file_id}", "says it waits, or is scanned for nothing", TAMPERED)
    if settings().scanner == "none" and evidence.waiting_count():
        yield Finding(
            "files", "wait for a scanner, and none is set up", "set HOTLINE_SCANNER again"
        )


def files_have_their_custody() -> Iterator[Finding]:
    """The first line of every file says who received it."""
    received = exists().where(Custody.file_id == File.id, Custody.touch == Touch.RECEIVED)
    for file_id in db.session.scalars(select(File.id).where(~received)):
        yield Finding(f"file:{file_id}", "has a custody that does not begin", TAMPERED)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    open_tickets_have_a_promise,
    moved_promises_have_a_successor,
    pending_promises_have_a_notice,
    announced_promises_were_told,
    ended_tickets_owe_nothing,
    duplicates_lead_on,
    codes_are_configured,
    tickets_are_found,
    notices_wake_in_time,
    notices_have_their_key,
    tickets_have_one_primary_type,
    ticket_numbers_are_numbers,
    calls_refer_to_tickets,
    open_offers_have_an_end,
    whoever_stands_in_line_waits_for_somebody,
    engagements_agree,
    tasks_agree_with_their_tickets,
    evidence_lies_in_the_store,
    the_store_holds_only_evidence,
    uploads_leave_nothing,
    files_wait_for_a_scanner_that_is_there,
    files_have_their_custody,
)


@click.group("integrity")
def integrity() -> None:
    """Whether the rows agree with each other."""


@integrity.command("check")
@json_option
def check(as_json: bool) -> None:
    """Find what does not agree, and say what to do about each."""
    found = [finding for one in CHECKS for finding in one()]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"{finding.where} {finding.what}. To do: {finding.do}.")
        click.echo(f"{len(CHECKS)} checks, {len(found)} findings.")
    if found:
        raise SystemExit(1)


def _notice_of_promise(status: ColumnElement[bool]) -> ColumnElement[bool]:
    subject = literal("followup:") + cast(Followup.id, String)
    about = (Notice.subject == subject) & (Notice.kind == Kind.PROMISE_DUE)
    return exists().where(about, status)


def _keys(notice: Notice) -> set[str]:
    """What the key may be: an audience's notice keeps its key when it has found its person."""
    meant: list[tuple[str, int | None]] = []
    if notice.person_id is not None:
        meant.append(("", notice.person_id))
    if notice.audience:
        meant.append((notice.audience, None))
    return {
        rules.dedup_key(
            notice.subject,
            Kind(notice.kind),
            notice.due_at,
            channel=notice.channel,
            recipient=rules.recipient(person_id, audience),
        )
        for audience, person_id in meant
    }


commands = [integrity]
