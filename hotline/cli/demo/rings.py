"""Calls of the demo that led to no ticket."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Event
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role

RANG = timedelta(seconds=50)
CALLED = "+81120066318"
CALLS = (
    ("+81566000201", timedelta(minutes=35), "rang"),
    ("", timedelta(hours=3), "spoke"),
    ("+819000007714", timedelta(hours=20), "answered"),
)
"""Caller ("" withheld), how long ago, and what happened."""


def record_calls(*, now: datetime) -> None:
    """Record calls that led to no ticket: to nobody, to the voicemail, and a wrong number."""
    operator = people.with_role(Role.OPERATOR)[0]
    for number, (caller, before, happened) in enumerate(CALLS):
        at = now - before
        call = calls.receive(
            f"CA{number:032x}", from_number=caller, to_number=CALLED, received_at=at, now=at
        )
        if call.ended_at is None:
            HAPPENED[happened](call, operator, at)
            calls.note_event(call, Event.ENDED, 1, at=at + RANG, now=at + RANG)


def _rang(_call: Call, _operator: Person, _at: datetime) -> None:
    """Nobody picked up, and the caller rang off."""


def _spoke(call: Call, _operator: Person, at: datetime) -> None:
    calls.voicemail(call, f"RE{call.id:032x}", 24, now=at + RANG)


def _answered(call: Call, operator: Person, at: datetime) -> None:
    calls.answered_by(call, operator.id, at=at, now=at)


HAPPENED: dict[str, Callable[[Call, Person, datetime], None]] = {
    "rang": _rang,
    "spoke": _spoke,
    "answered": _answered,
}
"""What became of a call."""
