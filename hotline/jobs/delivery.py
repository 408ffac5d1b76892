"""Tell people what is due. The provider is called between transactions, never inside one.

Each channel is a kind of work of its own (mail, sms, voice), so that a provider that hangs
holds up nothing but its own messages.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import Formatter
from typing import Protocol

import structlog
from sqlalchemy.exc import OperationalError

from hotline.adapters.outgoing import DeliveryFailed
from hotline.calls import service as calls
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.edge import offer_links, status_links
from hotline.followups import service as followups
from hotline.jobs import partners, recipients
from hotline.jobs.recipients import Address
from hotline.jobs.work import Work
from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import CALLER, Channel, Failure, Kind, Told, Words
from hotline.people import service as people
from hotline.people.rules import LinkKind
from hotline.tickets import service as tickets
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

BATCH = 20

TROUBLE = timedelta(seconds=60)
"""How long the other messages to an address wait that has just failed."""

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
    Kind.PAGE_UNANSWERED: "/tickets/{number}",
    Kind.HANDED_OVER: "/tickets/{number}",
    Kind.RECORDING_UNFETCHED: "/calls",
    Kind.ADVICE_SENT: "/status/{token}/advice",
    Kind.DUTY_GAP: "/duty",
    Kind.SWAP_ASKED: "/duty",
    Kind.SWAP_AGREED: "/duty",
    Kind.SWAP_DECLINED: "/duty",
    Kind.SHIFT_GIVEN: "/duty",
    Kind.SHIFT_TAKEN: "/duty",
    Kind.OFFER: "/offers/{token}",
    Kind.OFFER_ACCEPTED: "/tasks/{task}",
    Kind.OFFER_DECLINED: "/tasks/{task}",
    Kind.OFFER_SILENT: "/tasks/{task}",
    Kind.OFFER_LOST: "/",
    Kind.NOBODY_LEFT: "/tasks/{task}",
    Kind.TASK_DELIVERED: "/tasks/{task}",
    Kind.TASK_RETURNED: "/partner/tasks/{task}",
    Kind.TASK_CHECKED: "/partner/tasks/{task}",
    Kind.TASK_LATE: "/tasks/{task}",
    Kind.APPROVAL_ASKED: "/approvals/{approval}",
    Kind.APPROVAL_ANSWERED: "/tickets/{number}/costs",
    Kind.APPROVAL_WITHDRAWN: "/tickets/{number}/costs",
    Kind.ESTIMATE_ANSWERED: "/partner/tasks/{task}",
    Kind.CLOCK_NEAR: "/tickets/{number}",
    Kind.CLOCK_PASSED: "/tickets/{number}",
    Kind.RELEASED: "/partner/tasks/{task}",
    Kind.DESK_WROTE: "/partner/tasks/{task}#threads",
    Kind.PARTNER_WROTE: "/tasks/{task}#threads",
}
"""Where the link of each kind leads, below HOTLINE_PUBLIC_URL; its places are facts."""


@dataclass(frozen=True)
class Delivery:
    """One claimed notice and everything that is needed to send it without the database."""

    notice_id: int
    claim_id: str
    subject: str
    kind: Kind
    channel: Channel
    audience: str
    facts: dict[str, object]
    due_at: datetime
    dedup_key: str
    to: Address
    token: str = field(default="", repr=False)  # It exists in this message only.

    @property
    def address(self) -> str:
        """The mail address or the phone number that this channel uses; "" when there is none."""
        return self.to.mail if self.channel is Channel.MAIL else self.to.phone


class Carrier(Protocol):
    """How one channel hands a message over; what it opened is kept until ``close``."""

    def send(self, delivery: Delivery, work: Work) -> None:
        """Hand it over. Raises DeliveryFailed."""

    def close(self) -> None:
        """Let go of the provider; never raises."""


@dataclass
class Run:
    """One run of one channel, and what it has learned on its way."""

    channel: Channel
    carrier: Carrier
    sent: int = 0
    troubled: set[str] = field(default_factory=set)
    unreachable: bool = False
    # The provider asked for this pause.
    wait: timedelta = timedelta(0)


def deliver(channel: Channel, open_carrier: Callable[[], Carrier], work: Work) -> int:
    """Send what is due, the oldest first, until nothing is or the run is long; how many."""
    until = work.monotonic() + work.run_seconds
    with closing(open_carrier()) as carrier:
        run = Run(channel, carrier)
        while not (run.unreachable or work.stopping() or work.monotonic() > until):
            if not _batch(run, work):
                break
    return run.sent


def words(delivery: Delivery, work: Work) -> Words:
    """The finished text in the recipient's language, as this channel words it."""
    language = delivery.to.language
    told = Told(delivery.facts, delivery.due_at, link(delivery, work), language)
    text = work.texts.text(delivery.kind, language, delivery.channel)
    return rules.compose(text, told, now=work.now())


