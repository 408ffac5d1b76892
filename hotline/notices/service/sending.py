"""Hand notices to workers one claim at a time, and write down how it went."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import select, update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Missing, Refused
from hotline.notices import rules
from hotline.notices.models import Notice
from hotline.notices.rules import ALERT, Channel, Failure, Kind, Status
from hotline.notices.service.telling import Planned, changed_rows, tell, tell_each
from hotline.people.rules import Role

log = structlog.get_logger(__name__)

BEGINNING, A_DAY = datetime.min.replace(tzinfo=UTC), timedelta(days=1)


def claim(
    limit: int,
    claim_id: str,
    *,
    now: datetime,
    lease: timedelta,
    channel: Channel = Channel.MAIL,
) -> list[Notice]:
    """Take up to ``limit`` due notices of one channel, the oldest first.

    Claiming moves ``wake_at`` past the lease: whoever dies before recording an outcome leaves
    notices that simply become due again. ``due_at`` never moves. When that happens over and
    over, people are alarmed as for any other failure, and it is left out here.
    """
    due = (
        select(Notice)
        .where(Notice.channel == channel, Notice.status.in_(rules.OPEN), Notice.wake_at <= now)
        .order_by(Notice.wake_at)  # And nothing else: thousands wait for one moment.
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = sorted(db.session.scalars(due), key=lambda notice: (notice.wake_at, notice.id))
    taken = [notice for notice in found if not _lost_too_often(notice, now=now)]
    if taken:
        changed_rows(
            update(Notice)
            .where(Notice.id.in_([notice.id for notice in taken]))
            .values(
                claim_id=claim_id,
                status=Status.SENDING,
                wake_at=now + lease,
                attempts=Notice.attempts + 1,
            )
        )
    return taken


def finish_all(notice_ids: Sequence[int], claim_id: str, *, now: datetime) -> set[int]:
    """Record that these were sent; the ids of those whose claim was not lost (which is logged)."""
    sent = (
        update(Notice)
        .where(Notice.id.in_(notice_ids), Notice.claim_id == claim_id)
        .values(status=Status.SENT, sent_at=now, claim_id=None, last_error="")
        .returning(Notice.id)
    )
    ours = set(db.session.scalars(sent))
    for lost in set(notice_ids) - ours:
        log.warning("notice.claim_lost", notice=lost)
    return ours


def record_failure(
    notice_id: int, claim_id: str, failure: Failure, *, now: datetime, rng: random.Random
) -> Status | None:
    """Record a failed try and decide when the next one is; alarm people when it is hopeless.

    Returns the status it has now, or None (logged, nothing changed) when the claim was lost.
    """
    query = select(Notice).where(Notice.id == notice_id, Notice.claim_id == claim_id)
    notice = db.session.scalar(query.with_for_update())
    if notice is None:
        log.warning("notice.claim_lost", notice=notice_id)
        return None
    notice.failures += 1
    notice.first_failed_at = notice.first_failed_at or now
    decision = rules.after_failure(
        failure,
        failures=notice.attempts,  # Claims that ran out count as well.
        failing_since=notice.first_failed_at,
        now=now,
        rng=rng,
    )
    notice.status, notice.wake_at = decision.status, decision.wake_at
    notice.last_error = failure.reason[: rules.ERROR_LENGTH]
    notice.claim_id = None
    db.session.flush()
    if decision.alarm:
        _note(notice, now=now)
        _alarm(notice, now=now)
    return decision.status


def release(notice_ids: Sequence[int], claim_id: str, *, wake_at: datetime) -> int:
    """Give back what was claimed and not tried; a worker looks at it again from ``wake_at`` on."""
    return changed_rows(
        update(Notice)
        .where(Notice.id.in_(notice_ids), Notice.claim_id == claim_id)
        .values(status=Status.WAITING, claim_id=None, wake_at=wake_at, attempts=Notice.attempts - 1)
    )


def drop(notice: Notice, *, now: datetime) -> None:
    """End a claimed notice that has nobody to go to any more, such as a disabled account."""
    notice.status, notice.claim_id = Status.WITHDRAWN, None
    db.session.flush()
    _note(notice, now=now)


def address(notice: Notice, people: Sequence[int], *, now: datetime) -> int | None:
    """Send it to the first of ``people``; each of the others gets a notice of their own.

    Whoever has one of their own already is left out. Returns whom it goes to, None for nobody.
    """
    return address_all([(notice, people)], now=now)[notice.id]


def address_all(
    meant: Sequence[tuple[Notice, Sequence[int]]], *, now: datetime
) -> dict[int, int | None]:
    """Address each notice to its people, as ``address`` does; whom it goes to by notice id."""
    keys = [_own_key(notice, person_id) for notice, people in meant for person_id in people]
    has_one = select(Notice.dedup_key).where(
        Notice.dedup_key.in_(keys), Notice.status != Status.WITHDRAWN
    )
    told = set(db.session.scalars(has_one))
    chosen: dict[int, int | None] = {}
    others: list[tuple[str, Planned]] = []
    for notice, people in meant:
        left = [one for one in people if _own_key(notice, one) not in told]
        chosen[notice.id] = notice.person_id = left[0] if left else None
        others += [(notice.subject, _as_own(notice, one)) for one in left[1:]]
    db.session.flush()
    tell_each(others, now=now)
    return chosen


def _as_own(notice: Notice, person_id: int) -> Planned:
    """The same thing for one of its people."""
    return Planned(
        Kind(notice.kind),
        notice.due_at,
        # Whom it was for is known from its facts: what was told is noted for the audience.
        {**notice.facts, "audience": notice.audience},
        person_id=person_id,
        channel=Channel(notice.channel),
    )


def retry(notice_id: int, *, by_id: int | None, now: datetime) -> Notice:
    """Try once more, now, what was refused or given up: a person repaired the cause.

    Raises Missing, and Refused when the notice is sent or withdrawn.
    """
    notice = db.session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise Missing()
    if notice.status not in (Status.WAITING, Status.FAILED, Status.GIVEN_UP):
        sentence = N_("Notice %(id)s is %(status)s; there is nothing to try again.")
        raise Refused(sentence, id=notice_id, status=notice.status)
    notice.status, notice.wake_at = Status.WAITING, now
    notice.attempts -= notice.failures  # Claims that ran out remain: it may have gone out then.
    notice.failures, notice.first_failed_at = 0, None
    audit.write("notice.retried", f"notice:{notice_id}", by_id=by_id, now=now)
    db.session.flush()
    return notice


def _lost_too_often(notice: Notice, *, now: datetime) -> bool:
    """Whether its claims ran out so often that it must wait; people are alarmed then."""
    if notice.status != Status.SENDING:
        return False
    log.warning("notice.claim_ran_out", notice=notice.id, tries=notice.attempts)
    notice.first_failed_at = notice.first_failed_at or now
    status = rules.hopeless(notice.attempts, now - notice.first_failed_at)
    if status is None:
        return False
    notice.status, notice.claim_id, notice.wake_at = status, None, now + rules.CAP
    notice.last_error = "workers took it up and never said how it went"
    db.session.flush()
    _note(notice, now=now)
    _alarm(notice, now=now)
    return True


def _own_key(notice: Notice, person_id: int) -> str:
    """The key of the notice that tells this person the same thing."""
    return rules.dedup_key(
        notice.subject,
        Kind(notice.kind),
        notice.due_at,
        channel=notice.channel,
        recipient=rules.recipient(person_id, ""),
    )


def _note(notice: Notice, *, now: datetime) -> None:
    """What did not arrive is on record; what was sent is in the notice itself."""
    action, subject = f"notice.{Status(notice.status)}", f"notice:{notice.id}"
    audit.write(action, subject, by_id=None, now=now, about=notice.subject, tries=notice.attempts)


def _alarm(notice: Notice, *, now: datetime) -> None:
    """Tell the supervisors, and the address for trouble, once for each status."""
    log.critical("notice.undelivered", notice=notice.id, status=notice.status)
    if notice.kind in rules.ALARMS:
        return
    about, due_at = f"notice:{notice.id}:{notice.status}", notice.first_failed_at or now
    if notice.kind == Kind.INVITE:
        # Sent again and again while the company's mail is not safe: one alarm a day for each.
        about, due_at = notice.subject, now - (now - BEGINNING) % A_DAY
    number = str(notice.facts.get("number", ""))
    named = " ".join(part for part in (notice.subject, rules.in_fours(number)) if part)
    for audience in (Role.SUPERVISOR, ALERT):
        tell(
            about,
            Kind.UNDELIVERED,
            audience=audience,
            due_at=due_at,
            facts={"about": named, "number": number},
            now=now,
        )
