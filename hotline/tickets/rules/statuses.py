"""Where a ticket stands, and where it may go from there."""

from enum import StrEnum

from hotline.errors import N_, Refused
from hotline.people.rules import Role


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

RESPONSIBLE = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Who can be responsible for a ticket."""

REOPENED = Status.CALLBACK_PENDING
"""What an ended ticket becomes when it is opened again: the caller is owed a call."""

_ALWAYS = frozenset({Status.ON_HOLD, Status.OUT_OF_SCOPE, Status.CLOSED})

NEXT: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: _ALWAYS | {Status.HEARING, Status.ADVISED, Status.COORDINATING},
    Status.CALLBACK_PENDING: _ALWAYS | {Status.HEARING, Status.ADVISED, Status.COORDINATING},
    Status.HEARING: _ALWAYS | {Status.ADVISED, Status.COORDINATING, Status.RESPONDING},
    Status.ADVISED: _ALWAYS
    | {Status.HEARING, Status.COORDINATING, Status.RESPONDING, Status.SETTLING},
    Status.COORDINATING: _ALWAYS
    | {Status.HEARING, Status.ADVISED, Status.RESPONDING, Status.SETTLING},
    Status.RESPONDING: _ALWAYS | {Status.HEARING, Status.COORDINATING, Status.SETTLING},
    Status.SETTLING: _ALWAYS | {Status.COORDINATING, Status.RESPONDING},
    Status.ON_HOLD: (_ALWAYS - {Status.ON_HOLD})
    | {
        Status.HEARING,
        Status.ADVISED,
        Status.COORDINATING,
        Status.RESPONDING,
        Status.SETTLING,
    },
    **{ended: frozenset({REOPENED}) for ended in ENDED},
}
"""Every step a person may make. A duplicate is made by joining two tickets, never by a step."""

_UNHEARD = (Status.RECEIVED, Status.CALLBACK_PENDING)
_BACKWARDS = {
    (Status.ADVISED, Status.HEARING),
    (Status.COORDINATING, Status.HEARING),
    (Status.COORDINATING, Status.ADVISED),
    (Status.RESPONDING, Status.HEARING),
    (Status.RESPONDING, Status.COORDINATING),
    (Status.SETTLING, Status.COORDINATING),
    (Status.SETTLING, Status.RESPONDING),
}

NEEDS_REASON: frozenset[tuple[Status, Status]] = frozenset(
    {(was, Status.ON_HOLD) for was in NEXT if Status.ON_HOLD in NEXT[was]}
    | {(was, Status.CLOSED) for was in _UNHEARD}
    | {(was, REOPENED) for was in ENDED}
    | _BACKWARDS
)
"""Waiting, going back, opening again, and ending what nobody was heard about need a reason."""


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


def check_step(current: str, wanted: Status) -> None:
    """Refuse a step that the workflow does not have, or that was made already."""
    if wanted is Status.DUPLICATE:
        raise Refused(N_("Name the ticket that goes on in its place: join the two."))
    if current == wanted:
        raise Refused(N_("Somebody was quicker: this ticket stands there already."))
    if wanted not in NEXT[Status(current)]:
        raise Refused(N_("This ticket cannot go there from where it stands."))


def needs_reason(current: str, wanted: Status) -> bool:
    """Whether this step must be explained."""
    return (Status(current), wanted) in NEEDS_REASON
