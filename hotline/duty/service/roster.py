"""Put people on duty, take them off, and find whom to ring."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.duty import queries, rules
from hotline.duty.models import Shift, Swap
from hotline.duty.rules import SwapStatus
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.policy import get


def add(  # noqa: PLR0913 - a shift is six facts
    person_id: int,
    line: str,
    role: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by_id: int | None,
    now: datetime,
) -> Shift:
    """Put somebody on duty from ``starts_at`` until ``ends_at``, which no longer belongs to it.

    Raises Invalid when the person does not hold the role, when the shift runs backwards or is
    over, and when the person has the same duty at that time already.
    """
    if line not in get(rules.LinesPolicy).codes:
        raise Invalid({"line": Problem(N_("There is no such line."))})
    person = people.active(person_id)
    if person is None:
        raise Invalid(
            {"person": Problem(N_("There is no such person, or the account is disabled."))}
        )
    rules.check_shift(role, held=person.roles, starts_at=starts_at, ends_at=ends_at, now=now)
    shift = Shift(
        person_id=person_id, line=line, role=str(role), starts_at=starts_at, ends_at=ends_at
    )
    if queries.overlapping(shift) is not None:
        raise Invalid({"starts_at": Problem(N_("This person has that duty at this time already."))})
    db.session.add(shift)
    db.session.flush()
    audit.write("duty.added", subject(shift), by_id=by_id, now=now, **_detail(shift))
    return shift


def end(shift_id: int, *, by_id: int | None, now: datetime) -> Shift:
    """Let a running shift end at ``now``. Raises Missing or Refused."""
    shift = _get(shift_id)
    rules.check_running(starts_at=shift.starts_at, ends_at=shift.ends_at, now=now)
    audit.write("duty.ended", subject(shift), by_id=by_id, now=now, **_detail(shift))
    _take_back_request(shift, by_id=by_id, now=now)
    shift.ends_at = now
    return shift


def remove(shift_id: int, *, by_id: int | None, now: datetime) -> None:
    """Take away a shift that has not begun. Raises Missing or Refused."""
    shift = _get(shift_id)
    rules.check_removable(starts_at=shift.starts_at, now=now)
    audit.write("duty.removed", subject(shift), by_id=by_id, now=now, **_detail(shift))
    _take_back_request(shift, by_id=by_id, now=now)
    db.session.delete(shift)


def whom_to_ring(
    line: str, role: str, *, subject: str, since: datetime, now: datetime
) -> list[Person]:
    """Everybody on duty for ``line`` in ``role`` who has a phone.

    When there is nobody, all supervisors with a phone are returned, and alarmed: once for each
    ``subject`` (for example "call:12") and the moment ``since`` it waits.
    """
    reachable = [person for person in queries.on_duty(line, role, now) if person.phone]
    if reachable:
        return reachable
    notices.tell(
        subject,
        Kind.NOBODY_ON_DUTY,
        audience=Role.SUPERVISOR,
        due_at=since,
        facts={"line": get(rules.LinesPolicy).line(line).displayed},
        now=now,
    )
    return [person for person in people.with_role(Role.SUPERVISOR) if person.phone]


def end_request(asked: Swap, status: SwapStatus, *, by_id: int | None, now: datetime) -> None:
    """Nobody is asked to take this shift over any more."""
    asked.status, asked.ended_at, asked.ended_by_id = status, now, by_id
    db.session.flush()
    about = request_subject(asked)
    notices.withdraw(about, {Kind.SWAP_ASKED})
    detail = {"shift": asked.shift_id, "person": asked.to_id}
    audit.write(f"duty_swap.{status}", about, by_id=by_id, now=now, **detail)


def request_subject(asked: Swap) -> str:
    """What the trail and notices call a request to take over a shift."""
    return f"duty_swap:{asked.id}"


def _take_back_request(shift: Shift, *, by_id: int | None, now: datetime) -> None:
    asked = queries.open_swap(shift.id)
    if asked is not None:
        end_request(asked, SwapStatus.WITHDRAWN, by_id=by_id, now=now)


def _get(shift_id: int) -> Shift:
    shift = queries.by_id(shift_id)
    if shift is None:
        raise Missing()
    return shift


def subject(shift: Shift) -> str:
    """What the trail and notices call it."""
    return f"duty:{shift.id}"


def _detail(shift: Shift) -> dict[str, object]:
    return {
        "person": shift.person_id,
        "line": shift.line,
        "role": shift.role,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }
