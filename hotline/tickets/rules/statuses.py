"""Where a ticket stands, and where it may go from there."""

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands; the last three are side states."""

    RECEIVED = "received"
    CALLBACK_PENDING = "callback_pending"
    HEARING = "hearing"
    ADVISED = "advised"
    COORDINATING = "coordinating"
    RESPONDING = "responding"
    SETTLING = "settling"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"


ENDED = frozenset({Status.CLOSED, Status.OUT_OF_SCOPE, Status.DUPLICATE})
"""Nothing more is owed on these."""


AFTER_CALLING_BACK = {
    Status.RECEIVED: Status.HEARING,
    Status.CALLBACK_PENDING: Status.HEARING,
}
"""Once the caller was called back, the hearing has begun; a ticket further on stays there."""

AFTER_CALLING_OFF = {Status.CALLBACK_PENDING: Status.RECEIVED}
"""No call back is owed any more; the ticket itself goes on."""


def first_status(*, in_hours: bool) -> Status:
    """Within hours the ticket is simply received; otherwise a call back is owed first."""
    return Status.RECEIVED if in_hours else Status.CALLBACK_PENDING
