"""Save what must be told, and take back what is not true any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, select, update

from hotline.db import append, db, insert
from hotline.notices import rules
from hotline.notices.models import Notice
from hotline.notices.rules import Channel, Kind, Status


def tell(  # noqa: PLR0913 - a notice is exactly these things
    subject: str,
    kind: Kind,
    *,
    person_id: int | None = None,
    audience: str = "",
    due_at: datetime,
    facts: dict[str, Any],
    now: datetime,
    channel: str | None = None,
) -> Notice:
    """Save that ``person_id`` or everybody of ``audience`` must be told at ``due_at``.

    Telling the same thing twice is one notice. ``facts`` fill the places of the text: a
    number, a time, never case text. The channel is mail unless another is named.
    """
    by = Channel(channel or Channel.MAIL)
    planned = Planned(kind, due_at, facts, person_id=person_id, audience=audience, channel=by)
    values = _values(subject, planned, now=now)
    key = values["dedup_key"]
    fresh = insert(Notice).on_conflict_do_nothing().returning(Notice)
    told: Notice | None = db.session.scalar(fresh, values)
    if told is not None:
        return told
    notice = db.session.scalars(select(Notice).where(Notice.dedup_key == key)).one()
    if notice.status == Status.WITHDRAWN:  # True again: the same promise for the same moment.
        notice.status, notice.wake_at = Status.WAITING, due_at
        db.session.flush()
    return notice


@dataclass(frozen=True)
class Planned:
    """One of several things to be told about the same subject; see ``tell``."""

    kind: Kind
    due_at: datetime
    facts: dict[str, Any]
    person_id: int | None = None
    audience: str = ""
    channel: Channel = Channel.MAIL


def tell_first(subject: str, planned: Sequence[Planned], *, now: datetime) -> None:
    """Save everything of ``planned`` about a subject that has just been made.

    Nothing can have been told about it, so nothing is looked up, and the rows wait for others.
    """
    for one in planned:
        append(Notice, **_values(subject, one, now=now))


def tell_all(subject: str, planned: Sequence[Planned], *, now: datetime) -> None:
    """Save everything of ``planned`` at once, as ``tell`` saves one; what is known stays as it is.

    What had been withdrawn and is true again is told after all.
    """
    tell_each([(subject, one) for one in planned], now=now)


def tell_each(planned: Sequence[tuple[str, Planned]], *, now: datetime) -> None:
    """As ``tell_all``, for many subjects: each stands before what is to be told about it."""
    rows = [_values(subject, one, now=now) for subject, one in planned]
    if not rows:
        return
    fresh = insert(Notice).on_conflict_do_nothing().returning(Notice.id)
    # Rows beside the statement: it is put together once, and not anew for every intake.
    if len(db.session.scalars(fresh, rows).all()) == len(rows):
        return
    for (_, one), row in zip(planned, rows, strict=True):
        again = (Notice.dedup_key == row["dedup_key"]) & (Notice.status == Status.WITHDRAWN)
        changed_rows(update(Notice).where(again).values(status=Status.WAITING, wake_at=one.due_at))


def _values(subject: str, planned: Planned, *, now: datetime) -> dict[str, Any]:
    channel = Channel(planned.channel)
    rules.check_channel(planned.kind, channel)
    meant = rules.recipient(planned.person_id, planned.audience)
    key = rules.dedup_key(subject, planned.kind, planned.due_at, channel=channel, recipient=meant)
    return {
        "subject": subject,
        "kind": planned.kind,
        "due_at": planned.due_at,
        "audience": planned.audience,
        "person_id": planned.person_id,
        "channel": channel,
        "dedup_key": key,
        "facts": planned.facts,
        "status": Status.WAITING,
        "wake_at": planned.due_at,
        "made_at": now,
        "attempts": 0,
        "failures": 0,
        "last_error": "",
    }


def withdraw(subject: str, kinds: Collection[Kind] | None = None) -> int:
    """Take back what was not sent yet about ``subject``; the number of notices taken back.

    ``kinds`` names those that are not true any more, None means all of them. The trail says why
    under ``subject``: whoever withdraws has changed what it was about.
    """
    meant = (Notice.subject == subject) & Notice.status.in_(rules.OPEN)
    if kinds is not None:
        meant &= Notice.kind.in_(kinds)
    return changed_rows(update(Notice).where(meant).values(status=Status.WITHDRAWN, claim_id=None))


def changed_rows(statement: Update) -> int:
    """How many notices a statement changed."""
    done = db.session.execute(statement)
    return cast("CursorResult[Any]", done).rowcount
