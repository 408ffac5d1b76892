"""What the telephone company reports of one call, one after the other."""

from dataclasses import replace

from hotline.calls import service
from hotline.calls.models import Call
from hotline.calls.rules import Event, Happening, Kind
from tests.builders import NOON

SID = "CA" + "a" * 32
CAME = Happening(
    kind=Kind.CAME,
    at=NOON,
    call_sid=SID,
    from_number="+81354226351",
    to_number="+81120318258",
)
CHOSE = replace(CAME, kind=Kind.CHOSE, key="1")
ENDED = replace(CAME, kind=Kind.TOLD, event=Event.ENDED, sequence=3)
RINGING = replace(CAME, kind=Kind.TOLD, event=Event.RINGING)
ACCEPTED = Happening(kind=Kind.ACCEPTED, at=NOON, call_sid=SID, person_id=7)
RECORDED = Happening(
    kind=Kind.RECORDED, at=NOON, call_sid=SID, recording_sid="RE" + "b" * 32, seconds=12
)


def told(happening: Happening, *, now=NOON) -> Call:
    return service.record(happening, now=now)
