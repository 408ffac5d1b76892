"""Tell the supervisors where nobody will be on duty, in time and once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db, insert
from hotline.duty import queries, rules
from hotline.duty.models import Covered
from hotline.duty.rules import Known
from hotline.notices import service as notices
from hotline.notices.rules import Channel, Kind
from hotline.notices.service import Planned
from hotline.people.rules import Role

SUBJECT = "duty:gaps"

Found = tuple[str, str, Known]


def look_for_gaps(*, now: datetime) -> int:
    """Remember where the next seven days are not covered, and tell what is new; how many gaps.

    However often and by however many workers it is asked, each gap is told once.
    """
    told: list[Found] = []
    for cover in queries.covers(now):
        kept = _held(cover.line, cover.role)
        known = rules.remember(cover.gaps, [Known.read(one) for one in kept.gaps], now=now)
        new = rules.to_tell(known, now=now)
        told += [(cover.line, cover.role, one) for one in new]
        kept.gaps = [_told(one, new, now=now).written() for one in known]
    db.session.flush()
    if told:
        _tell(told, now=now)
    return len(told)


def _held(line: str, role: str) -> Covered:
    """What is kept of this role, held until the transaction ends: the second worker waits."""
    db.session.execute(
        insert(Covered).values(line=line, role=role, gaps=[]).on_conflict_do_nothing()
    )
    query = select(Covered).where(Covered.line == line, Covered.role == role).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _told(one: Known, new: Sequence[Known], *, now: datetime) -> Known:
    return replace(one, told_at=now) if one in new else one


def _tell(told: Sequence[Found], *, now: datetime) -> None:
    first = min(told, key=lambda one: one[2].starts_at)
    facts = {
        "gaps": [_written(*one) for one in told],
        "first": _written(*first),
        "num": len(told),
    }
    soon = first[2].starts_at - now <= rules.AT_ONCE_WITHIN
    ways = (Channel.MAIL, Channel.SMS) if soon else (Channel.MAIL,)
    planned = [
        Planned(Kind.DUTY_GAP, now, facts, audience=Role.SUPERVISOR, channel=way) for way in ways
    ]
    notices.tell_all(SUBJECT, planned, now=now)
    audit.write("duty.gaps_told", SUBJECT, by_id=None, now=now, gaps=len(told))


def _written(line: str, role: str, gap: Known) -> list[str | None]:
    """A gap as facts of a notice: line, role, from, until (None: beyond the seven days)."""
    written = gap.written()
    return [line, role, written["starts_at"], written["ends_at"]]
