"""Tell people what is due. The provider is called between transactions, never inside one."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import OperationalError

from hotline.adapters.mail import DeliveryFailed, Mail, Mailer
from hotline.db import db
from hotline.followups import service as followups
from hotline.jobs import recipients
from hotline.jobs.recipients import Address
from hotline.jobs.work import Work
from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Failure, Kind, Told
from hotline.people import service as people
from hotline.people.rules import LinkKind
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

BATCH = 20

TROUBLE = timedelta(seconds=60)
"""How long the other messages to an address wait that has just failed."""

LINK_OF = {Kind.INVITE: LinkKind.INVITE, Kind.RESET: LinkKind.RESET}

PATHS = {
    Kind.PROMISE_DUE: "/tickets/{number}",
    Kind.INVITE: "/invite/{token}",
    Kind.RESET: "/reset/{token}",
    Kind.NOBODY_ON_DUTY: "/duty",
    Kind.UNDELIVERED: "/tickets/{number}",
    Kind.BACKLOG: "/readyz",
    Kind.CALENDAR_ENDS: "/calendar",
    Kind.RECEIVED: "/status/{token}",
    Kind.PROMISE_LATE: "/tickets/{number}",
    Kind.NEXT_TRY: "/tickets/{number}",
    Kind.PAGE: "/tickets/{number}",
    Kind.HANDED_OVER: "/tickets/{number}",
}
"""Where the link of each kind leads, below HOTLINE_PUBLIC_URL."""


@dataclass(frozen=True)
class Delivery:
    """One claimed notice and everything that is needed to send it without the database."""

    notice_id: int
    claim_id: str
    subject: str
    kind: Kind
    facts: dict[str, object]
    due_at: datetime
    dedup_key: str
    to: Address
    token: str = field(default="", repr=False)  # One-time: it exists in this mail only.


@dataclass
class Run:
    """What one run has learned on its way."""

    sent: int = 0
    troubled: set[str] = field(default_factory=set)
    unreachable: bool = False


def deliver(work: Work) -> int:
    """Send what is due, the oldest first, until nothing is or the run is long; how many."""
    run = Run()
    until = work.monotonic() + work.run_seconds
    with closing(work.mailer()) as mailer:
        while not (run.unreachable or work.stopping() or work.monotonic() > until):
            if not _batch(mailer, run, work):
                break
    return run.sent


def _batch(mailer: Mailer, run: Run, work: Work) -> bool:
    """Claim some notices and try each; False when nothing was due."""
    claim_id = secrets.token_hex(16)
    # Half a lease is kept for the last send: nobody else may take what we still hold.
    good_until = work.monotonic() + work.lease.total_seconds() / 2
    deliveries = _claim(claim_id, work)
    if deliveries is None:
        return False
    untried = list(deliveries)
    try:
        while untried and not (run.unreachable or work.stopping() or work.monotonic() > good_until):
            _one(mailer, untried.pop(0), run, work)
    finally:
        _give_back(untried, claim_id, wake_at=work.now())
    return True


def _give_back(untried: list[Delivery], claim_id: str, *, wake_at: datetime) -> None:
    if untried:
        with transaction():
            ids = [delivery.notice_id for delivery in untried]
            notices.release(ids, claim_id, wake_at=wake_at)


def _claim(claim_id: str, work: Work) -> list[Delivery] | None:
    """What this worker has taken and can send; None when nothing was due."""
    if not queries.is_due(work.now()):
        return None
    with transaction():
        now = work.now()
        taken = notices.claim(BATCH, claim_id, now=now, lease=work.lease)
        return list(_prepared(taken, claim_id, work, now=now)) if taken else None


def _prepared(
    taken: list[Notice], claim_id: str, work: Work, *, now: datetime
) -> Iterator[Delivery]:
    for notice in taken:
        try:
            # A savepoint: one notice that cannot be prepared does not hold up the others.
            with db.session.begin_nested():
                delivery = _prepare(notice, claim_id, work, now=now)
        except DeliveryFailed as error:
            _note_failure(notice.id, claim_id, Failure(error.reason), work)
            continue
        except Exception as error:
            _note_failure(notice.id, claim_id, _unforeseen(error, notice.id), work)
            continue
        if delivery is not None:
            yield delivery


def _prepare(notice: Notice, claim_id: str, work: Work, *, now: datetime) -> Delivery | None:
    """Find the recipient and mint the link; None when there is nobody to tell any more."""
    to, token, kind = _recipient(notice, work, now=now), "", Kind(notice.kind)
    if to is not None and kind in LINK_OF:
        token = people.mint_link(notice.person_id or 0, LINK_OF[kind], now=now) or ""
    if to is None or (kind in LINK_OF and not token):
        notices.drop(notice, now=now)
        return None
    return Delivery(
        notice_id=notice.id,
        claim_id=claim_id,
        subject=notice.subject,
        kind=kind,
        facts=notice.facts,
        due_at=notice.due_at,
        dedup_key=notice.dedup_key,
        to=to,
        token=token,
    )


def _recipient(notice: Notice, work: Work, *, now: datetime) -> Address | None:
    """Who is told; for an audience each of its people gets a notice of their own."""
    chosen = recipients.of_person(notice.person_id) if notice.person_id else None
    if chosen is not None or not notice.audience:
        return chosen
    found = recipients.of_audience(notice, alert_mail=work.settings.alert_mail, now=now)
    if not found:
        raise DeliveryFailed(f"there is nobody to tell: no {notice.audience}, no alert address")
    by_id = {one.person_id: one for one in found if one.person_id is not None}
    if not by_id:
        return found[0]
    person_id = notices.address(notice, list(by_id), now=now)
    return None if person_id is None else by_id[person_id]


def _one(mailer: Mailer, delivery: Delivery, run: Run, work: Work) -> None:
    """Try one message and write down how it went, whatever happens."""
    if delivery.to.mail in run.troubled:
        _give_back([delivery], delivery.claim_id, wake_at=work.now() + TROUBLE)
        return
    try:
        mailer.send(_mail(delivery, work))
    except DeliveryFailed as error:
        run.unreachable = error.unreachable
        run.troubled.add(delivery.to.mail)
        _failed(delivery, Failure(error.reason, error.permanent), work)
    except Exception as error:
        _failed(delivery, _unforeseen(error, delivery.notice_id), work)
    else:
        _finish(delivery, run, work)


def _finish(delivery: Delivery, run: Run, work: Work) -> None:
    with transaction():
        now = work.now()
        ours = notices.finish(delivery.notice_id, delivery.claim_id, now=now)
        if ours and delivery.kind is Kind.PROMISE_DUE:
            _announce(delivery, now=now)
    if ours:
        run.sent += 1
        work.told(delivery)
        log.info("notice.sent", notice=delivery.notice_id, subject=delivery.subject)


def _announce(delivery: Delivery, *, now: datetime) -> None:
    """Note on the promise that people were told; the message went out, whatever this finds."""
    try:
        with db.session.begin_nested():
            followups.announce(int(delivery.subject.removeprefix("followup:")), now=now)
    except OperationalError:
        raise  # The database is away: nothing of this was saved, and the claim runs out.
    except Exception as error:
        log.error("followup.broken", subject=delivery.subject, kind=type(error).__name__)


def _failed(delivery: Delivery, failure: Failure, work: Work) -> None:
    with transaction():
        _note_failure(delivery.notice_id, delivery.claim_id, failure, work)
    log.warning("notice.failed", notice=delivery.notice_id, permanent=failure.permanent)


def _note_failure(notice_id: int, claim_id: str, failure: Failure, work: Work) -> None:
    notices.record_failure(notice_id, claim_id, failure, now=work.now(), rng=work.rng)


def _unforeseen(error: Exception, notice_id: int) -> Failure:
    # The text of an unforeseen error can hold anything, so only its kind is kept.
    log.error("notice.broken", notice=notice_id, kind=type(error).__name__)
    return Failure(f"unforeseen: {type(error).__name__}")


def _mail(delivery: Delivery, work: Work) -> Mail:
    now, language = work.now(), delivery.to.language
    told = Told(delivery.facts, delivery.due_at, link(delivery, work), language)
    words = rules.compose(work.texts.text(delivery.kind, language), told, now=now)
    host = urlsplit(work.settings.public_url).hostname or "localhost"
    return Mail(
        to=delivery.to.mail,
        subject=words.subject,
        body=words.body,
        language=language,
        about=delivery.subject,
        dedup_key=delivery.dedup_key,
        message_id=rules.message_id(delivery.dedup_key, host),
        at=now,
    )


def link(delivery: Delivery, work: Work) -> str:
    """Where the reader goes on; without a ticket number, the start page."""
    number = str(delivery.facts.get("number", ""))
    path = PATHS[delivery.kind]
    if "{number}" in path and not number:
        return f"{work.settings.public_url}/"
    return work.settings.public_url + path.format(number=number, token=delivery.token)
