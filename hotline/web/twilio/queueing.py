"""A caller who waits because everybody on duty is in a call."""

from hotline.adapters import twiml
from hotline.adapters.twiml import LEAVE, MESSAGE_KEY, Place
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.web.twilio import desk
from hotline.web.twilio.hooks import Asked, Webhook, bp, script, serve
from hotline.web.twilio.ringing import CALL, came, promised, start_of, to_the_duty_phone

ENQUEUED = "leave"
"""The result of a call that left by our own word; the others ended, or Twilio could not hold it."""


def _wait(asked: Asked, call: Call) -> str:
    """The place, until somebody is free for this caller or it has taken too long."""
    if desk.may_leave(call, now=asked.at):
        return LEAVE
    place = Place(queries.place_of(call), look=int(asked.query.get("attempt", "1")))
    return script().waiting(place, promised(start_of(call), asked.language), asked.language)


def _pressed(asked: Asked, call: Call) -> str:
    """With the key the caller leaves a message instead; any other one changes nothing."""
    if asked.fields.get("Digits") != MESSAGE_KEY:
        return _wait(asked, call)
    calls.leave_queue(call, now=asked.at)
    return LEAVE


def _out(asked: Asked, call: Call) -> str:
    """The call has left the queue: ring for it, unless a message is wanted or it waited enough."""
    result = asked.fields.get("QueueResult", ENQUEUED)
    if call.answered_at is not None:
        return script().goodbye(asked.language)
    if result == "hangup":
        return twiml.NOTHING
    waits_on = call.queued_at is not None and result == ENQUEUED
    if waits_on and not desk.has_waited(call, now=asked.at):
        return twiml.on_to(twiml.RING, language=asked.language)
    calls.leave_queue(call, now=asked.at)
    return script().voicemail(asked.language)


def _leave(_asked: Asked) -> str:
    """Without the database nobody knows who is free: whoever waits is put through at once."""
    return LEAVE


WEBHOOKS = {
    "queue_wait": Webhook("/voice/queue/wait", CALL, came, _leave, _wait),
    "queue_key": Webhook("/voice/queue/key", CALL, came, _leave, _pressed),
    "queue_left": Webhook("/voice/queue/left", CALL, came, to_the_duty_phone, _out),
}
"""By endpoint."""

serve(bp, WEBHOOKS)
