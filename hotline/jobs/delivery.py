"""Tell people what is due. The provider is called between transactions, never inside one.

Each channel is a kind of work of its own (mail, sms, voice), so that a provider that hangs
holds up nothing but its own messages.
"""

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.exc import OperationalError

from hotline.adapters.outgoing import DeliveryFailed
from hotline.db import db
from hotline.jobs.message import Delivery
from hotline.jobs.noting import WHEN_FAILED, hold, note_sent
from hotline.jobs.preparing import prepare, prepare_together
from hotline.jobs.work import Work
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Channel, Failure
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

BATCH, LARGEST_BATCH = 20, 200
QUICK_SECONDS = 1.0
"""So many are claimed at once, and twice as many after each batch that went out as quickly: whoever
is slow, or dies, keeps few from the others. What is not tried within half a lease is given back.
"""

GROUPS = {Channel.MAIL: 25}
GROUP_SECONDS = 0.01
"""So many mails, or as many as go out in that time, are written down together.

Whoever dies in between leaves no more than these to be sent once again. Whatever takes longer,
and whatever rings, is asked about just before and written down by itself.
"""

TROUBLE = timedelta(seconds=60)
"""How long the other messages to an address wait that has just failed."""


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
    batch: int = BATCH
    # The provider asked for this pause.
    wait: timedelta = timedelta(0)


def deliver(channel: Channel, open_carrier: Callable[[], Carrier], work: Work) -> int:
    """Send what is due, the oldest first, until nothing is or the run is long; how many."""
    until = work.monotonic() + work.run_seconds
    with closing(open_carrier()) as carrier:
        run = Run(channel, carrier)
        while not (run.unreachable or work.stopping() or work.monotonic() > until):
            if not _batch(run, work, until=until):
                break
    return run.sent


def _batch(run: Run, work: Work, *, until: float) -> bool:
    """Claim some notices and try each; False when nothing was due."""
    claim_id = secrets.token_hex(16)
    # Half a lease is kept for the last send: nobody else may take what we still hold.
    good_until = min(until, work.monotonic() + work.lease.total_seconds() / 2)
    began = work.monotonic()
    deliveries = _claim(run, claim_id, work)
    if deliveries is None:
        return False
    untried = list(deliveries)
    try:
        while untried and not (run.unreachable or work.stopping() or work.monotonic() > good_until):
            _group(untried, run, work, until=good_until)
    finally:
        _give_back(untried, claim_id, wake_at=work.now() + run.wait)
    quick = work.monotonic() - began < QUICK_SECONDS
    run.batch = min(2 * run.batch, LARGEST_BATCH) if quick else BATCH
    return True


def _give_back(untried: list[Delivery], claim_id: str, *, wake_at: datetime) -> None:
    if untried:
        with transaction():
            ids = [delivery.notice_id for delivery in untried]
            notices.release(ids, claim_id, wake_at=wake_at)


def _claim(run: Run, claim_id: str, work: Work) -> list[Delivery] | None:
    """What this worker has taken and can send; None when nothing was due."""
    if not queries.is_due(work.now(), run.channel):
        return None
    with transaction():
        now = work.now()
        taken = notices.claim(run.batch, claim_id, now=now, lease=work.lease, channel=run.channel)
        return _prepared(taken, claim_id, work, now=now) if taken else None


def _prepared(taken: list[Notice], claim_id: str, work: Work, *, now: datetime) -> list[Delivery]:
    found = _prepared_together(taken, claim_id, work, now=now)
    for notice in taken:
        if notice.id not in found:
            found[notice.id] = _prepared_alone(notice, claim_id, work, now=now)
    in_turn = (found[notice.id] for notice in taken)
    return [delivery for delivery in in_turn if delivery is not None]


def _prepared_together(
    taken: list[Notice], claim_id: str, work: Work, *, now: datetime
) -> dict[int, Delivery | None]:
    """Those that can be prepared with others, by notice; none of them when one is broken."""
    try:
        with db.session.begin_nested():
            return prepare_together(taken, claim_id, work, now=now)
    except OperationalError:
        raise
    except Exception as error:
        log.error("notice.batch_broken", kind=type(error).__name__)
        return {}


def _prepared_alone(notice: Notice, claim_id: str, work: Work, *, now: datetime) -> Delivery | None:
    try:
        # A savepoint: one notice that cannot be prepared does not hold up the others.
        with db.session.begin_nested():
            return prepare(notice, claim_id, work, now=now)
    except DeliveryFailed as error:
        failure = Failure(error.reason, error.permanent, error.wait)
    except Exception as error:
        failure = _unforeseen(error, notice.id)
    _note_failure(notice.id, claim_id, failure, work)
    return None


def _group(untried: list[Delivery], run: Run, work: Work, *, until: float) -> None:
    """Try some of ``untried``, which become fewer, and write down how it went, whatever happens."""
    until = min(until, work.monotonic() + GROUP_SECONDS)
    group = untried[: GROUPS.get(run.channel, 1)]
    held, sent = _still_true(group), list[Delivery]()
    try:
        for delivery in group:
            untried.remove(delivery)
            if delivery.notice_id not in held:
                log.info("notice.withdrawn", notice=delivery.notice_id, subject=delivery.subject)
            elif _went_out(delivery, run, work):
                sent.append(delivery)
            if run.unreachable or work.stopping() or work.monotonic() > until:
                break
    finally:
        _finish(sent, run, work)


def _went_out(delivery: Delivery, run: Run, work: Work) -> bool:
    """Whether the provider has it; what failed is written down at once."""
    if delivery.address in run.troubled:
        _give_back([delivery], delivery.claim_id, wake_at=work.now() + TROUBLE)
        return False
    try:
        _hand_over(delivery, run, work)
    except DeliveryFailed as error:
        _learn(delivery, error, run)
        _failed(delivery, Failure(error.reason, error.permanent, error.wait), work)
    except Exception as error:
        _failed(delivery, _unforeseen(error, delivery.notice_id), work)
    else:
        return True
    return False


def _still_true(deliveries: list[Delivery]) -> set[int]:
    """Those that nobody has withdrawn since they were claimed: what was taken up rings no more."""
    try:
        return queries.held([one.notice_id for one in deliveries], deliveries[0].claim_id)
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


def _finish(sent: list[Delivery], run: Run, work: Work) -> None:
    if not sent:
        return
    with transaction():
        now = work.now()
        hold(sent)
        ids = [delivery.notice_id for delivery in sent]
        ours = notices.finish_all(ids, sent[0].claim_id, now=now)
        finished = [delivery for delivery in sent if delivery.notice_id in ours]
        note_sent(finished, now=now)
    for delivery in finished:
        run.sent += 1
        work.told(delivery)
        log.info("notice.sent", notice=delivery.notice_id, subject=delivery.subject)


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
