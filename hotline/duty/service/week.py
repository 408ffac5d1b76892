"""Plan a week as the one before it was."""

from dataclasses import dataclass
from datetime import datetime

from hotline.duty import queries, rules
from hotline.duty.service.roster import add
from hotline.errors import N_, Invalid, Refused


@dataclass(frozen=True)
class Copied:
    """How many shifts were put on the roster, and how many could not be."""

    added: int
    left_out: int


def copy_week(first: datetime, *, by_id: int | None, now: datetime) -> Copied:
    """Put every shift that begins within a week from ``first`` on the roster a week later.

    Left out is what stands there already, what would be over, and whoever is not of that role
    any more. Raises Refused when the week is empty.
    """
    shifts = [duty.shift for duty in queries.beginning(first, first + rules.WEEK)]
    if not shifts:
        raise Refused(N_("There is no shift in this week to copy."))
    added = 0
    for shift in shifts:
        try:
            add(
                shift.person_id,
                shift.line,
                shift.role,
                starts_at=shift.starts_at + rules.WEEK,
                ends_at=shift.ends_at + rules.WEEK,
                by_id=by_id,
                now=now,
            )
        except Invalid:
            continue
        added += 1
    return Copied(added, len(shifts) - added)
