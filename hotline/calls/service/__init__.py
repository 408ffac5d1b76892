"""What is done with calls."""

from hotline.calls.service.claiming import attach, claim
from hotline.calls.service.holding import subject
from hotline.calls.service.opening import begin_call, enter, new_call, open_from, take_in
from hotline.calls.service.ringing import (
    answered_by,
    choose,
    note_event,
    receive,
    receive_text,
    record,
    voicemail,
)
from hotline.calls.service.worklist import handle

__all__ = [
    "answered_by",
    "attach",
    "begin_call",
    "choose",
    "claim",
    "enter",
    "handle",
    "new_call",
    "note_event",
    "open_from",
    "receive",
    "receive_text",
    "record",
    "subject",
    "take_in",
    "voicemail",
]