def link(delivery: Delivery, work: Work) -> str:
    """Where the reader goes on; the start page when a fact is missing that leads further."""
    places: dict[str, object] = {**delivery.facts, "token": delivery.token}
    path = PATHS[delivery.kind]
    if delivery.facts.get("drill"):  # Whoever plays the partner stays on the pages of the desk.
        path = path.removeprefix("/partner")
    needed = [name for _, name, _, _ in Formatter().parse(path) if name]
    if not all(places.get(name) for name in needed):
        return f"{work.settings.public_url}/"
    return work.settings.public_url + path.format_map(places)


def _batch(run: Run, work: Work) -> bool:
    """Claim some notices and try each; False when nothing was due."""
    claim_id = secrets.token_hex(16)
    # Half a lease is kept for the last send: nobody else may take what we still hold.
    good_until = work.monotonic() + work.lease.total_seconds() / 2
    deliveries = _claim(run.channel, claim_id, work)
    if deliveries is None:
        return False
    untried = list(deliveries)
    try:
        while untried and not (run.unreachable or work.stopping() or work.monotonic() > good_until):
            _one(untried.pop(0), run, work)
    finally:
        _give_back(untried, claim_id, wake_at=work.now() + run.wait)
    return True


def _give_back(untried: list[Delivery], claim_id: str, *, wake_at: datetime) -> None:
    if untried:
        with transaction():
            ids = [delivery.notice_id for delivery in untried]
            notices.release(ids, claim_id, wake_at=wake_at)


def _claim(channel: Channel, claim_id: str, work: Work) -> list[Delivery] | None:
    """What this worker has taken and can send; None when nothing was due."""
    if not queries.is_due(work.now(), channel):
        return None
    with transaction():
        now = work.now()
        taken = notices.claim(BATCH, claim_id, now=now, lease=work.lease, channel=channel)
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
            failure = Failure(error.reason, error.permanent, error.wait)
            _note_failure(notice.id, claim_id, failure, work)
            continue
        except Exception as error:
            _note_failure(notice.id, claim_id, _unforeseen(error, notice.id), work)
            continue
        if delivery is not None:
            yield delivery


def _prepare(notice: Notice, claim_id: str, work: Work, *, now: datetime) -> Delivery | None:
    """Find the recipient and mint the link; None when there is nobody to tell any more."""
    to, token, kind = _recipient(notice, work, now=now), "", Kind(notice.kind)
    if kind is Kind.CALL_BACK and (to is None or now > notice.due_at + calls.RINGS_WITHIN):
        calls.not_placed(int(notice.subject.removeprefix("call:")), now=now)
        return None
    minted = kind in MINTED and not _has_an_account(notice)
    if to is not None and minted:
        token = MINTED[kind](notice, work, now)
    if to is None or (minted and not token):
        notices.drop(notice, now=now)
        return None
    return Delivery(
        notice_id=notice.id,
        claim_id=claim_id,
        subject=notice.subject,
        kind=kind,
        channel=Channel(notice.channel),
        audience=notice.audience or str(notice.facts.get("audience", "")),
        facts={**notice.facts, **recipients.facts(notice, to.language, now=now)},
        due_at=notice.due_at,
        dedup_key=notice.dedup_key,
        to=to,
        token=token,
    )


