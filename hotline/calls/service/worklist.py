"""The worklist of missed calls: what is dealt with is off it, and says why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.rules import DispositionsPolicy
from hotline.calls.service.holding import hold, hold_all, subject
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.policy import get


@dataclass(frozen=True)
class Closing:
    """What became of one of several calls: off the list, or why not."""

    call: Call
    refused: Refused | None = None


def handle(
    call: Call, *, reason: str = "", note: str = "", by_id: int | None, now: datetime
) -> None:
    """Take a call off the worklist of missed calls: somebody has called back or knows why not.

    ``reason`` is a code of config/dispositions.toml, "" where what was done says it. Raises
    Invalid for ``reason`` or ``note``, and Refused when nothing is owed to this caller.
    """
    note = _checked(reason, note)
    hold(call)
    _close(call, reason, note, by_id=by_id, now=now)


def close_all(
    call_ids: Collection[int], *, reason: str, note: str = "", by_id: int, now: datetime
) -> list[Closing]:
    """Take several missed calls off the worklist for one reason, each for itself.

    What somebody else has dealt with meanwhile is told by its result, and the others are done.
    Raises Invalid for ``reason`` or ``note``, and for ``calls`` when there are none or too many.
    """
    wrong: dict[str, Problem] = {}
    if not 0 < len(call_ids) <= rules.MOST_AT_ONCE:
        wrong["calls"] = Problem(N_("Choose one to %(most)s calls first."), most=rules.MOST_AT_ONCE)
    if reason not in get(DispositionsPolicy).reasons:
        wrong["reason"] = Problem(N_("Choose why they are off the list."))
    note = _checked(reason, note, wrong)
    return [_closing(one, reason, note, by_id=by_id, now=now) for one in hold_all(call_ids)]


def put_back(call_ids: Collection[int], *, by_id: int, now: datetime) -> list[Call]:
    """They were taken off the worklist by mistake: those that come back to it.

    What was dealt with by opening a ticket, or by the caller, stays dealt with, and so does what
    is on the worklist already.
    """
    back = [one for one in hold_all(call_ids) if _was_taken_off(one)]
    for call in back:
        call.handled_at, call.handled_by_id = None, None
        call.disposition, call.handled_reason = "", ""
        audit.write("call.put_back", subject(call), by_id=by_id, now=now)
    db.session.flush()
    return back


def _was_taken_off(call: Call) -> bool:
    """Whether somebody said why nothing more is owed; of a call that was wrapped up it says how
    the call went."""
    return call.handled_at is not None and bool(call.disposition) and call.wrapped_at is None


def _checked(reason: str, note: str, wrong: dict[str, Problem] | None = None) -> str:
    wrong = {} if wrong is None else wrong
    known = get(DispositionsPolicy).reasons
    if reason and reason not in known:
        wrong.setdefault("reason", Problem(N_("Choose why they are off the list.")))
    note = rules.check_note(note, known.get(reason), wrong, letters=rules.REASON_LETTERS)
    if wrong:
        raise Invalid(wrong)
    return note


def _closing(call: Call, reason: str, note: str, *, by_id: int, now: datetime) -> Closing:
    try:
        _close(call, reason, note, by_id=by_id, now=now)
    except Refused as refused:
        return Closing(call, refused)
    return Closing(call)


def _close(call: Call, reason: str, note: str, *, by_id: int | None, now: datetime) -> None:
    if call.handled_at is not None:
        raise Refused(N_("Somebody has dealt with this call already."))
    if not rules.is_owed(
        call.status, received_at=call.received_at, now=now, direction=call.direction
    ):
        raise Refused(N_("This call was not missed."))
    call.handled_at, call.handled_by_id = now, by_id
    call.disposition, call.handled_reason = reason, note
    db.session.flush()
    audit.write("call.handled", subject(call), by_id=by_id, now=now, reason=reason)
