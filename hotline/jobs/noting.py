"""Write into a ticket's story that a message went out, or that it did not."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import OperationalError

from hotline.calls import service as calls
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.followups import service as followups
from hotline.jobs import status_codes
from hotline.jobs.message import Delivery
from hotline.notices.rules import Kind
from hotline.tickets import service as tickets

log = structlog.get_logger(__name__)

PROMISE = re.compile(r"followup:[0-9]+$")


def hold(deliveries: Sequence[Delivery]) -> None:
    """Hold what these are about, before anything is written about them."""
    if promises := _promises(deliveries):
        followups.hold_all(list(promises.values()))


def note_sent(deliveries: Sequence[Delivery], *, now: datetime) -> None:
    """Note each where it belongs; the messages went out, whatever this finds."""
    promises = _promises(deliveries)
    together = partial(followups.announce_all, list(promises.values()), now=now)
    # Should one of them be broken, each of the others is noted by itself.
    done = promises if promises and _tried(together, "promises") else {}
    for delivery in deliveries:
        if delivery.kind in WHEN_SENT and delivery.notice_id not in done:
            _tried(partial(WHEN_SENT[delivery.kind], delivery, now), delivery.subject)


def _tried(note: Callable[[], object], subject: str) -> bool:
    try:
        with db.session.begin_nested():
            note()
    except OperationalError:
        raise  # The database is away: nothing of this was saved, and the claims run out.
    except Exception as error:
        log.error("notice.unnoted", subject=subject, kind=type(error).__name__)
        return False
    return True


def _promises(deliveries: Sequence[Delivery]) -> dict[int, int]:
    """The promises that these announce, by notice."""
    announcing = (one for one in deliveries if one.kind is Kind.PROMISE_DUE)
    return {one.notice_id: _followup_id(one) for one in announcing if PROMISE.match(one.subject)}


def _announced(delivery: Delivery, now: datetime) -> None:
    followups.announce(_followup_id(delivery), now=now)


def _escalated(delivery: Delivery, now: datetime) -> None:
    followups.note_escalated(_followup_id(delivery), delivery.audience, now=now)
    tickets.ring_when_late(str(delivery.facts["number"]), now=now)


def _followup_id(delivery: Delivery) -> int:
    return int(delivery.subject.removeprefix("followup:"))


def _caller_told(delivery: Delivery, now: datetime) -> None:
    tickets.note_caller_told(str(delivery.facts["number"]), delivery.channel, now=now)


def _clock_passed(delivery: Delivery, now: datetime) -> None:
    deadlines.note_passed(int(delivery.subject.removeprefix("clock:")), now=now)


def _advice_sent(delivery: Delivery, now: datetime) -> None:
    tickets.note_advice_sent(str(delivery.facts["number"]), delivery.channel, now=now)


def _code_sent(delivery: Delivery, now: datetime) -> None:
    tickets.code_sent(status_codes.code_id(delivery.subject), now=now)


WHEN_SENT: dict[Kind, Callable[[Delivery, datetime], None]] = {
    Kind.PROMISE_DUE: _announced,
    Kind.PROMISE_LATE: _escalated,
    Kind.RECEIVED: _caller_told,
    Kind.ADVICE_SENT: _advice_sent,
    Kind.CLOCK_PASSED: _clock_passed,
    Kind.STATUS_CODE: _code_sent,
}
"""What is written into a ticket's story once a message has gone out."""


def _not_placed(delivery: Delivery, now: datetime) -> None:
    """Who asked for the call sees it at once and dials by hand: it is not tried again."""
    calls.not_placed(int(delivery.subject.removeprefix("call:")), now=now)


WHEN_FAILED: dict[Kind, Callable[[Delivery, datetime], None]] = {Kind.CALL_BACK: _not_placed}
"""What is done when a message failed that nobody waits for any more; the others are tried again."""
