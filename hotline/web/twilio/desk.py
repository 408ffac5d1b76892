"""Who can take a call now: whoever is on duty and in no other call."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hotline.adapters.twiml import Rung
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import LANGUAGES, VoicePolicy
from hotline.duty import queries as roster
from hotline.duty import service as duty
from hotline.duty.rules import LinesPolicy
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.policy import get


def whom_to_ring(call: Call, step: str, *, now: datetime) -> tuple[str, list[Rung]]:
    """The step that is made, and everybody to ring at it; nobody while all are in calls.

    Who took the call on the screen is rung first and alone. While all operators are in calls a
    supervisor on duty is rung at once. Without any phone on the roster it is the duty phone.
    """
    if step == "operator" and (taker := _taker(call)):
        return "claimer", [_rung(taker)]
    role = Role.SUPERVISOR if step == "supervisor" else Role.OPERATOR
    known = duty.whom_to_ring(
        call.line, role, subject=calls.subject(call), since=call.received_at, now=now
    )
    if not known:
        phone = get(LinesPolicy).line(call.line).duty_phone
        return step, [Rung(phone, None)]
    if free := _free(known, call, now=now):
        return step, [_rung(one) for one in free]
    others = [] if step == "supervisor" else _on_duty(call.line, Role.SUPERVISOR, now=now)
    return "supervisor", [_rung(one) for one in _free(others, call, now=now)]


def may_leave(call: Call, *, now: datetime) -> bool:
    """Whether a caller who waits is to be rung for, or has waited long enough."""
    if call.claimed_by_id is not None or has_waited(call, now=now):
        return True
    on_duty = [*_on_duty(call.line, Role.OPERATOR, now=now)]
    on_duty += [*_on_duty(call.line, Role.SUPERVISOR, now=now)]
    free = {one.id for one in _free(on_duty, call, now=now)}
    return len(free) >= queries.place_of(call) or not on_duty


def has_waited(call: Call, *, now: datetime) -> bool:
    """Whether the caller has waited as long as anybody may be asked to."""
    longest = timedelta(seconds=get(VoicePolicy).queue_seconds)
    return call.queued_at is not None and now - call.queued_at >= longest


def is_busy(call: Call, *, now: datetime) -> bool:
    """Whether operators are on duty, and every one of them is in a call."""
    operators = _on_duty(call.line, Role.OPERATOR, now=now)
    return bool(operators) and not _free(operators, call, now=now)


def _on_duty(line: str, role: Role, *, now: datetime) -> list[Person]:
    return [person for person in roster.on_duty(line, role, now) if person.phone]


def _free(known: Iterable[Person], call: Call, *, now: datetime) -> list[Person]:
    engaged = queries.engaged(call, now=now)
    return [person for person in known if person.id not in engaged]


def _taker(call: Call) -> Person | None:
    """Who took it on the screen, when there is a phone to ring."""
    taker = people.active(call.claimed_by_id) if call.claimed_by_id is not None else None
    return taker if taker is not None and taker.phone else None


def _rung(person: Person) -> Rung:
    language = person.locale[:2]
    return Rung(person.phone or "", person.id, language if language in LANGUAGES else "ja")
