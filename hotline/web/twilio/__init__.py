"""What the telephone company asks us, and what it is told to say and do."""

from hotline.web.twilio import hooks
from hotline.web.twilio.asking import WEBHOOKS as OF_THE_STATUS
from hotline.web.twilio.hooks import (
    FORM,
    MOST_BYTES,
    Asked,
    Webhook,
    script,
    serve,
)
from hotline.web.twilio.queueing import WEBHOOKS as OF_THE_QUEUE
from hotline.web.twilio.ringing import WEBHOOKS as OF_A_CALL

bp = hooks.bp

WEBHOOKS = {**OF_A_CALL, **OF_THE_STATUS, **OF_THE_QUEUE}
"""Every webhook of a caller's call, by endpoint."""

__all__ = [
    "FORM",
    "MOST_BYTES",
    "WEBHOOKS",
    "Asked",
    "Webhook",
    "bp",
    "script",
    "serve",
]
