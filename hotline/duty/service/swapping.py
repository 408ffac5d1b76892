"""Pass a shift on: ask somebody, who agrees or declines, or have a supervisor decide."""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.duty import queries, rules
from hotline.duty.models import Shift, Swap
from hotline.duty.rules import SwapStatus
from hotline.duty.service.roster import end_request, request_subject, subject
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.searchkeys import clean_text


def ask_to_swap(shift_id: int, to_id: int, *, note: str = "", by_id: int, now: datetime) -> Swap:
    """Ask ``to_id`` to take over a shift of one's own; they are told, and the shift stays so far.

    Raises Missing, Forbidden for somebody else's shift, Refused when it is over or somebody is
    asked already, and Invalid for who cannot have it (``to``) and for the ``note``.
    """
    shift = _held(shift_id)
    rules.check_own(shift.person_id, by_id)
    rules.check_not_over(ends_at=shift.ends_at, now=now)
    if queries.open_swap(shift_id) is not None:
        raise Refused(N_("Somebody is asked already. Take that back first."))
    to = _fit(shift, to_id, now=now)
    asked = Swap(
        shift_id=shift.id,
        from_id=shift.person_id,
        to_id=to.id,
        status=SwapStatus.ASKED,
        note=_cleaned(note),
        asked_at=now,
        asked_by_id=by_id,
    )
    db.session.add(asked)
    db.session.flush()
    detail = {"shift": shift.id, "person": to.id}
    audit.write("duty_swap.asked", request_subject(asked), by_id=by_id, now=now, **detail)
    _tell(asked, Kind.SWAP_ASKED, to.id, now=now)
    return asked


def agree_to_swap(swap_id: int, *, by_id: int, now: datetime) -> Shift:
    """Take over the shift one was asked for: from now on when it runs already.

    Raises Missing also for who was not asked, and Refused when it was answered, is over, or one
    cannot have it any more.
    """
    asked, shift = _asked_of(swap_id, by_id)
    rules.check_not_over(ends_at=shift.ends_at, now=now)
    try:
        to = _fit(shift, asked.to_id, now=now)
    except Invalid as invalid:
        problem = invalid.fields["to"]
        raise Refused(problem.message, **problem.facts) from None
    end_request(asked, SwapStatus.AGREED, by_id=by_id, now=now)
    _tell(asked, Kind.SWAP_AGREED, asked.from_id, now=now)
    return _pass_on(shift, to, by_id=by_id, now=now)


def decline_swap(swap_id: int, *, by_id: int, now: datetime) -> Swap:
    """Leave the shift with whoever asked, who is told. Raises Missing or Refused."""
    asked, _ = _asked_of(swap_id, by_id)
    end_request(asked, SwapStatus.DECLINED, by_id=by_id, now=now)
    _tell(asked, Kind.SWAP_DECLINED, asked.from_id, now=now)
    return asked


def withdraw_swap(swap_id: int, *, by_id: int, now: datetime) -> Swap:
    """Take one's own request back. Raises Missing, Forbidden or Refused."""
    asked, _ = _open(swap_id)
    rules.check_own(asked.from_id, by_id)
    end_request(asked, SwapStatus.WITHDRAWN, by_id=by_id, now=now)
    return asked


def reassign(shift_id: int, to_id: int, *, by_id: int | None, now: datetime) -> Shift:
    """Give a shift to somebody else without asking; both are told, and an open request ends.

    Raises Missing, Refused when it is over, and Invalid for who cannot have it (``to``).
    """
    shift = _held(shift_id)
    rules.check_not_over(ends_at=shift.ends_at, now=now)
    to, was = _fit(shift, to_id, now=now), shift.person_id
    asked = queries.open_swap(shift_id)
    if asked is not None:
        agreed = asked.to_id == to_id
        status = SwapStatus.AGREED if agreed else SwapStatus.WITHDRAWN
        end_request(asked, status, by_id=by_id, now=now)
    given = _pass_on(shift, to, by_id=by_id, now=now)
    for kind, person_id in ((Kind.SHIFT_GIVEN, to.id), (Kind.SHIFT_TAKEN, was)):
        if person_id != by_id:
            _tell_of(given, kind, person_id, now=now)
    return given


def _held(shift_id: int) -> Shift:
    """The shift, held until the transaction ends: of two who pass it on, the second looks anew."""
    query = select(Shift).where(Shift.id == shift_id).with_for_update()
    shift = db.session.scalar(query.execution_options(populate_existing=True))
    if shift is None:
        raise Missing()
    return shift


def _open(swap_id: int) -> tuple[Swap, Shift]:
    asked = db.session.get(Swap, swap_id)
    if asked is None:
        raise Missing()
    shift = _held(asked.shift_id)
    db.session.refresh(asked)
    rules.check_asked(asked.status)
    return asked, shift


def _asked_of(swap_id: int, person_id: int) -> tuple[Swap, Shift]:
    """What this person was asked; nobody learns what others were asked."""
    asked = db.session.get(Swap, swap_id)
    if asked is None or asked.to_id != person_id:
        raise Missing()
    return _open(swap_id)


def _fit(shift: Shift, to_id: int, *, now: datetime) -> Person:
    """The person, when they can have this shift. Raises Invalid naming ``to``."""
    to = people.active(to_id)
    if to is None:
        raise _not(N_("There is no such person, or the account is disabled."))
    if to.id == shift.person_id:
        raise _not(N_("%(name)s has this shift already."), name=to.name)
    if shift.role not in to.roles:
        raise _not(N_("%(name)s does not hold the role of this shift."), name=to.name)
    starts_at = max(shift.starts_at, now)
    theirs = Shift(
        person_id=to.id, line=shift.line, role=shift.role, starts_at=starts_at,
        ends_at=shift.ends_at,
    )  # fmt: skip
    if queries.overlapping(theirs) is not None:
        raise _not(N_("%(name)s has that duty at this time already."), name=to.name)
    return to


def _not(sentence: str, **facts: object) -> Invalid:
    return Invalid({"to": Problem(sentence, **facts)})


def _pass_on(shift: Shift, to: Person, *, by_id: int | None, now: datetime) -> Shift:
    """What has run of a shift stays whose it was; the rest is a shift of its own."""
    was = shift.person_id
    if shift.starts_at < now:
        rest = Shift(
            person_id=to.id, line=shift.line, role=shift.role, starts_at=now, ends_at=shift.ends_at
        )
        shift.ends_at = now
        db.session.add(rest)
        shift = rest
    else:
        shift.person_id = to.id
    db.session.flush()
    detail = {"was": was, "person": to.id, "from": shift.starts_at.isoformat()}
    audit.write("duty.passed_on", subject(shift), by_id=by_id, now=now, **detail)
    return shift


def _cleaned(note: str) -> str:
    try:
        return clean_text(note, rules.NOTE_LETTERS).strip()
    except Problem as problem:
        raise Invalid({"note": problem}) from None


def _tell(asked: Swap, kind: Kind, person_id: int, *, now: datetime) -> None:
    shift = db.session.get_one(Shift, asked.shift_id)
    about, facts = request_subject(asked), _facts(shift)
    notices.tell(about, kind, person_id=person_id, due_at=now, facts=facts, now=now)


def _tell_of(shift: Shift, kind: Kind, person_id: int, *, now: datetime) -> None:
    facts = _facts(shift)
    notices.tell(subject(shift), kind, person_id=person_id, due_at=now, facts=facts, now=now)


def _facts(shift: Shift) -> dict[str, object]:
    return {
        "line": shift.line,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }
