"""What is done with calls."""

from hotline.calls.service.asking import status_heard
from hotline.calls.service.claiming import attach, claim
from hotline.calls.service.concluding import Outcomes, conclude
from hotline.calls.service.holding import subject
from hotline.calls.service.moving import move, split, undo_move
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
from hotline.calls.service.waiting import enqueue, leave_queue, wants_a_person
from hotline.calls.service.worklist import Closing, close_all, handle
from hotline.calls.service.wrapping import Wrapping, check_taken, tell_what_waits, wrap_up

__all__ = [
    "Closing",
    "Outcomes",
    "Wrapping",
    "answered_by",
    "attach",
    "begin_call",
    "check_taken",
    "choose",
    "claim",
    "close_all",
    "conclude",
    "enqueue",
    "enter",
    "handle",
    "leave_queue",
    "move",
    "new_call",
    "note_event",
    "open_from",
    "receive",
    "receive_text",
    "record",
    "split",
    "status_heard",
    "subject",
    "take_in",
    "tell_what_waits",
    "undo_move",
    "voicemail",
    "wants_a_person",
    "wrap_up",
]
