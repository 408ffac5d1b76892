"""Where nobody is rung of a role that is watched."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    select,
)

from hotline.db import db
from hotline.duty.models import Covered
from hotline.duty.queries.roster import Duty, between
from hotline.duty.rules import (
    WATCHED,
    WEEK,
    Known,
    LinesPolicy,
    Stretch,
    remember,
    to_tell,
)
from hotline.duty.rules import gaps as gaps_of
from hotline.people.rules import Role
from hotline.policy import get


@dataclass(frozen=True)
class Cover:
    """Where nobody is rung of one role of a line, in the seven days that were looked at."""

    line: str
    role: Role
    gaps: list[Stretch]

    @property
    def missing(self) -> timedelta:
        """How long nobody is there, in all."""
        return sum((one.length for one in self.gaps), timedelta())


def covers(now: datetime) -> list[Cover]:
    """Every line and watched role in the seven days from ``now`` on.

    Who brings nobody to the phone (a disabled account, another role by now, no number) covers
    nothing.
    """
    shifts = [one for one in between(now, now + WEEK) if _is_rung(one)]
    return [_cover(line, role, shifts, now) for line in get(LinesPolicy).codes for role in WATCHED]


def gaps_have_changed(now: datetime) -> bool:
    """Whether ``look_for_gaps`` would write anything: a look that takes no lock."""
    kept = {(row.line, row.role): row.gaps for row in db.session.scalars(select(Covered))}
    for cover in covers(now):
        was = kept.get((cover.line, cover.role))
        known = remember(cover.gaps, [Known.read(one) for one in was or ()], now=now)
        if was != [one.written() for one in known] or to_tell(known, now=now):
            return True
    return False


def _cover(line: str, role: Role, shifts: list[Duty], now: datetime) -> Cover:
    mine = [
        Stretch(one.shift.starts_at, one.shift.ends_at)
        for one in shifts
        if (one.shift.line, one.shift.role) == (line, role)
    ]
    return Cover(line, role, gaps_of(mine, first=now, last=now + WEEK))


def _is_rung(one: Duty) -> bool:
    active = one.person.disabled_at is None and one.shift.role in one.person.roles
    return active and bool(one.person.phone)