def _invitation(notice: Notice, _work: Work, now: datetime) -> str:
    return people.mint_link(notice.person_id or 0, LinkKind.INVITE, now=now) or ""


def _reset(notice: Notice, _work: Work, now: datetime) -> str:
    return people.mint_link(notice.person_id or 0, LinkKind.RESET, now=now) or ""


def _status_link(notice: Notice, work: Work, now: datetime) -> str:
    number, until = recipients.shown_until(notice, now=now)
    return status_links.mint(number, until, work.settings)


def _has_an_account(notice: Notice) -> bool:
    """Whether it is an offer to somebody who signs in and answers there: they need no link."""
    return notice.kind == Kind.OFFER and rules.contact_id(notice.audience) is None


def _offer_link(notice: Notice, work: Work, _now: datetime) -> str:
    offer_id = int(notice.subject.removeprefix("offer:"))
    return offer_links.mint(offer_id, rules.contact_id(notice.audience) or 0, work.settings)


MINTED: dict[Kind, Callable[[Notice, Work, datetime], str]] = {
    Kind.INVITE: _invitation,
    Kind.RESET: _reset,
    Kind.RECEIVED: _status_link,
    Kind.ADVICE_SENT: _status_link,
    Kind.OFFER: _offer_link,
}
"""What makes the secret part of a link, when it is sent; "" when nobody may have one any more."""


def _recipient(notice: Notice, work: Work, *, now: datetime) -> Address | None:
    """Who is told; for an audience each of its people gets a notice of their own."""
    for is_meant, found in OTHERS:
        if is_meant(notice):
            return found(notice)
    chosen = recipients.of_person(notice.person_id) if notice.person_id else None
    if chosen is not None or not notice.audience:
        return chosen
    return _one_of_the_audience(notice, work, now=now)


OTHERS: tuple[tuple[Callable[[Notice], bool], Callable[[Notice], Address | None]], ...] = (
    (partners.is_played, partners.who_plays),
    (lambda notice: notice.audience == CALLER, recipients.of_caller),
    (lambda notice: rules.contact_id(notice.audience) is not None, partners.of_contact),
)
"""Who is told that is neither one account nor those on duty; the first that fits."""


def _one_of_the_audience(notice: Notice, work: Work, *, now: datetime) -> Address | None:
    found = recipients.of_audience(notice, alert_mail=work.settings.alert_mail, now=now)
    if not found and notice.channel != Channel.MAIL:
        return None  # Who has no phone is told by mail: each audience is.
    if not found:
        raise DeliveryFailed(f"there is nobody to tell: no {notice.audience}, no alert address")
    by_id = {one.person_id: one for one in found if one.person_id is not None}
    if not by_id:
        return found[0]
    person_id = notices.address(notice, list(by_id), now=now)
    return None if person_id is None else by_id[person_id]


def _one(delivery: Delivery, run: Run, work: Work) -> None:
    """Try one message and write down how it went, whatever happens."""
    if delivery.address in run.troubled:
        _give_back([delivery], delivery.claim_id, wake_at=work.now() + TROUBLE)
        return
    if not _still_true(delivery):
        log.info("notice.withdrawn", notice=delivery.notice_id, subject=delivery.subject)
        return
    try:
        _hand_over(delivery, run, work)
    except DeliveryFailed as error:
        _learn(delivery, error, run)
        _failed(delivery, Failure(error.reason, error.permanent, error.wait), work)
    except Exception as error:
        _failed(delivery, _unforeseen(error, delivery.notice_id), work)
    else:
        _finish(delivery, run, work)


def _still_true(delivery: Delivery) -> bool:
    """Whether nobody has withdrawn it since it was claimed: what was taken up rings no longer."""
    try:
        return queries.is_held(delivery.notice_id, delivery.claim_id)
    finally:
        db.session.rollback()  # No transaction is open while the provider is called.


def _hand_over(delivery: Delivery, run: Run, work: Work) -> None:
    if not delivery.address:
        raise DeliveryFailed(NO_ADDRESS[delivery.channel], permanent=True)
    run.carrier.send(delivery, work)


