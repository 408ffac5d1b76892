"""What is done with calls."""

from hotline.calls.service.asking import status_heard
from hotline.calls.service.claiming import attach, claim
from hotline.calls.service.concluding import CALLED_BACK, Outcomes, conclude
from hotline.calls.service.holding import subject
from hotline.calls.service.moving import move, split, undo_move
from hotline.calls.service.opening import (
    begin_call,
    enter,
    new_call,
    open_from,
    put_on_record,
    take_in,
)
from hotline.calls.service.placing import (
    RINGS_WITHIN,
    call_back,
    connect,
    end_placed,
    not_placed,
    note_dialling,
    other_side_answered,
    return_call,
)
from hotline.calls.service.recordings import (
    claim_recording,
    keep_recording,
    not_recorded,
    recorded,
    recording_failed,
)
from hotline.calls.service.ringing import (
    answered_by,
    choose,
    note_event,
    receive,
    receive_text,
    record,
    voicemail,
)
from hotline.calls.service.steering import (
    begin_steering,
    is_being_recorded,
    not_steered,
    steered,
)
from hotline.calls.service.waiting import enqueue, leave_queue, wants_a_person
from hotline.calls.service.worklist import Closing, close_all, handle, put_back
from hotline.calls.service.wrapping import Wrapping, check_taken, tell_what_waits, wrap_up
from hotline.calls.service.writing import check_from_web, take_in_from_web

__all__ = [
    "CALLED_BACK",
    "RINGS_WITHIN",
    "Closing",
    "Outcomes",
    "Wrapping",
    "answered_by",
    "attach",
    "begin_call",
    "begin_steering",
    "call_back",
    "check_from_web",
    "check_taken",
    "choose",
    "claim",
    "claim_recording",
    "close_all",
    "conclude",
    "connect",
    "end_placed",
    "enqueue",
    "enter",
    "handle",
    "is_being_recorded",
    "keep_recording",
    "leave_queue",
    "move",
    "new_call",
    "not_placed",
    "not_recorded",
    "not_steered",
    "note_dialling",
    "note_event",
    "open_from",
    "other_side_answered",
    "put_back",
    "put_on_record",
    "receive",
    "receive_text",
    "record",
    "recorded",
    "recording_failed",
    "return_call",
    "split",
    "status_heard",
    "steered",
    "subject",
    "take_in",
    "take_in_from_web",
    "tell_what_waits",
    "undo_move",
    "voicemail",
    "wants_a_person",
    "wrap_up",
]