NO_ADDRESS = {
    Channel.MAIL: "there is no mail address",
    Channel.SMS: "this person has no phone number for text messages",
    Channel.VOICE: "this person has no phone number that could be rung",
}


def _learn(delivery: Delivery, error: DeliveryFailed, run: Run) -> None:
    run.unreachable, run.wait = error.unreachable, error.wait
    if delivery.address:
        run.troubled.add(delivery.address)


def _finish(delivery: Delivery, run: Run, work: Work) -> None:
    with transaction():
        now = work.now()
        ours = notices.finish(delivery.notice_id, delivery.claim_id, now=now)
        if ours and delivery.kind in WHEN_SENT:
            _note_sent(delivery, now=now)
    if ours:
        run.sent += 1
        work.told(delivery)
        log.info("notice.sent", notice=delivery.notice_id, subject=delivery.subject)


def _note_sent(delivery: Delivery, *, now: datetime) -> None:
    """Note it where it belongs; the message went out, whatever this finds."""
    try:
        with db.session.begin_nested():
            WHEN_SENT[delivery.kind](delivery, now)
    except OperationalError:
        raise  # The database is away: nothing of this was saved, and the claim runs out.
    except Exception as error:
        log.error("notice.unnoted", subject=delivery.subject, kind=type(error).__name__)


def _announced(delivery: Delivery, now: datetime) -> None:
    followups.announce(_followup_id(delivery), now=now)


def _escalated(delivery: Delivery, now: datetime) -> None:
    followups.note_escalated(_followup_id(delivery), delivery.audience, now=now)
    tickets.ring_when_late(str(delivery.facts["number"]), now=now)


def _caller_told(delivery: Delivery, now: datetime) -> None:
    tickets.note_caller_told(str(delivery.facts["number"]), delivery.channel, now=now)


def _clock_passed(delivery: Delivery, now: datetime) -> None:
    deadlines.note_passed(int(delivery.subject.removeprefix("clock:")), now=now)


def _advice_sent(delivery: Delivery, now: datetime) -> None:
    tickets.note_advice_sent(str(delivery.facts["number"]), delivery.channel, now=now)


def _not_placed(delivery: Delivery, now: datetime) -> None:
    """Who asked for the call sees it at once and dials by hand: it is not tried again."""
    calls.not_placed(int(delivery.subject.removeprefix("call:")), now=now)


WHEN_FAILED: dict[Kind, Callable[[Delivery, datetime], None]] = {Kind.CALL_BACK: _not_placed}
"""What is done when a message failed that nobody waits for any more; the others are tried again."""


def _followup_id(delivery: Delivery) -> int:
    return int(delivery.subject.removeprefix("followup:"))


WHEN_SENT: dict[Kind, Callable[[Delivery, datetime], None]] = {
    Kind.PROMISE_DUE: _announced,
    Kind.PROMISE_LATE: _escalated,
    Kind.RECEIVED: _caller_told,
    Kind.ADVICE_SENT: _advice_sent,
    Kind.CLOCK_PASSED: _clock_passed,
}
"""What is written into a ticket's story once a message has gone out."""


def _failed(delivery: Delivery, failure: Failure, work: Work) -> None:
    with transaction():
        if delivery.kind in WHEN_FAILED:
            WHEN_FAILED[delivery.kind](delivery, work.now())
        else:
            _note_failure(delivery.notice_id, delivery.claim_id, failure, work)
    log.warning("notice.failed", notice=delivery.notice_id, permanent=failure.permanent)


def _note_failure(notice_id: int, claim_id: str, failure: Failure, work: Work) -> None:
    notices.record_failure(notice_id, claim_id, failure, now=work.now(), rng=work.rng)


def _unforeseen(error: Exception, notice_id: int) -> Failure:
    # The text of an unforeseen error can hold anything, so only its kind is kept.
    log.error("notice.broken", notice=notice_id, kind=type(error).__name__)
    return Failure(f"unforeseen: {type(error).__name__}")
